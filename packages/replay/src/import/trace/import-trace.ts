import { ReplaySession } from '../../replay/replay-session.ts';
import { traceHeader } from '../../trace/header.ts';
import type { TraceHeader } from '../../trace/header.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import type { ImportedMachine } from '../import-machine.ts';
import type { HeapDump } from '../machine/heap-dumps.ts';
import type { Told } from '../machine/told.ts';
import type { ImportProblem } from '../problem.ts';
import { bootCalls } from './boot-records.ts';
import { dumpRecords } from './dump-records.ts';

/** A trace that was made of a file. */
export interface ImportedTrace {
  /** Says in `x-import` where everything comes from. */
  readonly header: TraceHeader;
  /** A boot of the machine, then what debug keys showed. Replaying them gives what they say. */
  readonly records: readonly TraceRecord[];
  /** Dumps of which no observation could be made. */
  readonly problems: readonly ImportProblem[];
}

/**
 * Makes a trace of a machine: the calls by which a boot lays out its heap, and what debug keys showed as observations.
 * `version`: the program's. Throws `BootPanic` where Xen would not boot.
 */
export function importTrace(imported: ImportedMachine, version: string): ImportedTrace {
  const { name, kind, boot, machine, sources, told, assumed } = imported;
  const { heap, calls } = bootCalls(imported);
  const session = ReplaySession.powerOn(machine, heap);
  const header: TraceHeader = {
    ...traceHeader({ name: 'heaplay import', version, source: `${kind}: ${name}` }, machine, heap),
    'x-import': { boot, sources, told, assumed },
  };
  const records: TraceRecord[] = [];
  const problems: ImportProblem[] = [];
  for (const call of calls) {
    const { bug } = session.apply(call);
    if (bug !== null) {
      const message = `a boot of this machine stops at ${call.type} [${bug.rule}]: ${bug.message}`;
      return { header, records, problems: [{ kind: 'odd', line: null, message }] };
    }
    records.push({ ...call });
  }
  const width = dmaWidth(told, session.heap.totals.dmaBits);
  records.push(...width.records);
  problems.push(...width.problems);
  for (const dump of told.heapDumps.map((one) => onOnlyNode(one, machine.nodes.length, machine.nodes[0]?.id))) {
    const made = dumpRecords(dump, session);
    records.push(...made.records);
    if (made.problem !== null) problems.push(made.problem);
  }
  return { header, records, problems };
}

/** The width of the DMA zone that the log tells, as an observation, unless the model comes to another one. */
function dmaWidth({ dmaBits }: Told, found: number): Pick<ImportedTrace, 'records' | 'problems'> {
  if (dmaBits === undefined) return { records: [], problems: [] };
  const { line, value } = dmaBits;
  if (value === found) return { records: [{ type: 'observe_heap', dmaBits: value, 'x-line': line }], problems: [] };
  const message = `Xen tells of a DMA zone of ${value} bits, this configuration leads to ${found}`;
  return { records: [], problems: [{ kind: 'odd', line, message }] };
}

/** Where there is but one node, what is free on all nodes is free on this one. */
function onOnlyNode(dump: HeapDump, nodes: number, only: number | undefined): HeapDump {
  if (nodes !== 1 || only === undefined) return dump;
  return { ...dump, zones: dump.zones.map((zone) => ({ ...zone, node: zone.node ?? only })) };
}
