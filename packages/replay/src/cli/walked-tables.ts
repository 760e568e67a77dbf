import { setImmediate as turn } from 'node:timers/promises';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../instrument/run-attributes.ts';
import { bugAttributes, setupAttributes } from '../instrument/setup-attributes.ts';
import { tracedPieces } from '../instrument/traced.ts';
import type { RunTableOptions, TableEnd } from '../tables/run-tables.ts';
import { runTables } from '../tables/run-tables.ts';
import type { TableBatch } from '../tables/table-batch.ts';
import { count, plural } from '../text/format.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { wantedSetup } from './config-change.ts';
import type { ConfigOptions } from './config-options.ts';
import { UsageError } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What options say of the tables of a run. */
export interface TableOptions extends ConfigOptions {
  readonly at?: number;
  readonly every?: number;
}

/** How to walk through a run for its tables, as the options say. Throws `UsageError` for what it has not. */
export function tableOptions({ name, header, table }: TimelineSource, options: TableOptions): RunTableOptions {
  const { at, every } = options;
  if (at !== undefined && at > table.length) {
    throw new UsageError(
      `--at ${at}: ${name} has ${plural(table.length, 'record')}. Next: give a number from 0 to ${table.length}`,
    );
  }
  return {
    to: wantedSetup(header, options),
    ...(at === undefined ? {} : { at }),
    ...(every === undefined ? {} : { every }),
  };
}

/** The tables of a run, with turns for others; says how far it has come, and where Xen stops. */
export function walkedTables(
  source: TimelineSource,
  options: RunTableOptions,
  terminal: Terminal,
): AsyncGenerator<TableBatch> {
  const told: Told = { rows: 0, end: null };
  return tracedPieces(
    { name: RUN_SPANS.tables, attributes: setupAttributes(source.name, options.to ?? source.header) },
    walked(source, options, terminal, told),
    () => ({
      [RUN_ATTRIBUTES.rows]: told.rows,
      ...(told.end === null ? {} : { [RUN_ATTRIBUTES.records]: told.end.records, ...bugAttributes(told.end.bug) }),
    }),
  );
}

interface Told {
  rows: number;
  end: TableEnd | null;
}

async function* walked(
  source: TimelineSource,
  options: RunTableOptions,
  { err, progress }: Terminal,
  told: Told,
): AsyncGenerator<TableBatch> {
  for (const item of runTables(source, options)) {
    switch (item.kind) {
      case 'rows':
        told.rows += item.length;
        yield item;
        break;
      case 'pause':
        progress?.(`${source.name}: record ${count(item.record)} of ${plural(source.table.length, 'record')}`);
        await turn();
        break;
      case 'end':
        progress?.('');
        told.end = item;
        if (item.bug !== null) {
          const { kind, record, rule, message } = item.bug;
          const where = `${source.name}: Xen stops with a ${kind} at record ${record} [${rule}]: ${message}`;
          err(`heaplay: ${where}; the tables end there\n`);
        }
        break;
    }
  }
}
