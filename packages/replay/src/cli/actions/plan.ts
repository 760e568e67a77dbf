import { of } from 'rxjs';
import { importMachine } from '../../import/import-machine.ts';
import type { ImportOptions } from '../../import/import-machine.ts';
import { readText } from '../../import/lines/read-text.ts';
import type { LayoutPlan } from '../../plan/layout-plan.ts';
import { keptRam, planLayouts, plannedMachine } from '../../plan/plan-layouts.ts';
import type { PlanSource } from '../../plan/plan-layouts.ts';
import { planSourceOf } from '../../plan/plan-source.ts';
import { TraceError } from '../../trace/errors.ts';
import { STDIO, fileChunks, readTraceFile } from '../../trace/node/file.ts';
import { readTrace } from '../../trace/reader.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { planReport } from '../plan-report.ts';

/** What the options of `heaplay plan` say. */
export interface PlanOptions extends Pick<ImportOptions, 'from' | 'boot' | 'arch'> {
  readonly json?: boolean;
}

/** `heaplay plan` */
export async function planAction(path: string, options: PlanOptions, { terminal }: CommandContext): Promise<ExitCode> {
  const { json, ...importOptions } = options;
  const name = path === STDIO ? 'standard input' : path;
  const source = await readSource(path, { ...importOptions, name }, terminal.err);
  const plans = planLayouts(source);
  const machine = plannedMachine(source);
  await terminal.out(
    json === true
      ? `${JSON.stringify({ machine, plans: plans.map(asJson) })}\n`
      : planReport(machine, plans, keptRam(source)),
  );
  return EXIT.ok;
}

async function readSource(
  path: string,
  options: ImportOptions & { readonly name: string },
  warn: (text: string) => void,
): Promise<PlanSource> {
  const trace = path === STDIO ? undefined : await readTraceFile(path).catch(asNoTrace);
  if (trace !== undefined && !(trace instanceof TraceError)) return trace.header;
  const text = await readText(fileChunks(path), options.name);
  if (looksLikeTrace(text)) {
    // It wants to be one: what is wrong with it is what reading it said.
    if (trace !== undefined) throw trace;
    return (await readTrace(of(new TextEncoder().encode(text)), { name: options.name })).header;
  }
  const imported = importMachine(text, options);
  for (const assumption of imported.assumed) warn(`heaplay: assumed: ${assumption}\n`);
  for (const { line, message } of imported.problems) {
    warn(`heaplay: problem: ${line === null ? '' : `line ${line}: `}${message}\n`);
  }
  return planSourceOf(imported);
}

/** Why a file cannot be read as a trace. */
function asNoTrace(error: unknown): TraceError {
  if (error instanceof TraceError) return error;
  throw error;
}

/** No log begins with a brace. */
function looksLikeTrace(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** All but what only a picture needs. */
function asJson(plan: LayoutPlan): object {
  return { ...plan, directMap: undefined };
}
