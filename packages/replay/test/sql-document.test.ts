import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TABLES, TABLE_NAMES, columnsOf } from '../src/tables/table-schema.ts';
import type { Timeline } from '../src/timeline/timeline.ts';
import { heaplay, heaplayJson } from './cli.ts';
import { corpusPath } from './corpus.ts';
import { ANSWERS } from './sql-answers.ts';
import type { Row } from './sql-answers.ts';
import { corpusTimeline } from './small-timeline.ts';

const text = readFileSync(fileURLToPath(new URL('../../../docs/sql.md', import.meta.url)), 'utf8');

/** The questions of the document: what is asked, and the SQL below it. */
const QUESTIONS = Array.from(
  text.matchAll(/^### \d+\. (.*)\n(?:(?!^###)[^])*?```sql\n([^]*?)```/gm),
  ([, question = '', sql = '']) => ({ question, sql }),
);

/** The one has failures, the other what is freed, at known times, on a busy heap. */
const TRACES = ['recordings/x86-2g.4.17.heaplay.jsonl', 'recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz'];

describe('docs/sql.md', () => {
  const answered = new Set<string>();
  const timelines = new Map<string, Promise<Timeline>>();

  it('has ten questions', () => {
    expect(QUESTIONS.length).toBe(10);
    expect(ANSWERS.length).toBe(10);
  });

  it.each(TRACES.flatMap((trace) => QUESTIONS.map(({ question, sql }, at) => ({ trace, question, sql, at }))))(
    '[SQL-DOC-1] $trace: $question',
    async ({ trace, question, sql, at }) => {
      const timeline = timelines.get(trace) ?? corpusTimeline(trace);
      timelines.set(trace, timeline);
      const expected = ANSWERS[at]?.(await timeline);
      const { exitCode, json } = await heaplayJson<readonly Row[]>('query', corpusPath(trace), sql, '--every', '1');
      expect(exitCode).toBe(0);
      expect(json).toEqual(expected);
      if (json.length > 0) answered.add(question);
    },
  );

  it('[SQL-DOC-2] every question has an answer somewhere', () => {
    expect(QUESTIONS.map(({ question }) => question).filter((question) => !answered.has(question))).toEqual([]);
  });

  it('[SQL-DOC-3] shows what the command prints', async () => {
    const [, sql = '', printed = ''] = /heaplay query x86-2g\S* "([^"]*)"\n([^]*?)```/.exec(text) ?? [];
    const { out } = await heaplay('query', corpusPath(TRACES[0] ?? ''), sql);
    expect(out).toBe(printed);
  });

  it('[SQL-DOC-4] tells of every column what the schema says, and of no other', () => {
    for (const table of TABLE_NAMES) {
      const section = text.split(`\n### ${table}\n`)[1]?.split('\n### ')[0] ?? '';
      expect(section.toLowerCase()).toContain(TABLES[table].description.toLowerCase());
      const rows = section.split('\n').filter((line) => line.startsWith('| `'));
      const cells = rows.map((line) =>
        line
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim().replaceAll('\\', '')),
      );
      expect(cells).toEqual(
        columnsOf(table).map(([name, { type, nullable, unit, description }]) => [
          `\`${name}\``,
          nullable ? `${type}, or null` : type,
          unit ?? '',
          description,
        ]),
      );
    }
  });
});
