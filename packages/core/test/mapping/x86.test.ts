import { describe, expect, it } from 'vitest';
import { HASH_LINES } from '../../src/mapping/hash-lines.ts';
import { ALL_ONES, MAP_CACHE_RECORDS, MapCache, SLOTS_PER_VCPU } from '../../src/mapping/map-cache.ts';
import type { CacheMapped, CacheUnmapped } from '../../src/mapping/map-cache.ts';
import { TLB_CLOCK_RECORDS, TlbClock } from '../../src/mapping/tlb-clock.ts';
import { XenStop } from '../../src/reducer/xen-stop.ts';
import { goldenSequences } from './golden.ts';
import type { GoldenSequence } from './golden.ts';
import { scratchMemory } from './scratch-memory.ts';

interface CacheSequence extends GoldenSequence {
  readonly vcpus: number;
}

const HOW: Readonly<Record<CacheUnmapped['how'], string>> = { kept: 'k', inserted: 'i', exchanged: 'x', zapped: 'z' };

function flagsOf({ hit, behind, flushed, wrapped, replaced }: CacheMapped): string {
  return [hit && 'h', behind && 'e', flushed && 'F', wrapped && 'w', replaced !== null && `r${replaced}`]
    .filter((flag) => flag !== false)
    .join('');
}

function frameOf(text: string): number {
  return text === 'ffffffffffffffff' ? ALL_ONES : Number.parseInt(text, 16);
}

/** 64 slots a group of 16 digits, the highest first. */
function bitsText(slots: number, has: (slot: number) => boolean): string {
  const groups = Math.ceil(slots / 64);
  let text = '';
  for (let digit = groups * 16 - 1; digit >= 0; digit--) {
    let value = 0;
    for (let bit = 0; bit < 4; bit++) if (digit * 4 + bit < slots && has(digit * 4 + bit)) value += 1 << bit;
    text += value.toString(16);
  }
  return text;
}

/** The operations of a sequence, with the model's answers. */
function answers({ vcpus, ops }: CacheSequence): unknown[] {
  const memory = scratchMemory(TLB_CLOCK_RECORDS + MAP_CACHE_RECORDS);
  const clock = new TlbClock(memory, 0);
  const cache = new MapCache(memory, TLB_CLOCK_RECORDS, clock);
  const orStop = (op: readonly unknown[], action: () => readonly unknown[]): readonly unknown[] => {
    try {
      return [...op, ...action()];
    } catch (error) {
      if (error instanceof XenStop) return [...op, error.bug.kind];
      throw error;
    }
  };
  return ops.map((op) => {
    const [name, vcpu, what] = op as readonly [string, number, never];
    switch (name) {
      case 'init':
        cache.grow(vcpus);
        return ['init', cache.vcpus, cache.slots];
      case 'f':
        clock.flush(vcpu);
        return op;
      case 'm':
        return orStop([name, vcpu, what], () => {
          const mapped = cache.map(vcpu, vcpu, frameOf(what));
          const flags = flagsOf(mapped);
          return [mapped.slot, ...(flags === '' ? [] : [flags])];
        });
      case 'u':
        return orStop([name, vcpu, what], () => {
          const slot = typeof what === 'string' ? Number.parseInt(what, 16) : what;
          const { how, pushedOut } = cache.unmap(vcpu, slot);
          return [HOW[how], ...(pushedOut === null ? [] : [pushedOut])];
        });
      default: {
        const lines = Array.from({ length: vcpus }, (_, id) =>
          Array.from({ length: HASH_LINES }, (__, index) => {
            const line = cache.line(id, index);
            return line === null ? null : [line.mfn.toString(16), line.slot, line.references];
          }),
        );
        const inUse = bitsText(cache.slots, (slot) => cache.isInUse(slot));
        const garbage = bitsText(cache.slots, (slot) => cache.isGarbage(slot));
        return ['end', cache.cursor, cache.epoch, clock.now.toString(16), inUse, garbage, lines];
      }
    }
  });
}

describe.each(['x86-mapcache', 'x86-mapcache2', 'x86-mapcache3'])(
  '%s: the map cache answers as the real one did',
  (file) => {
    const { header, sequences } = goldenSequences<CacheSequence>(file);

    it('the file is whole, and its cache is the one of the model', () => {
      expect(sequences).toHaveLength(header.sequences);
      expect(header).toMatchObject({ slots_per_vcpu: SLOTS_PER_VCPU, hash_entries: HASH_LINES, tlb_clock_start: 1 });
    });

    it.each(sequences)('$seq', (sequence) => {
      expect(answers(sequence)).toEqual(sequence.ops);
    });
  },
);
