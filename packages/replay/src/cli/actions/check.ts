import { checkStepwise } from '../../analysis/check.ts';
import type { CheckRule } from '../../analysis/check.ts';
import { count, plural } from '../../text/format.ts';
import { condition } from '../condition.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { describeRecordOf } from '../describe-record.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { openTimelineFile } from '../open-timeline.ts';
import { colors } from '../terminal.ts';
import { inTurns } from '../in-turns.ts';

/** What the options of `heaplay check` say. */
export interface CheckOptions extends ConfigOptions {
  readonly never?: readonly string[];
  readonly always?: readonly string[];
  readonly json?: boolean;
}

/** `heaplay check` */
export async function checkAction(
  path: string,
  options: CheckOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const rules = (['never', 'always'] as const).flatMap((kind) =>
    (options[kind] ?? []).map((text): CheckRule => ({ kind, condition: condition(`--${kind}`, text) })),
  );
  if (rules.length === 0) {
    throw new UsageError(
      "check: no rule to check. Next: give one, as in --never 'heap.freePages < 4096' or --always 'heap.claims == 0'",
    );
  }
  const timeline = await openTimelineFile(path, options, terminal);
  const { ok, violations } = await inTurns(checkStepwise(timeline, rules), 'checking', timeline, terminal);
  if (options.json === true) {
    await terminal.out(`${JSON.stringify({ ok, violations })}\n`);
    return ok ? EXIT.ok : EXIT.no;
  }
  const scope = `${timeline.name}  ${plural(timeline.length, 'record')}, ${plural(rules.length, 'rule')}`;
  const stop = timeline.bug === null ? '' : `; Xen stops with a ${timeline.bug.kind} at record ${timeline.bug.record}`;
  const verdict = ok ? colors.green('ok') : colors.red('BROKEN');
  const lines = violations.map(
    ({ record, rule }) =>
      `    ${rule}\n      first broken behind record ${count(record)}: ${describeRecordOf(timeline, record)}\n`,
  );
  const broken = ok ? '' : `, ${count(violations.length)} broken`;
  await terminal.out(`${verdict}  ${scope}${broken}${stop}\n${lines.join('')}`);
  return ok ? EXIT.ok : EXIT.no;
}
