import type { AddressRange } from '../lines/hex-range.ts';

/** A list of memory that a log prints, by the words before its lines or above them. */
export type MapName =
  /** Xen's own view of what the firmware or boot loader told. */
  | 'xen'
  /** What Linux was told by the firmware. */
  | 'bios'
  /** What Linux made of it, or was told to make of it on its command line. */
  | 'changed'
  /** What a guest of Xen, dom0 too, is shown: not the machine's memory. */
  | 'guest';

/** The start of a map's lines: what follows without a word of its own belongs to it. */
export interface MapHeading {
  readonly kind: 'map-heading';
  readonly map: MapName;
  readonly title: string;
}

/** A line of a map in e820 notation. `map` absent: the one of the last heading. */
export interface E820Entry extends AddressRange {
  readonly kind: 'e820';
  readonly map?: MapName;
  readonly usable: boolean;
  readonly type: string;
}

/** A descriptor of the EFI memory map. Usable: it is RAM once the boot services have ended. */
export interface EfiDescriptor extends AddressRange {
  readonly kind: 'efi';
  readonly usable: boolean;
  readonly type: string;
}

/** Memory of a node, as the firmware's SRAT has it. `present` is false for what is plugged in later, or is no RAM. */
export interface SratMemory extends AddressRange {
  readonly kind: 'srat-memory';
  readonly node: number;
  readonly present: boolean;
}

/** A processor, and the node that the firmware puts it on. */
export interface CpuNode {
  readonly kind: 'cpu-node';
  readonly node: number;
}

/** The SRAT was not used. */
export interface SratRejected {
  readonly kind: 'srat-rejected';
}

/** A part of a node's memory as somebody else than the SRAT tells it. `ram`: it is all RAM. */
export interface NodeMemory extends AddressRange {
  readonly kind: 'node-memory';
  readonly node: number;
  readonly ram: boolean;
}

/** A bank of RAM (Arm, RISC-V), or a run of frames in a plain list. */
export interface RamBank extends AddressRange {
  readonly kind: 'bank';
  readonly from: 'boot-info' | 'list' | 'iomem' | 'memblock' | 'device-tree';
}

/** Memory that is taken: a boot module, the hypervisor, what the firmware keeps, the place of a crash kernel. */
export interface TakenMemory extends AddressRange {
  readonly kind: 'taken';
  readonly by: 'xen' | 'module' | 'reserved' | 'crash-kernel';
  readonly name: string;
}

/** The hypervisor's banner. */
export interface XenBanner {
  readonly kind: 'xen-version';
  /** `4.17.5` */
  readonly version: string;
  readonly debug: boolean | null;
}

/** Something that speaks for an architecture. */
export interface ArchitectureSign {
  readonly kind: 'architecture';
  readonly arch: 'x86_64' | 'arm64' | 'arm32' | 'riscv64' | 'ppc64';
  /** A compiler's name proves more than the shape of a line. */
  readonly weight: 'proof' | 'sign' | 'hint';
}

/** The hypervisor's command line. */
export interface XenCommandLine {
  readonly kind: 'command-line';
  readonly text: string;
}

/** What the PDX compression did. */
export type PdxOutcome =
  | { readonly scheme: 'none' }
  /** PFN bits `firstBit..lastBit` are squeezed out. */
  | { readonly scheme: 'mask'; readonly firstBit: number; readonly lastBit: number }
  | { readonly scheme: 'offset'; readonly shift: number; readonly regionPages: number };

/** The hypervisor told what its PDX compression did. */
export interface PdxTold {
  readonly kind: 'pdx';
  readonly outcome: PdxOutcome;
}

/** Sizes that the hypervisor told about its heaps. */
export interface HeapSize {
  readonly kind: 'heap-size';
  readonly heap: 'xen' | 'dom';
  readonly pages: number;
  /** Where the xen heap lies; null if the line does not say. */
  readonly range: AddressRange | null;
}

/** The heap is there; the width of its DMA zone in bits, 0 for none. */
export interface HeapInitialised {
  readonly kind: 'heap-initialised';
  readonly dmaBits: number;
}

/** A number that the hypervisor told. */
interface NumberFact<K extends string> {
  readonly kind: K;
  readonly value: number;
}

/** Bytes, pages, processors, an address, bytes. */
export type ToldNumber =
  | NumberFact<'system-ram'>
  | NumberFact<'low-memory-threshold'>
  | NumberFact<'cpus'>
  | NumberFact<'xen-image'>
  | NumberFact<'ram-limit'>;

/** How free memory was scrubbed at boot. */
export interface ScrubTold {
  readonly kind: 'scrub';
  readonly when: 'idle' | 'on';
}

/** The hypervisor stopped here. */
export interface Stop {
  readonly kind: 'stop';
  readonly text: string;
}

/** A debug key's output begins. */
export interface DumpHeading {
  readonly kind: 'dump-heading';
  readonly key: 'm' | 'H' | 'u';
}

/** Free pages as a debug key shows them. `node` null: of all nodes. */
export interface FreePages {
  readonly kind: 'free-pages';
  readonly node: number | null;
  /** A zone; `xen`, `dom` for the sums of a heap; `all` for a node as a whole. */
  readonly zone: number | 'xen' | 'dom' | 'all';
  readonly pages: number;
}

/** A free block as a patched hypervisor shows it. */
export interface FreeBlock extends AddressRange {
  readonly kind: 'free-block';
  readonly node: number;
  readonly zone: number;
  readonly order: number;
}

/** A node as debug key `u` shows it, in frames. */
export interface NodeSpan {
  readonly kind: 'node-span';
  readonly node: number;
  readonly first: number;
  readonly pages: number;
}

/** Processors of a node, as debug key `u` shows them. */
export interface NodeCpus {
  readonly kind: 'node-cpus';
  readonly node: number;
  readonly first: number;
  readonly last: number;
}

/** A line that is known, and tells nothing that the machine or its heap depends on. */
export interface Irrelevant {
  readonly kind: 'irrelevant';
}

/** What one line of a log says. */
export type FactBody =
  | MapHeading
  | E820Entry
  | EfiDescriptor
  | SratMemory
  | CpuNode
  | SratRejected
  | NodeMemory
  | RamBank
  | TakenMemory
  | XenBanner
  | ArchitectureSign
  | XenCommandLine
  | PdxTold
  | HeapSize
  | HeapInitialised
  | ToldNumber
  | ScrubTold
  | Stop
  | DumpHeading
  | FreePages
  | FreeBlock
  | NodeSpan
  | NodeCpus
  | Irrelevant;

/** What a line says, and which line. */
export type Fact = FactBody & { readonly line: number };

/** The kinds of facts. */
export type FactKind = Fact['kind'];

/** The facts of a kind. */
export type FactOf<K extends FactKind> = Extract<Fact, { readonly kind: K }>;

/** The facts of one kind, in the order of their lines. */
export function factsOf<K extends FactKind>(facts: readonly Fact[], kind: K): readonly FactOf<K>[] {
  return facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
}

/** Reads one line: what it says, nothing if it says several things or none that this reader knows. */
export type LineReader = (text: string) => readonly FactBody[];

/** What a reader gives back for a line that is not its. */
export const NOTHING: readonly FactBody[] = [];
