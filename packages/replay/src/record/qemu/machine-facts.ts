import {
  type HeapConfig,
  type HeapMode,
  type Machine,
  type MachineNode,
  type MfnRange,
  type NodeId,
  PAGE_SIZE,
  heapPreset,
} from '@heaplay/core';
import { viewOf } from './abi.ts';
import type { FrameNumbers } from './frame-numbers.ts';
import type { XenLayout } from './layout.ts';
import type { XenMemory } from './xen-memory.ts';

/** What was seen of the machine's start before the heap was there. */
export interface BootSeen {
  /** Bytes given to the boot allocator, `[start, end)`. */
  readonly given: readonly (readonly [start: number, end: number])[];
  /** What `xenheap_max_mfn` was called with. */
  readonly xenheapMaxMfn: number | null;
  /** `dma_bitsize` before the boot allocator ended, and behind it. */
  readonly dmaBits: number;
  readonly dmaBitsAfter: number;
}

/** A machine and its configuration, as the header of a trace has them. */
export interface MachineFacts {
  readonly machine: Machine;
  readonly heap: HeapConfig;
}

/** Reads what the header of a trace says from the memory of a Xen whose boot allocator has ended. */
export async function readMachine(
  memory: XenMemory,
  frames: FrameNumbers,
  seen: BootSeen,
  cpus: number,
): Promise<MachineFacts> {
  const { arch } = memory.layout;
  const given = seen.given.map(frameRange);
  const xenHeap = arch === 'arm32' ? await directMapFrames(memory) : null;
  const reserved = await imageFrames(memory);
  // What was set apart of the RAM stands on its own: the hypervisor, a xen heap of its own.
  const apart = [...reserved, ...(xenHeap === null ? [] : [xenHeap])];
  const ram = without(merged([...given, ...(await e820Ram(memory))]), apart);
  const top = Math.max(1, ...[...ram, ...apart].map(([, end]) => end));
  const frameCount = Math.max(top, Number(await memory.wordOf('max_page')));
  const nodes = await readNodes(memory, frameCount);
  const mode = modeOf(xenHeap, seen);
  const preset = heapPreset(arch, mode);
  return {
    machine: {
      arch,
      frames: frameCount,
      ram,
      nodes,
      cpus: await readCpus(memory, cpus, nodes),
      reserved,
    },
    heap: {
      ...preset,
      xen: memory.layout.xen,
      maxOrder: memory.layout.orders - 1,
      xenHeap,
      xenheapMaxMfn: seen.xenheapMaxMfn,
      dmaBits: seen.dmaBits,
      dmaBitsDefault: seen.dmaBits === 0 ? seen.dmaBitsAfter : 0,
      bootScrub: memory.layout.bootScrub[await memory.numberOf('opt_bootscrub', 4)] ?? preset.bootScrub,
      scrubDomheap: (await memory.numberOf('opt_scrub_domheap', 1)) !== 0,
      pdx: frames.compressed ? 'mask' : 'none',
    },
  };
}

/** What is known of a machine whose boot allocator never ended: what it was given. */
export function bareMachine(layout: XenLayout, given: BootSeen['given'], cpus: number): MachineFacts {
  const ram = merged(given.map(frameRange));
  const frames = Math.max(1, ...ram.map(([, end]) => end));
  const first = 0 as NodeId;
  return {
    machine: {
      arch: layout.arch,
      frames,
      ram,
      nodes: [{ id: first, ranges: [[0, frames]] }],
      cpus: Array.from({ length: cpus }, () => first),
      reserved: [],
    },
    // Whatever the machine's own mode is: nothing of the heap was seen yet.
    heap: { ...heapPreset(layout.arch, 'direct-map-all'), xen: layout.xen },
  };
}

function frameRange([start, end]: readonly [number, number]): MfnRange {
  return [Math.ceil(start / PAGE_SIZE), Math.floor(end / PAGE_SIZE)];
}

function modeOf(xenHeap: MfnRange | null, seen: BootSeen): HeapMode {
  if (xenHeap !== null) return 'separate-xenheap';
  return seen.xenheapMaxMfn === null ? 'direct-map-all' : 'direct-map-partial';
}

/** 32-bit Arm: the frames that its direct map holds are its xen heap. */
async function directMapFrames(memory: XenMemory): Promise<MfnRange> {
  return [Number(await memory.wordOf('directmap_mfn_start')), Number(await memory.wordOf('directmap_mfn_end'))];
}

/**
 * x86: conventional RAM by the firmware's map, with the modules, which come to the heap later. An entry is 20 bytes:
 * address, size, type; 1 is RAM.
 */
async function e820Ram(memory: XenMemory): Promise<MfnRange[]> {
  if (!memory.has('e820')) return [];
  const count = Math.min(1024, await memory.numberOf('e820', 4));
  const map = viewOf(await memory.bytes(memory.addressOf('e820') + 4n, count * 20));
  const ranges: MfnRange[] = [];
  for (let at = 0; at < count * 20; at += 20) {
    if (map.getUint32(at + 16, true) !== 1) continue;
    const start = Number(map.getBigUint64(at, true));
    const end = start + Number(map.getBigUint64(at + 8, true));
    ranges.push(frameRange([start, end]));
  }
  return ranges;
}

/** x86: where the hypervisor's image lies. Elsewhere it lies outside of the RAM that we know. */
async function imageFrames(memory: XenMemory): Promise<MfnRange[]> {
  const start = memory.symbols.addressOf('_stext');
  const end = memory.symbols.addressOf('_end');
  if (start === undefined || end === undefined || !memory.has('xen_phys_start')) return [];
  const base = Number(await memory.wordOf('xen_phys_start'));
  // The image is mapped at a multiple of 1 GiB, its own addresses begin there.
  const offset = (address: bigint): number => base + Number(address % 2n ** 30n);
  return base === 0 ? [] : [[Math.floor(offset(start) / PAGE_SIZE), Math.ceil(offset(end) / PAGE_SIZE)]];
}

/** Nodes that are online, and the frames from the first to the last of each. */
async function readNodes(memory: XenMemory, frames: number): Promise<MachineNode[]> {
  const one: readonly MachineNode[] = [{ id: 0 as NodeId, ranges: [[0, frames]] }];
  if (!memory.has('node_data') || !memory.has('node_online_map')) return [...one];
  const online = await memory.wordOf('node_online_map');
  const nodes: MachineNode[] = [];
  for (let id = 0; id < 64; id++) {
    if ((online & (1n << BigInt(id))) === 0n) continue;
    const first = Number(await memory.wordOf('node_data', id * 2));
    const spanned = Number(await memory.wordOf('node_data', id * 2 + 1));
    nodes.push({ id: id as NodeId, ranges: [[first, Math.min(frames, first + spanned)]] });
  }
  // A single node is what there is.
  return nodes.length <= 1 ? [...one] : nodes;
}

async function readCpus(memory: XenMemory, cpus: number, nodes: readonly MachineNode[]): Promise<NodeId[]> {
  const first = nodes[0]?.id ?? (0 as NodeId);
  if (nodes.length <= 1 || !memory.has('cpu_to_node')) return Array.from({ length: cpus }, () => first);
  const bytes = await memory.bytes(memory.addressOf('cpu_to_node'), cpus);
  return Array.from(bytes, (id) => nodes.find((node) => node.id === id)?.id ?? first);
}

/** Ranges that share no frame and do not touch, rising; empty ones are left out. */
function merged(ranges: readonly MfnRange[]): MfnRange[] {
  const result: [number, number][] = [];
  for (const [first, end] of ranges.filter(([start, stop]) => start < stop).sort(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && first <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([first, end]);
  }
  return result;
}

/** Rising ranges without the frames of others. */
function without(ranges: readonly MfnRange[], others: readonly MfnRange[]): MfnRange[] {
  let left: readonly MfnRange[] = ranges;
  for (const [first, end] of others) {
    left = left.flatMap(([start, stop]): MfnRange[] => [
      [start, Math.min(stop, first)],
      [Math.max(start, end), stop],
    ]);
  }
  return left.filter(([start, stop]) => start < stop);
}
