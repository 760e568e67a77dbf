import { lastValueFrom, tap } from 'rxjs';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../instrument/run-attributes.ts';
import { traced } from '../instrument/traced.ts';
import { openTimeline } from '../timeline/open-timeline.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { TraceTable } from '../trace/table.ts';
import { plural } from '../text/format.ts';
import { wantedSetup } from './config-change.ts';
import type { ConfigOptions } from './config-options.ts';
import { UsageError } from './exit.ts';
import { openTraceFile } from './open-trace.ts';
import type { Terminal } from './terminal.ts';

/** Reads a whole trace, to be gone through more than once. */
export function loadSource(path: string, terminal: Terminal): Promise<TimelineSource> {
  return traced(
    { name: RUN_SPANS.loadTrace, attributes: { [RUN_ATTRIBUTES.traceName]: path } },
    () => load(path, terminal),
    ({ table }) => ({ [RUN_ATTRIBUTES.records]: table.length }),
  );
}

async function load(path: string, terminal: Terminal): Promise<TimelineSource> {
  const trace = await openTraceFile(path, terminal.err);
  const table = new TraceTable();
  for await (const { records } of trace.pull()) {
    for (const record of records) table.append(record);
    terminal.progress?.(`reading ${trace.name}: ${plural(table.length, 'record')}`);
  }
  table.trim();
  terminal.progress?.('');
  return { name: trace.name, header: { machine: trace.header.machine, heap: trace.header.heap }, table };
}

/** Opens a trace as a timeline, under the configuration that the options ask for. */
export async function openTimelineFile(path: string, options: ConfigOptions, terminal: Terminal): Promise<Timeline> {
  return timelineUnder(await loadSource(path, terminal), options, terminal);
}

/** Makes a timeline of a trace that was read. */
export async function timelineUnder(
  source: TimelineSource,
  options: ConfigOptions,
  terminal: Terminal,
): Promise<Timeline> {
  const to = wantedSetup(source.header, options);
  const opening = openTimeline(source, { to }).pipe(
    tap(({ record, records }) => terminal.progress?.(`replaying: record ${record} of ${plural(records, 'record')}`)),
  );
  const { timeline } = await lastValueFrom(opening);
  terminal.progress?.('');
  if (timeline === null) throw new Error('a timeline that was opened is there');
  return timeline;
}

/** Refuses a record that a run does not reach. `what` names the argument. Throws `UsageError`. */
export function expectRecord(timeline: Timeline, what: string, record: number, first = 0): void {
  const { name, length, bug } = timeline;
  if (record >= first && record <= length) return;
  if (bug !== null && record > length) {
    throw new UsageError(
      `${what}: Xen stops with a ${bug.kind} at record ${bug.record} [${bug.rule}]: ${bug.message}. Next: give a number from ${first} to ${length}`,
    );
  }
  const range = length < first ? 'take a trace that has some' : `give a number from ${first} to ${length}`;
  throw new UsageError(`${what}: ${name} has ${plural(length, 'record')}. Next: ${range}`);
}
