// pnpm bench:viewer [--records N] [--trace FILE] [--scrubs N] [--seconds N]: measures the page in a Chromium.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureViewer } from './measure-viewer.ts';
import { table } from './table.ts';
import { makeTrace, serveTrace } from './trace-to-show.ts';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    trace: { type: 'string' },
    scrubs: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
  },
});
const [records, scrubs, seconds] = [values.records, values.scrubs, values.seconds].map(Number);
if (![records, scrubs, seconds].every((number) => Number.isInteger(number) && Number(number) > 0)) {
  throw new Error('--records, --scrubs, --seconds: expected whole numbers from 1 on');
}

const [before = 0] = loadavg();
const made = values.trace === undefined ? makeTrace(records ?? 0) : null;
const served = await serveTrace(made?.path ?? values.trace ?? '');
try {
  const figures = await measureViewer(served.url, { scrubs: scrubs ?? 0, seconds: seconds ?? 0 });
  process.stdout.write(table(figures));
  process.stdout.write(`\nload average before: ${before.toFixed(2)}; figures of a busy machine mean nothing\n`);
} finally {
  await served.end();
  made?.remove();
}
