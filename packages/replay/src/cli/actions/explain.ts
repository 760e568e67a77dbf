import { describeFailure, describeStep } from '../../analysis/describe-step.ts';
import { NothingToExplain, explainRecord } from '../../analysis/explain.ts';
import type { RecordExplanation } from '../../analysis/explain.ts';
import { brief, count, frame, plural } from '../../text/format.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { ConfigOptions } from '../config-options.ts';
import { resultToJson } from '../../trace/encode-record.ts';
import type { CommandContext } from '../context.ts';
import { describeRecord } from '../describe-record.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { expectRecord, openTimelineFile } from '../open-timeline.ts';
import { colors } from '../terminal.ts';

/** What the options of `heaplay explain` say. */
export interface ExplainOptions extends ConfigOptions {
  readonly json?: boolean;
}

/** `heaplay explain` */
export async function explainAction(
  path: string,
  record: number,
  options: ExplainOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const timeline = await openTimelineFile(path, options, terminal);
  expectRecord(timeline, `explain ${record}`, record, 1);
  const explanation = explained(timeline, record);
  await terminal.out(options.json === true ? json(explanation) : human(timeline, explanation));
  return EXIT.ok;
}

function explained(timeline: Timeline, record: number): RecordExplanation {
  try {
    return explainRecord(timeline, record);
  } catch (error) {
    if (error instanceof NothingToExplain) throw new UsageError(`explain: ${error.message}`);
    throw error;
  }
}

function json({ record, call, outcome, reason, failure, steps }: RecordExplanation): string {
  const value = {
    record,
    outcome: { result: resultToJson(outcome.result) ?? null, virqs: outcome.virqs },
    reason,
    steps: steps.map((step) => ({ ...step, text: describeStep(step) })),
    call: call.type,
    failure,
    text: failure === null ? null : describeFailure(failure),
  };
  return `${JSON.stringify(value)}\n`;
}

function human(timeline: Timeline, explanation: RecordExplanation): string {
  const { record, outcome, failure, steps } = explanation;
  const asked = timeline.recordAt(record);
  const width = String(steps.length).length;
  const caller = asked.caller === undefined ? '' : `  called by ${asked.caller.join(' < ')}\n`;
  return [
    `${colors.bold(`record ${count(record)}`)}: ${describeRecord(asked)}\n${caller}\n`,
    ...steps.map((step, at) => `  ${String(at + 1).padStart(width)}. ${describeStep(step)}\n`),
    failure === null
      ? `\n${colors.green('it gets')} ${gotten(outcome.result)}${raised(outcome.virqs)}\n`
      : `\n${colors.red(`it fails: ${failure.reason}`)}\n  ${describeFailure(failure)}\n`,
  ].join('');
}

function gotten(result: unknown): string {
  return typeof result === 'number' ? `frame ${frame(result)} (${count(result)})` : brief(result);
}

function raised(virqs: number): string {
  return virqs === 0 ? '' : `, and raises ${plural(virqs, 'low-memory interrupt')}`;
}
