import { importFtrace } from '../../src/import/ftrace/import-ftrace.ts';
import type { FtraceOptions } from '../../src/import/ftrace/import-ftrace.ts';
import type { FtraceTally } from '../../src/import/ftrace/tally.ts';
import { Verifier } from '../../src/replay/verify.ts';
import type { TraceHeader } from '../../src/trace/header.ts';
import type { TraceRecord } from '../../src/trace/trace-record.ts';

/** A recording that became a trace. */
export interface FtraceRun {
  readonly header: TraceHeader;
  /** Of the boot. */
  readonly boot: readonly TraceRecord[];
  /** Behind the boot. */
  readonly records: readonly TraceRecord[];
  readonly tally: FtraceTally;
  readonly assumed: readonly string[];
}

/** Imports a text, given in pieces of this size, and verifies what comes of it. */
export async function importText(
  text: string,
  options: Partial<FtraceOptions> = {},
  pieceSize = 65_536,
): Promise<FtraceRun> {
  const bytes = new TextEncoder().encode(text);
  const source = async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
  };
  const { header, batches, tally, assumed } = await importFtrace(source, { name: 'x', version: '1', ...options });
  const records: TraceRecord[] = [];
  const verifier = new Verifier(header.machine, header.heap);
  for await (const batch of batches) {
    if (batch.first !== records.length + 1) throw new Error(`a batch begins with ${batch.first}`);
    if (!verifier.checkBatch(batch, false)) throw new Error(JSON.stringify(verifier.result()));
    records.push(...batch.records);
  }
  const isBoot = (record: TraceRecord): boolean => record['x-synthetic'] === 'boot';
  return {
    header,
    boot: records.filter(isBoot),
    records: records.filter((record) => !isBoot(record)),
    tally,
    assumed,
  };
}

/** What was counted, without what was not. */
export function counts(tally: FtraceTally): Readonly<Record<string, number>> {
  const { problems: _, ignored: __, lines: ___, ...numbers } = tally;
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0));
}
