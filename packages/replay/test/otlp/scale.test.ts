import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SpanIds, identifyTrace, runSpans } from '../../src/otel.ts';
import { batchesOf } from '../../src/trace/batches-of.ts';
import { loadTraceFile, writeTraceFile } from '../../src/trace/node/file.ts';
import { BUSY_HEADER, busyRecords } from '../busy-records.ts';
import { spansOf, startReceiver } from './receiver.ts';

/** Set it to 1000000 for what docs/performance.md tells. */
const RECORDS = Number(process.env['HEAPLAY_EXPORT_RECORDS'] ?? 34_000);

const BIN = fileURLToPath(new URL('../../bin/heaplay.js', import.meta.url));

/** Counts spans and adds up what they say, in whatever order they come. */
class Tally {
  readonly ids = new Set<string>();
  count = 0;
  private sum = 0n;

  add(...facts: readonly unknown[]): void {
    this.count++;
    this.ids.add(String(facts[0]));
    const hash = createHash('md5').update(facts.join(' ')).digest();
    this.sum = BigInt.asUintN(64, this.sum + hash.readBigUInt64LE());
  }

  get figures(): object {
    return { count: this.count, different: this.ids.size, sum: this.sum };
  }
}

const folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
const file = join(folder, 'busy.heaplay.jsonl');

beforeAll(async () => {
  await writeTraceFile(file, BUSY_HEADER, batchesOf(busyRecords(RECORDS)));
}, 600_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function expectedTally(): Promise<Tally> {
  const source = { name: file, ...(await loadTraceFile(file)) };
  const identity = identifyTrace(source);
  const { traceId } = new SpanIds(identity.seed);
  const tally = new Tally();
  for (const span of runSpans(source, identity)) {
    if (span.kind === 'pause' || span.kind === 'metrics') continue;
    const { spanId, parentSpanId, name, start, end, links } = span;
    tally.add(spanId, traceId, parentSpanId ?? '', name, start, end, ...links.map((link) => link.spanId));
  }
  return tally;
}

describe(`a trace of ${RECORDS} records`, () => {
  it('[OTLP-SCALE-1] arrives whole, while memory stays flat', async () => {
    const tally = new Tally();
    const resident: number[] = [];
    let pid = 0;
    const receiver = await startReceiver((_, arrived) => {
      for (const { spanId, traceId, parentSpanId, name, start, end, links } of spansOf([arrived])) {
        tally.add(spanId, traceId, parentSpanId, name, start, end, ...links.map((link) => link.spanId));
      }
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      resident.push(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
      return { status: 200 };
    }, false);
    const began = Date.now();
    const child = spawn(process.execPath, [BIN, 'export', file, '--to', 'otlp', '--json'], {
      env: {
        PATH: process.env['PATH'],
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    pid = child.pid ?? 0;
    let out = '';
    child.stdout.on('data', (text) => {
      out += String(text);
    });
    const exitCode = await new Promise((resolve) => child.on('exit', resolve));
    const seconds = (Date.now() - began) / 1000;
    await receiver.close();
    const expected = await expectedTally();
    expect(exitCode).toBe(0);
    expect(tally.figures).toEqual(expected.figures);
    expect(JSON.parse(out)).toMatchObject({
      spans: { made: tally.count, accepted: tally.count, rejected: 0, lost: 0 },
    });
    const most = (from: number, to: number): number =>
      Math.round(Math.max(...resident.slice(resident.length * from, resident.length * to)));
    // The garbage collector lets a heap grow at first, whatever it holds.
    const early = most(0.2, 0.4);
    const late = most(0.8, 1);
    process.stderr.write(`${tally.count} spans in ${seconds} s, ${early} MiB early, ${late} MiB late\n`);
    expect(late).toBeLessThan(early * 1.25 + 32);
  }, 1_800_000);
});
