import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { corpusPath } from './corpus.ts';

const BIN = fileURLToPath(new URL('../bin/heaplay.js', import.meta.url));

/** The files that a run of the command loads, as its own coverage report lists them. */
function loadedBy(...args: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
  try {
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
    spawnSync(process.execPath, [BIN, ...args], { env: { ...Object.fromEntries(own), NODE_V8_COVERAGE: folder } });
    const reports = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    return reports.flatMap((text) => (JSON.parse(text) as Coverage).result.map(({ url }) => url));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

describe('start-up', () => {
  it('a run that nobody asked to tell of itself loads names and types of OpenTelemetry alone', () => {
    const files = loadedBy('verify', corpusPath('recordings/x86-2g.4.17.heaplay.jsonl'));
    const packages = files.flatMap((file) => /@opentelemetry\/([\w-]+)\/(?!.*@opentelemetry)/.exec(file)?.[1] ?? []);
    expect([...new Set(packages)]).toEqual(['api']);
  });

  it.each(['--help', 'diff --help', 'export --help', 'query --help', '__complete diff --mode x'])(
    'heaplay %s loads nothing of the model',
    (line) => {
      const files = loadedBy(...line.split(' '));
      expect(files.some((file) => file.includes('/commander/'))).toBe(true);
      expect(
        files.filter((file) =>
          /\/(zod|immer|rxjs|pako|fzstd|@opentelemetry|@duckdb|hyparquet-writer)\/|packages\/core\//.test(file),
        ),
      ).toEqual([]);
    },
  );
});
