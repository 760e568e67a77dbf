import { describe, expect, it } from 'vitest';
import { host } from '../../test/dsl/host.ts';

describe('[ZONE-1] the zone of a frame', () => {
  const { platform } = host({ frames: 2 ** 36 });

  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [31, 5],
    [32, 6],
    [2 ** 31, 32],
    [2 ** 32 - 1, 32],
    [2 ** 32, 33],
    [2 ** 35 + 1, 36],
  ])('[ZONE-1] frame %i lies in zone %i', (mfn, zone) => {
    expect(platform.zoneOf(mfn)).toBe(zone);
  });

  it('[ZONE-1] frames of a separate xen heap lie in zone 0, their neighbours do not', () => {
    const separate = host({ xenHeap: [16, 24] }).platform;
    expect([15, 16, 23, 24].map((mfn) => separate.zoneOf(mfn))).toEqual([4, 0, 0, 5]);
  });

  it.each([
    [40, 29],
    [48, 37],
    [52, 41],
  ])('[ZONE-1] %i bits of address make %i zones', (paddrBits, zones) => {
    expect(host({ paddrBits }).platform.zones).toBe(zones);
  });
});

describe('[ZONE-2] the highest zone for addresses of so many bits', () => {
  it.each([
    [1, 1],
    [12, 1],
    [13, 1],
    [14, 2],
    [32, 20],
    [40, 28],
  ])('[ZONE-2] %i bits: zone %i', (bits, zone) => {
    expect(host().platform.bitsToZone(bits)).toBe(zone);
  });

  it('[ZONE-2] its last frame has such an address, the next one has not', () => {
    const { platform } = host({ frames: 2 ** 22 });
    // Addresses of 32 bits: frames below 2^20.
    expect(platform.zoneOf(2 ** 20 - 1)).toBe(platform.bitsToZone(32));
    expect(platform.zoneOf(2 ** 20)).toBe(platform.bitsToZone(32) + 1);
  });
});

describe('a CPU', () => {
  it("[NUMA-2] that the machine does not name is on CPU 0's node", () => {
    const { platform } = host({ nodes: [[[0, 32]], [[32, 64]]], cpus: [1, 0] });
    expect([0, 1, 7].map((cpu) => platform.nodeOfCpu(cpu))).toEqual([1, 0, 1]);
  });
});
