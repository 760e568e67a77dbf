import { lastValueFrom } from 'rxjs';
import type { CallRecord } from '@heaplay/core';
import { changeRecord, whatIf } from '../../analysis/what-if.ts';
import { differs } from '../../diff/diff-result.ts';
import { plural } from '../../text/format.ts';
import type { TimelineSource } from '../../timeline/timeline-source.ts';
import { describeProblem } from '../../trace/errors.ts';
import { isObservation } from '../../trace/record-kind.ts';
import { parseChanges } from '../changes.ts';
import type { RecordChange } from '../changes.ts';
import { wantedSetup } from '../config-change.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { describeRecord } from '../describe-record.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { diffReport } from '../diff-report.ts';
import { loadSource } from '../open-timeline.ts';

/** What the options of `heaplay what-if` say. */
export interface WhatIfOptions extends ConfigOptions {
  readonly without?: readonly number[];
  readonly change?: readonly string[];
  readonly moves?: number;
  readonly json?: boolean;
}

/** `heaplay what-if` */
export async function whatIfAction(
  path: string,
  options: WhatIfOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const { without = [], moves } = options;
  const changes = parseChanges(options.change ?? []);
  if (without.length + changes.length === 0) {
    throw new UsageError(
      "what-if: nothing to do otherwise. Next: leave records out with --without N, or change one with --change 'N order=0'",
    );
  }
  const source = await loadSource(path, terminal);
  for (const record of without) callAt(source, `--without ${record}`, record);
  const changed = new Map(changes.map((change) => [change.record, changedCall(source, change)]));
  const to = wantedSetup(source.header, options);
  const edits = { without: new Set(without), changed };
  const result = await lastValueFrom(whatIf(source, edits, { to, ...(moves === undefined ? {} : { moves }) }));
  if (options.json === true) {
    await terminal.out(`${JSON.stringify({ ...result, without, changed: [...changed.keys()] })}\n`);
  } else {
    const edited = [
      ...without.map((record) => `without record ${record}: ${describeRecord(source.table.record(record))}\n`),
      ...[...changed].map(([record, call]) => `record ${record} changed to ${describeRecord(call)}\n`),
    ];
    await terminal.out(`${edited.join('')}\n${diffReport(result)}`);
  }
  return differs(result) ? EXIT.no : EXIT.ok;
}

/** A record that is a call. Throws `UsageError` for one that is not there, and for an observation. */
function callAt({ name, table }: TimelineSource, what: string, record: number): CallRecord {
  if (record < 1 || record > table.length) {
    const next = table.length === 0 ? 'take a trace that has some' : `give a number from 1 to ${table.length}`;
    throw new UsageError(`${what}: ${name} has ${plural(table.length, 'record')}. Next: ${next}`);
  }
  const found = table.record(record);
  if (!isObservation(found)) return found;
  throw new UsageError(
    `${what}: record ${record} is ${found.type}: somebody looked, which changes nothing. Next: give the number of a call`,
  );
}

function changedCall(source: TimelineSource, { record, fields }: RecordChange): CallRecord {
  const call = callAt(source, `--change ${record}`, record);
  const changed = changeRecord(call, fields);
  if (changed.ok) return changed.value;
  const { problem } = changed;
  const field = problem.field === '' ? '' : `field "${problem.field}": `;
  throw new UsageError(`--change: record ${record}, ${field}${describeProblem(problem)}`);
}
