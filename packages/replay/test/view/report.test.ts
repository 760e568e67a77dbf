import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeSha256 } from '../../src/trace/node/file.ts';
import { createUnpacker, sniffCompression } from '../../src/trace/unpack.ts';
import { reportPage } from '../../src/view/report-page.ts';
import { traceNames } from '../../src/view/trace-names.ts';
import { heaplay, heaplayJson } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { readAll } from '../sample-trace.ts';
import { PAGE, SMALL } from './served-folder.ts';

const BIN = fileURLToPath(new URL('../../bin/heaplay.js', import.meta.url));
const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');
const NUMA = corpusPath('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz');

const folder = mkdtempSync(join(tmpdir(), 'heaplay-report-'));
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, bytes: string | Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

interface Report {
  readonly report: string;
  readonly bytes: number;
  readonly traces: readonly {
    readonly trace: string;
    readonly name: string;
    readonly records: number;
    readonly bytes: number;
    readonly embedded: { readonly bytes: number; readonly compression: string };
    readonly warning: string | null;
  }[];
}

/** The traces in a report: names and bytes. */
function embedded(html: string): readonly { readonly name: string; readonly bytes: Buffer }[] {
  const found = html.matchAll(/<script type="application\/vnd\.heaplay\.trace" data-name="([^"]*)">([^<]*)<\/script>/g);
  return Array.from(found, ([, name = '', text = '']) => ({ name, bytes: Buffer.from(text, 'base64') }));
}

function unpacked(bytes: Uint8Array): Buffer {
  const pieces: Buffer[] = [];
  for (const piece of createUnpacker(sniffCompression(bytes)).push(bytes)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('[VIEW-REPORT-1] heaplay report writes the page and the traces into one file', () => {
  it('a boot in less than 1 MiB, with the same bytes inside', async () => {
    const output = join(folder, 'out.html');
    const { exitCode, json, err } = await heaplayJson<Report>('report', X86, '-o', output);
    expect([exitCode, err]).toEqual([0, '']);
    const html = readFileSync(output, 'utf8');
    const [trace] = embedded(html);
    const original = readFileSync(X86);
    expect(trace?.name).toBe('x86-2g.4.17.heaplay.jsonl');
    expect(unpacked(trace?.bytes ?? Buffer.alloc(0)).equals(original)).toBe(true);
    expect(json).toEqual({
      report: output,
      bytes: statSync(output).size,
      traces: [
        {
          trace: X86,
          name: 'x86-2g.4.17.heaplay.jsonl',
          records: 812,
          bytes: original.length,
          embedded: { bytes: trace?.bytes.length, compression: expect.stringMatching(/^(gzip|zstd)$/) },
          warning: null,
        },
      ],
    });
    expect(json.bytes).toBeLessThan(2 ** 20);
  });

  it('all traces are read before the page runs, and nothing but they was added', async () => {
    const output = join(folder, 'out.html');
    await heaplay('report', X86, NUMA, '-o', output, '--start', '#record=7&panel=run');
    const html = readFileSync(output, 'utf8');
    expect(embedded(html).map(({ name }) => name)).toEqual([X86, NUMA].map((path) => path.replace(/.*\//, '')));
    expect(html.lastIndexOf('vnd.heaplay.trace" data-name')).toBeLessThan(html.indexOf('<script type="module">'));
    const without = html.replaceAll(
      /<script type="application\/vnd\.heaplay\.(trace|start)"[^>]*>[^<]*<\/script>\n/g,
      '',
    );
    const page = readFileSync(new URL('../../../trace-viewer/dist/index.html', import.meta.url), 'utf8');
    expect(without === page).toBe(true);
    expect(html).toContain('data-fragment="record=7&amp;panel=run"');
  });

  it('a compressed trace is packed anew, and smaller than before', async () => {
    const { json } = await heaplayJson<Report>('report', NUMA, '-o', join(folder, 'out.html'));
    const [trace] = json.traces;
    expect(trace?.records).toBe(5636);
    expect(trace?.embedded.bytes).toBeLessThan(trace?.bytes ?? 0);
  });

  it('without -o it stands beside the trace, and writes over nothing', async () => {
    const trace = put('boot.heaplay.jsonl.gz', gzipSync(SMALL));
    const { exitCode, out } = await heaplay('report', trace);
    expect(exitCode).toBe(0);
    expect(out).toContain(join(folder, 'boot.html'));
    const again = await heaplay('report', trace);
    expect(again.exitCode).toBe(2);
    expect(again.err).toContain(`boot.html is there already. Next: "-o ${join(folder, 'boot.html')}" writes over it`);
    expect((await heaplay('report', trace, '-o', join(folder, 'boot.html'))).exitCode).toBe(0);
    expect(readdirSync(folder).toSorted()).toEqual(['boot.heaplay.jsonl.gz', 'boot.html']);
  });
});

describe('[VIEW-REPORT-8] heaplay report to stdout', () => {
  it('-o - writes the same file there, and tells of it on stderr', async () => {
    const output = join(folder, 'out.html');
    await heaplay('report', X86, '-o', output);
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'report', X86, '-o', '-'], {
      maxBuffer: 2 ** 24,
    });
    expect(status).toBe(0);
    expect(stdout.equals(readFileSync(output))).toBe(true);
    expect(String(stderr)).toMatch(/^stdout: .*, 1 trace\n {2}x86-2g\.4\.17\.heaplay\.jsonl: 812 records/);
    expect(readdirSync(folder)).toEqual(['out.html']);
  });
});

describe('[VIEW-REPORT-2] what is wrong', () => {
  const output = join(folder, 'out.html');

  it('a trace that is cut: a warning, and its bytes as they are', async () => {
    const bytes = readFileSync(NUMA).subarray(0, 50_000);
    const trace = put('cut.heaplay.jsonl.gz', bytes);
    const { exitCode, err, json } = await heaplayJson<Report>('report', trace, '-o', output);
    expect(exitCode).toBe(0);
    const { end, records } = await readAll(bytes, { name: trace, sha256: nodeSha256 });
    expect(err).toBe(`heaplay: ${end?.warning}\n`);
    expect(json.traces).toMatchObject([{ records: records.length, warning: end?.warning }]);
    expect(embedded(readFileSync(output, 'utf8'))[0]?.bytes.equals(bytes)).toBe(true);
  });

  it('a trace that is damaged behind its header: exit code 3, and the report shows what comes before', async () => {
    const trace = put('damaged.heaplay.jsonl', `${SMALL}{"type":"no_such_call"}\n${SMALL}`);
    const { exitCode, err, json } = await heaplayJson<Report>('report', trace, '-o', output);
    expect(exitCode).toBe(3);
    expect(err).toContain('record 4, line 5, field "type": found "no_such_call"');
    expect(err).toContain('the report shows it up to there');
    expect(json.traces).toMatchObject([{ records: 3, warning: expect.stringContaining('no_such_call') }]);
    expect(embedded(readFileSync(output, 'utf8')).map(({ bytes }) => unpacked(bytes).toString())).toEqual([
      readFileSync(trace, 'utf8'),
    ]);
  });

  it.each<[what: string, code: number, args: readonly string[], said: RegExp]>([
    ['no trace', 3, ['nope.heaplay.jsonl', '-o', output], /ENOENT/],
    ['no trace but a picture', 3, [put('x.png', Uint8Array.of(137, 80, 78, 71, 13, 10)), '-o', output], /header/],
    ['nothing in it', 3, [put('empty', ''), '-o', output], /empty/],
    ['a folder', 3, [folder, '-o', output], /EISDIR/],
    ['no folder to write to', 2, [X86, '-o', join(folder, 'no', 'out.html')], /cannot be written/],
    ['stdin twice', 2, ['-', '-', '-o', output], /"-" twice/],
    ['two outputs to one place', 2, [X86, '-o', '-', '--json'], /both go to stdout/],
    ['a start that is none', 2, [X86, '-o', output, '--start', 'record 7'], /what stands behind #/],
    ['a start that is markup', 2, [X86, '-o', output, '--start', 'a="><script>'], /what stands behind #/],
  ])('%s: exit code %i', async (_, code, args, said) => {
    put('empty', '');
    put('x.png', Uint8Array.of(137, 80, 78, 71, 13, 10));
    const { exitCode, err } = await heaplay('report', ...args);
    expect(exitCode).toBe(code);
    expect(err).toMatch(said);
    expect(readdirSync(folder).toSorted()).toEqual(['empty', 'x.png']);
  });
});

describe('[VIEW-REPORT-3] a page with traces inside', () => {
  it('names are harmless', () => {
    const name = `"><script>alert('&amp;')</script>`;
    const page = `${PAGE}<script type="module">1</script>`;
    const html = [...reportPage(page, [{ name, bytes: Buffer.from('x') }])].join('');
    expect(html).toBe(
      `${PAGE}<script type="application/vnd.heaplay.trace" data-name="&quot;&gt;&lt;script&gt;alert(&#39;&amp;amp;&#39;)&lt;/script&gt;">eA==</script>\n<script type="module">1</script>`,
    );
  });

  it('bytes of any length, whatever they are', () => {
    for (const length of [0, 1, 2, 3, 196_607, 196_608, 196_609, 500_000]) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 255);
      const html = [...reportPage('<script type="module">1</script>', [{ name: '', bytes }])].join('');
      expect(embedded(html)[0]?.bytes.equals(bytes)).toBe(true);
    }
  });

  it('a page that is none is refused', () => {
    expect(() => [...reportPage('<p>', [])]).toThrow('no script');
  });
});

describe('[VIEW-REPORT-4] traces are called by their own names', () => {
  it.each<[paths: readonly string[], names: readonly string[]]>([
    [['/home/somebody/a.jsonl'], ['a.jsonl']],
    [
      ['x/a.jsonl', 'x/b.jsonl'],
      ['a.jsonl', 'b.jsonl'],
    ],
    [
      ['x/a.jsonl', 'y/a.jsonl', 'b'],
      ['x/a.jsonl', 'y/a.jsonl', 'b'],
    ],
    [
      ['1/x/a', '2/x/a'],
      ['1/x/a', '2/x/a'],
    ],
    [
      ['/q/1/x/a', '/q/2/x/a'],
      ['1/x/a', '2/x/a'],
    ],
    [
      ['x/a', 'x/a'],
      ['a', 'a'],
    ],
    [
      ['a', 'x/a'],
      ['a', 'x/a'],
    ],
    [['C:\\traces\\a.jsonl'], ['a.jsonl']],
    [['stdin'], ['stdin']],
  ])('%j: %j', (paths, names) => {
    expect(traceNames(paths)).toEqual(names);
  });
});
