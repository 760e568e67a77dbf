import { usedBlocks, orderPages } from '@heaplay/core';
import type { HeapCall } from '@heaplay/core';
import { symbolOf } from '../analysis/stats.ts';
import { isAllocation } from '../diff/call-class.ts';
import { AllocationIndex } from '../rebase/allocation-index.ts';
import { PairedRun } from '../rebase/paired-run.ts';
import type { CarriedOut } from '../rebase/paired-run.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { atRecord } from '../replay/at-record.ts';
import { pages, plural } from '../text/format.ts';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { isObservation } from '../trace/record-kind.ts';
import { LINT_RULES } from './finding.ts';
import type { Finding, LintRule } from './finding.ts';
import { MappingRules } from './mapping-rules.ts';
import { checkPages } from './page-rules.ts';
import type { AllocationOf } from './page-rules.ts';

/** Calls that a CPU may make while a transient mapping of its own lives, unless somebody says otherwise. */
export const STASH_LIMIT = 100;

/** How to look at a trace. */
export interface LintOptions {
  /** The configuration to run it under; the recorded one unless said. */
  readonly to?: Setup;
  /** See {@link STASH_LIMIT}. */
  readonly stashLimit?: number;
}

/** Records between two pauses. */
const PAUSE = 4096;

/**
 * Misuse in a run that this or another layout would punish, by rising record. Calls that would stop Xen are told and left
 * out, so that what comes after them is looked at too. Throws `BootPanic` if the machine does not boot with the layout.
 */
export function lint(source: TimelineSource, options: LintOptions = {}): readonly Finding[] {
  return atOnce(lintStepwise(source, options));
}

/** The same, pausing on the way. */
export function* lintStepwise(source: TimelineSource, options: LintOptions = {}): Stepwise<readonly Finding[]> {
  const linter = new Linter(source, options);
  for (let number = 1; number <= source.table.length; number++) {
    linter.step(number);
    if (number % PAUSE === 0) yield number;
  }
  return linter.end();
}

class Linter {
  private readonly source: TimelineSource;
  private readonly run: PairedRun;
  private readonly mappings: MappingRules;
  private readonly allocations = new AllocationIndex();
  private readonly findings: Finding[] = [];
  private record = 0;
  private readonly report = (rule: LintRule, message: string): void => {
    this.findings.push({ record: this.record, rule, message });
  };

  constructor(source: TimelineSource, { to, stashLimit = STASH_LIMIT }: LintOptions) {
    this.source = source;
    this.mappings = new MappingRules(stashLimit);
    this.run = new PairedRun(source.header, to ?? source.header, {
      watch: (call, heap) => {
        checkPages(call, heap, this.allocationOf, this.report);
        this.mappings.before(call, heap, this.report);
      },
    });
  }

  private readonly allocationOf = (mfn: number): AllocationOf | null => {
    const record = this.allocations.find(mfn);
    const made = record === 0 ? undefined : this.source.table.record(record);
    return made !== undefined && 'order' in made ? { record, order: made.order } : null;
  };

  step(number: number): void {
    this.record = number;
    const record = this.source.table.record(number);
    if (isObservation(record)) return;
    const { target, layout } = atRecord(this.source.name, number, () => this.run.step(record, number));
    for (const made of target === null ? layout : [...layout, target]) this.after(made);
  }

  end(): readonly Finding[] {
    this.checkLeaks();
    const order = new Map(LINT_RULES.map((rule, at) => [rule, at]));
    return this.findings.toSorted((a, b) => a.record - b.record || (order.get(a.rule) ?? 0) - (order.get(b.rule) ?? 0));
  }

  private after({ call, outcome }: CarriedOut): void {
    const { result, bug } = outcome;
    if (bug !== null) return;
    this.mappings.after(call, result, this.record, this.report);
    if (isAllocated(call) && typeof result === 'number') {
      this.allocations.add(result, call.order, this.record);
    }
  }

  /** Memory without owner that is still held, by who allocated it. */
  private checkLeaks(): void {
    const held = new Map<string, { first: number; pages: number; blocks: number }>();
    for (const { mfn, order, owner } of usedBlocks(this.run.b.publish())) {
      const number = owner === null ? this.allocations.find(mfn) : 0;
      if (number === 0) continue;
      const call = this.source.table.record(number);
      const caller = symbolOf(call.caller?.[0]);
      const sum = held.get(caller) ?? { first: number, pages: 0, blocks: 0 };
      sum.first = Math.min(sum.first, number);
      sum.pages += orderPages(order);
      sum.blocks++;
      held.set(caller, sum);
    }
    for (const [caller, sum] of held) {
      this.record = sum.first;
      const by = caller === 'unknown' ? 'an unknown caller' : caller;
      this.report(
        'leak',
        `${pages(sum.pages)} in ${plural(sum.blocks, 'block')}, allocated by ${by} from here on, are still held at the end`,
      );
    }
  }
}

function isAllocated(call: HeapCall): call is Extract<HeapCall, { order: number }> {
  return isAllocation(call.type) && 'order' in call;
}
