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
  const header = path === STDIO ? undefined : await headerOf(path);
  if (header !== undefined) return header;
  const text = await readText(fileChunks(path), options.name);
  if (looksLikeTrace(text)) return (await readTrace(of(new TextEncoder().encode(text)), { name: options.name })).header;
  const imported = importMachine(text, options);
  for (const assumption of imported.assumed) warn(`heaplay: assumed: ${assumption}\n`);
  for (const { line, message } of imported.problems) {
    warn(`heaplay: problem: ${line === null ? '' : `line ${line}: `}${message}\n`);
  }
  return planSourceOf(imported);
}

/** The setup of a trace, of which only the beginning is read; undefined for a file that is no trace, nor wants to be one. */
async function headerOf(path: string): Promise<PlanSource | undefined> {
  try {
    return (await readTraceFile(path)).header;
  } catch (error) {
    if (!(error instanceof TraceError) || looksLikeTrace(await readText(fileChunks(path), path))) throw error;
    return undefined;
  }
}

/** No log begins with a brace. */
function looksLikeTrace(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** All but what only a picture needs. */
function asJson(plan: LayoutPlan): object {
  return { ...plan, directMap: undefined };
}
