import type { NodeId } from '../units/ids.ts';
import { PAGE_SHIFT, bitLength } from '../units/mfn.ts';
import type { HeapConfig } from './heap-config.ts';
import type { Machine } from './machine.ts';
import type { MemoryLayout } from '../memory/memory-layout.ts';
import { FrameTable } from '../pdx/frame-table.ts';
import { AddressLayout } from '../mapping/address-layout.ts';
import { MappingLayout } from '../mapping/mapping-layout.ts';
import { heapMemory } from '../state/heap-memory.ts';
import { NodeMap } from './node-map.ts';
import { xenBehaviour } from './xen-version.ts';
import type { XenBehaviour } from './xen-version.ts';

/**
 * A machine under a configuration, and what follows from both: fixed from power-on.
 * Immer leaves an instance of a class alone, so every state of a run shares it.
 */
export class Platform {
  readonly machine: Machine;
  readonly config: HeapConfig;
  readonly xen: XenBehaviour;
  /** One more than the greatest zone: `paddrBits - 12 + 1` (ZONE-1). */
  readonly zones: number;
  /** One more than the greatest node id. */
  readonly nodeLimit: number;
  /** The nodes that are online, rising. */
  readonly nodes: readonly NodeId[];
  /** For each node that is online, all of them from it on, cyclic (NUMA-3). By node id. */
  readonly nodesFrom: readonly (readonly NodeId[])[];
  /** A separate xen heap (MODE-1). */
  readonly separateXenHeap: boolean;
  /** Where the parts of the heap stand in the paged word memory. */
  readonly memory: MemoryLayout;
  /** Which frames are valid, and the index of each in the frame table (PDX-7). */
  readonly frameTable: FrameTable;
  /** Where the parts of the address space lie (MAP-7). */
  readonly addresses: AddressLayout;
  /** Where they stand in the word memory of mappings. */
  readonly mappings: MappingLayout;
  private readonly nodeMap: NodeMap;
  private readonly xenHeapFirst: number;
  private readonly xenHeapEnd: number;

  constructor(machine: Machine, config: HeapConfig) {
    this.machine = machine;
    this.config = config;
    this.xen = xenBehaviour(config.xen);
    this.zones = config.paddrBits - PAGE_SHIFT + 1;
    this.nodes = machine.nodes.map((node) => node.id).toSorted((a, b) => a - b);
    this.nodeLimit = (this.nodes.at(-1) ?? 0) + 1;
    this.nodesFrom = Array.from({ length: this.nodeLimit }, (_, id) => [
      ...this.nodes.filter((node) => node >= id),
      ...this.nodes.filter((node) => node < id),
    ]);
    this.separateXenHeap = config.mode === 'separate-xenheap';
    this.memory = heapMemory(machine.frames, this.nodeLimit, this.zones);
    this.frameTable = FrameTable.of(machine, config);
    this.addresses = new AddressLayout(machine, config, this.frameTable);
    this.mappings = new MappingLayout(machine.frames, this.addresses);
    this.nodeMap = new NodeMap(machine);
    [this.xenHeapFirst, this.xenHeapEnd] = config.xenHeap ?? [0, 0];
  }

  /** Is there a frame-table entry for this frame? */
  isValid(mfn: number): boolean {
    return this.frameTable.isValid(mfn);
  }

  /** The node of a frame (NUMA-1). */
  nodeOf(mfn: number): NodeId {
    return this.nodeMap.nodeOf(mfn);
  }

  /** The frame at which the run of frames on the node of `mfn` ends, or Infinity. */
  endOfNodeRun(mfn: number): number {
    return this.nodeMap.endOfRun(mfn);
  }

  /** Is this frame one of the separate xen heap's (MODE-1)? */
  inXenHeapRange(mfn: number): boolean {
    return mfn >= this.xenHeapFirst && mfn < this.xenHeapEnd;
  }

  /** The zone of a frame (ZONE-1). */
  zoneOf(mfn: number): number {
    if (this.separateXenHeap && this.inXenHeapRange(mfn)) return 0;
    return mfn === 0 ? 1 : bitLength(mfn);
  }

  /** The frame at which the run of xen-heap frames, or of others, that holds `mfn` ends (BUDDY-12), or Infinity. */
  endOfXenHeapRun(mfn: number): number {
    if (!this.separateXenHeap || mfn >= this.xenHeapEnd) return Infinity;
    return mfn < this.xenHeapFirst ? this.xenHeapFirst : this.xenHeapEnd;
  }

  /** The highest zone whose frames all have addresses below `2^bits` (ZONE-2). */
  bitsToZone(bits: number): number {
    return bits < PAGE_SHIFT + 1 ? 1 : bits - PAGE_SHIFT;
  }

  /** The node of a CPU; CPU 0's for one that the machine does not name. */
  nodeOfCpu(cpu: number): NodeId {
    return this.machine.cpus[cpu] ?? this.machine.cpus[0] ?? (this.nodes[0] as NodeId);
  }
}
