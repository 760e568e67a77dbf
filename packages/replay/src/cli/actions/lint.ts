import { LINT_RULES } from '../../lint/finding.ts';
import type { Finding, LintRule } from '../../lint/finding.ts';
import { STASH_LIMIT, lintStepwise } from '../../lint/lint.ts';
import { count, plural, table } from '../../text/format.ts';
import { wantedSetup } from '../config-change.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { inTurns } from '../in-turns.ts';
import { loadSource } from '../open-timeline.ts';
import { colors } from '../terminal.ts';

/** What the options of `heaplay lint` say. */
export interface LintActionOptions extends ConfigOptions {
  readonly stashLimit?: number;
  readonly ignore?: readonly string[];
  readonly json?: boolean;
}

/** `heaplay lint` */
export async function lintAction(
  path: string,
  options: LintActionOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const { stashLimit = STASH_LIMIT, json } = options;
  const ignored = new Set((options.ignore ?? []).map(ruleOf));
  const source = await loadSource(path, terminal);
  const to = wantedSetup(source.header, options);
  const all = await inTurns(lintStepwise(source, { to, stashLimit }), 'looking', source.table, terminal);
  const findings = all.filter(({ rule }) => !ignored.has(rule));
  if (json === true) await terminal.out(`${JSON.stringify({ findings })}\n`);
  else await terminal.out(report(source.name, source.table.length, findings));
  return findings.length === 0 ? EXIT.ok : EXIT.no;
}

function ruleOf(name: string): LintRule {
  const rule = LINT_RULES.find((one) => one === name);
  if (rule !== undefined) return rule;
  throw new UsageError(`--ignore ${name}: there is no such rule. Next: name one of ${LINT_RULES.join(', ')}`);
}

function report(name: string, records: number, findings: readonly Finding[]): string {
  const verdict = findings.length === 0 ? colors.green('ok') : colors.red(plural(findings.length, 'finding'));
  const rows = findings.map(({ record, rule, message }) => [`  ${count(record)}`, rule, message]);
  return `${verdict}  ${name}  ${plural(records, 'record')}\n${table(rows, 'rll')}`;
}
