import { TABLE_NAMES } from '../table-schema.ts';

/** SQL that cannot be carried out: what DuckDB says of it, and where, with what to do next. */
export class SqlError extends Error {
  override readonly name = 'SqlError';

  /** `place` tells of which statement it is, for DuckDB shows a line of the first one only. */
  constructor(cause: unknown, place?: string) {
    const text = explained(cause instanceof Error ? cause.message : String(cause));
    super(place === undefined || /^LINE \d/m.test(text) ? text : `${place}: ${text}`, { cause });
  }
}

/** DuckDB cannot be loaded here. */
export class DatabaseMissing extends Error {
  override readonly name = 'DatabaseMissing';

  constructor(cause: unknown) {
    const why = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0] ?? '';
    super(
      `DuckDB cannot be loaded on ${process.platform}-${process.arch} (${why}); expected its binary, which comes as an optional npm package for Linux, macOS and Windows on x64 and arm64. Next: install without --omit=optional, or ask the tables of heaplay export --to parquet with another tool`,
      { cause },
    );
  }
}

const SUGGESTION = /^Did you mean .*$\n?/m;

/** The first lines tell what is wrong, those behind an empty one where. */
function explained(message: string): string {
  const text = message.replace(/^Failed to extract statements: /, '').trim();
  // What DuckDB's binding says of SQL without a statement.
  if (text === 'Error in native callback') return `there is no statement. Next: give one, as in "select * from calls"`;
  // What DuckDB suggests for a table is often one of its own.
  if (/Table with name .* does not exist/.test(text)) {
    return withNext(text.replace(SUGGESTION, ''), `name one of the tables ${TABLE_NAMES.join(', ')}`);
  }
  if (/disabled (by|through) configuration|configuration has been locked/.test(text)) {
    return withNext(text, 'ask the tables of the run, SQL sees nothing else; -o writes what comes of it to a file');
  }
  return text;
}

function withNext(text: string, next: string): string {
  const [what = '', ...place] = text.split('\n\n');
  const sentence = what.trim();
  return [`${sentence}${/[.!]$/.test(sentence) ? '' : '.'} Next: ${next}`, ...place].join('\n\n');
}
