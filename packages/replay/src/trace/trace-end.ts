import type { Compression } from './unpack.ts';

/** A trace that breaks off. */
export interface TraceCut {
  /** What broke off: the last line, or the compressed stream around it. */
  readonly where: 'line' | 'gzip' | 'zstd';
  /** Bytes behind the last whole line that were there but could not be used, unpacked. What came after is unknown. */
  readonly lostBytes: number;
}

/** How a trace ended that could be read. */
export interface TraceEnd {
  readonly records: number;
  /** Bytes that were read, unpacked. */
  readonly bytes: number;
  readonly compression: Compression;
  /** `verified`: it was there, and its count and its hash are right. */
  readonly footer: 'verified' | 'missing';
  readonly cut: TraceCut | null;
  /** What a person should know, if anything: a sentence. */
  readonly warning: string | null;
}

/** What a person should know about the end of a trace; null if it is as it should be. */
export function describeEnd(trace: string, end: Omit<TraceEnd, 'warning'>): string | null {
  const read = `${end.records} ${end.records === 1 ? 'record was' : 'records were'} read`;
  if (end.cut !== null) return `${trace}: ${describeCut(end.cut)}; ${read}, what came after is lost`;
  if (end.footer === 'verified') return null;
  return `${trace}: no footer, so the recording may have been cut short; ${read}, up to a whole last line`;
}

function describeCut({ where, lostBytes }: TraceCut): string {
  const dropped =
    lostBytes === 0 ? 'no byte of a line' : `${lostBytes} ${lostBytes === 1 ? 'byte' : 'bytes'} of a line`;
  switch (where) {
    case 'line':
      return `cut in the middle of its last line (${dropped} dropped)`;
    case 'gzip':
      return `cut inside its gzip stream (${dropped} dropped)`;
    case 'zstd':
      return `cut inside a zstd frame (${dropped} dropped)`;
  }
}
