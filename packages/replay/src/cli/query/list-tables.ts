import { TABLES, TABLE_NAMES, columnsOf } from '../../tables/table-schema.ts';
import { table as aligned } from '../../text/format.ts';
import { colors } from '../terminal.ts';

/** The tables and their columns, for people. */
export function listTables(): string {
  const parts = TABLE_NAMES.map((table) => {
    const rows = columnsOf(table).map(([name, { type, nullable, unit, description }]) => [
      `  ${name}`,
      nullable ? `${type}?` : type,
      unit ?? '',
      description,
    ]);
    return `${colors.bold(table)}: ${TABLES[table].description}\n${aligned(rows, 'l')}`;
  });
  return parts.join('\n');
}
