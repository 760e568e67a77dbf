import { formatPhysicalAddress, formatVirtualAddress, memFlagNames } from '@heaplay/core';
import type { CallResult, MemFlags, PhysicalAddress, VirtualAddress } from '@heaplay/core';
import { brief, count, frame, isAllocation, pages, plural } from '@heaplay/replay';
import type { RecordType, TraceRecord } from '@heaplay/replay';

type Word = (value: never) => string;

const physical: Word = (value: PhysicalAddress) => formatPhysicalAddress(value);
const virtual: Word = (value: VirtualAddress) => formatVirtualAddress(value);

/** How each argument is written, in the order in which they stand. */
const WORDS: Readonly<Record<string, Word>> = {
  domain: (value: number) => `d${value}`,
  mfn: (value: number) => frame(value),
  mfns: (value: readonly number[]) => `${plural(value.length, 'frame')} ${value.slice(0, 4).map(frame).join(', ')}`,
  va: virtual,
  start: (value: PhysicalAddress) => `from ${physical(value as never)}`,
  end: (value: PhysicalAddress) => `to ${physical(value as never)}`,
  order: (value: number) => `order ${value} (${plural(2 ** value, 'page')})`,
  pages: (value: number) => pages(value),
  align: (value: number) => `at a multiple of ${plural(value, 'page')}`,
  maxPages: (value: number) => `at most ${pages(value)}`,
  zoneHi: (value: number) => `zones ${value}`,
  zoneLo: (value: number) => `down to ${value}`,
  node: (value: number) => `node ${value}`,
  bits: (value: number) => `below ${value} address bits`,
  nodeAffinity: (value: readonly number[]) => `nodes ${value.join(', ')}`,
  addressBits: (value: number) => `${value} address bits`,
  minBits: (value: number) => `from ${value} bits`,
  maxBits: (value: number) => `to ${value} bits`,
  vcpu: (value: number) => `vCPU ${value}`,
  state: (value: string) => value,
  dirty: (value: boolean) => (value ? 'dirty' : 'clean'),
  broken: (value: boolean) => (value ? 'broken' : ''),
  preempt: (value: boolean) => (value ? 'other work waits' : ''),
  write: (value: boolean) => (value ? 'write' : 'read'),
  digest: (value: string) => value,
  flags: (value: MemFlags) => memFlagNames(value).join(' '),
};

/** What stands in columns of its own. */
const ELSEWHERE: ReadonlySet<string> = new Set(['type', 'at', 'cpu', 'caller', 'result', 'virqs', 'freePagesBefore']);

/** What a record asks for, in words, one for each argument. */
export function argumentWords(record: TraceRecord): string[] {
  const given = new Map(Object.entries(record).filter(([key, value]) => !ELSEWHERE.has(key) && value !== undefined));
  const words: string[] = [];
  for (const [key, word] of Object.entries(WORDS)) {
    if (!given.has(key)) continue;
    words.push(word(given.get(key) as never));
    given.delete(key);
  }
  for (const [key, value] of given) words.push(otherWord(key, value));
  return words.filter((word) => word !== '');
}

/** What no call has: parts of what somebody saw, and extensions. */
function otherWord(key: string, value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '' : `${key}: ${count(value.length)}`;
  if (typeof value === 'object' && value !== null) return key;
  return `${key} ${typeof value === 'number' ? count(value) : brief(value, 60)}`;
}

const ERRNO: ReadonlyMap<number, string> = new Map([
  [0, 'ok'],
  [-1, 'EPERM'],
  [-7, 'E2BIG'],
  [-12, 'ENOMEM'],
  [-22, 'EINVAL'],
]);

/** What a call returned, in words; empty: nothing. */
export function resultWords(type: RecordType, result: CallResult | undefined): string {
  if (result === undefined) return '';
  if (result === null) return 'nothing';
  if (typeof result === 'bigint') return formatVirtualAddress(result as VirtualAddress);
  switch (typeof result) {
    case 'number':
      return numberWords(type, result);
    case 'boolean':
      return result ? 'more to do' : 'all clean';
    case 'string':
      return result;
    default:
      return objectWords(result);
  }
}

function numberWords(type: RecordType, result: number): string {
  switch (type) {
    case 'assign_pages':
    case 'domain_set_outstanding_pages':
      return ERRNO.get(result) ?? `errno ${result}`;
    case 'relinquish_memory':
      return plural(result, 'page');
    case 'xenheap_max_mfn':
      return plural(result, 'bit');
    default:
      return frame(result);
  }
}

function objectWords(result: object): string {
  const words = Object.entries(result).map(([key, value]: [string, unknown]) => {
    if (key === 'errno' && typeof value === 'number') return ERRNO.get(value) ?? `errno ${value}`;
    if (key === 'status' && typeof value === 'number') return `status 0x${value.toString(16)}`;
    return typeof value === 'number' ? `${key} ${count(value)}` : `${key} ${brief(value, 40)}`;
  });
  return words.join(', ');
}

/** The frame that a call returned, or else the one that it names; null: none. */
export function frameOf(record: TraceRecord, result: CallResult | undefined): number | null {
  const returnsFrame = isAllocation(record.type as never) || record.type === 'alloc_boot_pages';
  if (returnsFrame || record.type === 'virt_to_mfn') return typeof result === 'number' ? result : null;
  return 'mfn' in record ? record.mfn : null;
}
