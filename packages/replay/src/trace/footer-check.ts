import type { FieldProblem } from '@heaplay/core';
import { hexOf } from './bytes.ts';
import type { IncrementalHash } from './hash.ts';
import type { TraceFooter } from './trace-record.ts';

const NOTHING = new Uint8Array(0);

/** Hashes all lines but the last one, which may turn out to be the footer. */
export class FooterCheck {
  private readonly hash: IncrementalHash;
  /** The last line that is not blank and what follows it, not hashed yet. */
  private held: Uint8Array = NOTHING;

  constructor(hash: IncrementalHash) {
    this.hash = hash;
  }

  /** Takes whole lines, or the last one without its end. */
  push(bytes: Uint8Array): void {
    const start = startOfLastLine(bytes);
    if (start < 0) {
      this.hold(bytes);
      return;
    }
    this.hash.update(this.held);
    this.hash.update(bytes.subarray(0, start));
    this.held = NOTHING;
    this.hold(bytes.subarray(start));
  }

  /** What is wrong with a footer on the last line, if anything. To be asked once. */
  problem(footer: TraceFooter, records: number): FieldProblem | undefined {
    const sha256 = hexOf(this.hash.digest());
    const hint = 'the file was changed after it was written, or lines were lost on the way: fetch the original again';
    if (footer.records !== records) {
      const expected = `${records}, the number of records before it`;
      return { field: 'records', found: String(footer.records), expected, hint };
    }
    if (footer.sha256 === sha256) return undefined;
    const expected = `"${sha256}", the SHA-256 of all bytes before this line`;
    return { field: 'sha256', found: `"${footer.sha256}"`, expected, hint };
  }

  private hold(bytes: Uint8Array): void {
    const longer = new Uint8Array(this.held.length + bytes.length);
    longer.set(this.held);
    longer.set(bytes, this.held.length);
    this.held = longer;
  }
}

/** Where the last line that is not blank begins; -1 if all are. */
function startOfLastLine(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) <= 32) end -= 1;
  return end === 0 ? -1 : bytes.lastIndexOf(10, end - 1) + 1;
}
