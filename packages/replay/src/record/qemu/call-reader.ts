import {
  DOMAIN_ID_LIMIT,
  type DomainId,
  type MemFlags,
  type Mfn,
  NODE_ANY,
  type NodeId,
  type PhysicalAddress,
  type VirtualAddress,
  memFlags,
} from '@heaplay/core';
import type { Registers } from './abi.ts';
import type { CallEntry } from './call-entry.ts';
import type { FrameNumbers } from './frame-numbers.ts';
import type { MemFlagLayout } from './layout.ts';
import { RecordingError } from './remote-error.ts';
import type { Arguments, Returned, WatchedFunction } from './watched-function.ts';
import type { XenMemory } from './xen-memory.ts';

/** What a call is read with. */
export interface CallSource {
  readonly memory: XenMemory;
  /** Not known before the frame table is. */
  readonly frames: FrameNumbers | undefined;
}

/** The arguments of a call, as they were given too, and where the domains that it names lie. */
export interface ArgumentsRead extends Arguments {
  readonly raw: readonly bigint[];
  readonly domains: ReadonlyMap<DomainId, bigint>;
}

/** The arguments of a call at its first instruction. */
export async function readArguments(
  { memory, frames }: CallSource,
  watched: WatchedFunction,
  entry: CallEntry,
): Promise<ArgumentsRead> {
  const raw = entry.parameters(watched.parameters.map((kind) => kind === 'physical')).map((value, index) => {
    const kind = watched.parameters[index];
    return kind === 'int' || kind === 'flags' ? BigInt.asUintN(32, value) : value;
  });
  const domainIds = new Map<number, DomainId>();
  const domains = new Map<DomainId, bigint>();
  for (const [index, kind] of watched.parameters.entries()) {
    const domain = raw[index] ?? 0n;
    if (kind !== 'domain' || domain === 0n) continue;
    const id = await memory.numberAt(domain + BigInt(memory.layout.domain.id), 2);
    // Xen's own domains stand for nobody.
    if (id >= DOMAIN_ID_LIMIT) continue;
    domainIds.set(index, id as DomainId);
    domains.set(id as DomainId, domain);
  }
  const value = (parameter: number): bigint => raw[parameter] ?? 0n;
  return {
    raw,
    domains,
    isNull: (parameter) => value(parameter) === 0n,
    number: (parameter) => Number(value(parameter)),
    physical: (parameter) => Number(value(parameter)) as PhysicalAddress,
    virtual: (parameter) => value(parameter) as VirtualAddress,
    page: (parameter) => known(frames).ofPage(value(parameter)),
    xenHeapFrame: (parameter) => known(frames).ofXenHeapAddress(value(parameter)),
    domain: (parameter) => {
      const domain = domainIds.get(parameter);
      return domain === undefined ? {} : { domain };
    },
    flags: (parameter) => unpackFlags(memory.layout.memFlags, Number(value(parameter))),
    frames: async (parameter, count) => {
      const { wordBytes } = memory.abi;
      const bytes = await memory.bytes(value(parameter), count * wordBytes);
      return Array.from({ length: count }, (_, index) => Number(memory.wordIn(bytes, index * wordBytes)) as Mfn);
    },
  };
}

/** What a call has returned, at the instruction behind it. */
export function readReturned(
  { memory, frames }: CallSource,
  registers: Registers,
  raw: readonly bigint[],
  scrubbed: () => Promise<number>,
): Returned {
  const { result } = registers;
  return {
    page: () => (result === 0n ? null : known(frames).ofPage(result)),
    xenHeapFrame: () => (result === 0n ? null : known(frames).ofXenHeapAddress(result)),
    number: () => Number(result),
    errno: () => Number(BigInt.asIntN(32, result)),
    truth: () => (result & 0xffn) !== 0n,
    virtual: () => result as VirtualAddress,
    numberAt: (parameter) => memory.numberAt(raw[parameter] ?? 0n, 4),
    scrubbed,
    heapTotals: async () => ({
      dmaBits: await memory.numberOf('dma_bitsize', 4),
      freePages: Number(await memory.wordOf('total_avail_pages')),
    }),
  };
}

/** The flags of an allocation, its node and its width; what says nothing is left out. */
export function unpackFlags(
  { bits, nodeShift, widthShift }: MemFlagLayout,
  word: number,
): { readonly flags?: MemFlags; readonly node?: NodeId; readonly bits?: number } {
  const names = Object.entries(bits).flatMap(([name, bit]) =>
    ((word >>> bit) & 1) === 1 ? [name as keyof typeof bits] : [],
  );
  const node = ((word >>> nodeShift) - 1) & 0xff;
  const width = (word >>> widthShift) & 0xff;
  return {
    ...(names.length === 0 ? {} : { flags: memFlags(...names) }),
    ...(node === NODE_ANY ? {} : { node: node as NodeId }),
    ...(width === 0 ? {} : { bits: width }),
  };
}

function known(frames: FrameNumbers | undefined): FrameNumbers {
  if (frames !== undefined) return frames;
  throw new RecordingError(
    'found a call that names a page before the boot allocator has ended; expected none so early. Next: report it, with the build of Xen',
  );
}
