import { lastValueFrom } from 'rxjs';
import { verify } from '../../replay/verify.ts';
import type { Mismatch, VerifyResult } from '../../replay/verify.ts';
import { TraceError } from '../../trace/errors.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { brief, count, plural } from '../../text/format.ts';
import { checkStdin, openTraceFile } from '../open-trace.ts';
import { colors } from '../terminal.ts';

/** What the options of `heaplay verify` say. */
export interface VerifyOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

type TraceVerdict =
  | { readonly trace: string; readonly result: VerifyResult }
  | { readonly trace: string; readonly error: TraceError };

/** `heaplay verify` */
export async function verifyAction(
  traces: readonly string[],
  options: VerifyOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  checkStdin(traces);
  const verdicts: TraceVerdict[] = [];
  for (const trace of traces) {
    const verdict = await verifyTrace(trace, options, (text) => terminal.err(text));
    verdicts.push(verdict);
    if (options.json !== true) await terminal.out(line(verdict));
    if ('error' in verdict) terminal.err(`heaplay: ${verdict.error.message}\n`);
  }
  const bad = verdicts.filter((verdict) => 'error' in verdict);
  const ok = verdicts.every((verdict) => 'result' in verdict && verdict.result.ok);
  if (options.json === true) {
    await terminal.out(`${JSON.stringify({ ok, traces: verdicts.map(asJson) })}\n`);
  } else if (traces.length > 1) {
    await terminal.out(summary(verdicts));
  }
  if (bad.length > 0) return EXIT.input;
  return ok ? EXIT.ok : EXIT.no;
}

async function verifyTrace(path: string, options: VerifyOptions, warn: (text: string) => void): Promise<TraceVerdict> {
  try {
    const trace = await openTraceFile(path, warn);
    const { machine, heap } = trace.header;
    const result = await lastValueFrom(
      trace.batches.pipe(verify(machine, heap, { all: options.all ?? false, trace: trace.name })),
    );
    return { trace: trace.name, result };
  } catch (error) {
    if (error instanceof TraceError) return { trace: path, error };
    throw error;
  }
}

function line(verdict: TraceVerdict): string {
  if ('error' in verdict) return `${colors.red('bad input')}  ${verdict.trace}\n`;
  const { trace, result } = verdict;
  const { records, checked, mismatches } = result;
  if (result.ok) return `${colors.green('ok')}  ${trace}  ${plural(records, 'record')}, ${count(checked)} checked\n`;
  const details = mismatches.map(mismatchLines);
  return `${colors.red('MISMATCH')}  ${trace}  ${plural(mismatches.length, 'mismatch', 'mismatches')} in ${plural(records, 'record')}\n${details.join('')}`;
}

function mismatchLines({ record, type, what, expected, found, reason }: Mismatch): string {
  const side = (value: unknown): string => {
    if (what !== 'bug') return brief(value);
    return value === null ? 'goes on' : `stops with a ${String(value)}`;
  };
  return [
    `    record ${record}, ${type}: ${what}\n`,
    `      real Xen   ${side(expected)}\n`,
    `      the model  ${side(found)}${reason === undefined ? '' : `: ${reason}`}\n`,
  ].join('');
}

function summary(verdicts: readonly TraceVerdict[]): string {
  const results = verdicts.flatMap((verdict) => ('result' in verdict ? [verdict.result] : []));
  const good = results.filter((result) => result.ok).length;
  const records = results.reduce((sum, result) => sum + result.records, 0);
  const checked = results.reduce((sum, result) => sum + result.checked, 0);
  return `${plural(verdicts.length, 'trace')}: ${count(good)} ok, ${count(verdicts.length - good)} not; ${plural(records, 'record')}, ${count(checked)} checked\n`;
}

function asJson(verdict: TraceVerdict): object {
  if ('error' in verdict) {
    return { trace: verdict.trace, records: 0, checked: 0, ok: false, mismatches: [], error: verdict.error.message };
  }
  const { records, checked, ok, mismatches } = verdict.result;
  return {
    trace: verdict.trace,
    records,
    checked,
    ok,
    // A key without a value would vanish: what is not there is null.
    mismatches: mismatches.map((mismatch) => ({
      record: mismatch.record,
      what: mismatch.what,
      expected: mismatch.expected ?? null,
      found: mismatch.found ?? null,
      type: mismatch.type,
      ...(mismatch.reason === undefined ? {} : { reason: mismatch.reason }),
    })),
  };
}
