import type { Expression } from '../expression/expression.ts';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../instrument/run-attributes.ts';
import { setupAttributes } from '../instrument/setup-attributes.ts';
import { tracedSteps } from '../instrument/traced.ts';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';

/** A rule that must hold behind every record. */
export interface CheckRule {
  readonly kind: 'never' | 'always';
  readonly condition: Expression;
}

/** Where a rule was broken first. */
export interface Violation {
  readonly record: number;
  /** The rule as it was given: `never EXPR`, or `always EXPR`. */
  readonly rule: string;
}

/** What came of checking. */
export interface CheckResult {
  readonly ok: boolean;
  /** The first violation of each rule that was broken, in the order of the rules. */
  readonly violations: readonly Violation[];
}

/** Asks every rule at every moment of a run, power-on among them. A rule that was broken is not asked again. */
export function check(timeline: Timeline, rules: readonly CheckRule[]): CheckResult {
  return atOnce(checkStepwise(timeline, rules));
}

/** The same, pausing on the way. */
export function checkStepwise(timeline: Timeline, rules: readonly CheckRule[]): Stepwise<CheckResult> {
  const attributes = { ...setupAttributes(timeline.name, timeline.setup), [RUN_ATTRIBUTES.rules]: rules.length };
  return tracedSteps({ name: RUN_SPANS.check, attributes }, checked(timeline, rules), ({ violations }) => ({
    [RUN_ATTRIBUTES.violations]: violations.length,
  }));
}

function* checked(timeline: Timeline, rules: readonly CheckRule[]): Stepwise<CheckResult> {
  const broken = new Map<CheckRule, number>();
  const ask = (moment: Parameters<Expression['holds']>[0]): boolean => {
    for (const rule of rules) {
      if (!broken.has(rule) && rule.condition.holds(moment) === (rule.kind === 'never')) {
        broken.set(rule, moment.record);
      }
    }
    return broken.size < rules.length;
  };
  if (ask(timeline.momentAt(0))) {
    yield* timeline.walkStepwise(0, timeline.length, (record, batch) => ask(timeline.momentAt(record, batch.view)));
  }
  const violations = rules.flatMap((rule) => {
    const record = broken.get(rule);
    return record === undefined ? [] : [{ record, rule: `${rule.kind} ${rule.condition.text}` }];
  });
  return { ok: violations.length === 0, violations };
}
