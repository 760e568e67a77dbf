// Records until it is killed, and says on its standard output what has been promised so far. Runs on what was built.
// Arguments: the file, and a seed.
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRecorder, workloadParameters, workloadSetup } from '../dist/index.js';
import { recordToFile } from '../dist/node.js';

const [path, seed] = process.argv.slice(2);
const setup = workloadSetup('mixed-orders', workloadParameters('mixed-orders', { memory: 2 ** 26 }));
const recorder = createRecorder({ ...setup, recorder: { name: 'test', version: '1', source: `killed seed=${seed}` } });
recorder.subscribe(await recordToFile(path, recorder.header));
recorder.initDomheapPages({ start: 2 ** 25, end: 2 ** 26 });

// Bursts of any size, with pauses between them that are short or long.
let state = Number(seed) + 1;
const below = (limit) => (state = (state * 48271) % 2147483647) % limit;
for (;;) {
  for (let left = below(4) === 0 ? below(4000) : below(40); left > 0; left--) {
    const mfn = recorder.allocDomheapPages({ order: below(4) });
    recorder.freeDomheapPages({ mfn, order: 0 });
    recorder.allocXenheapPages({ order: 30 });
    if (below(64) === 0) writeSync(1, `made ${recorder.records}\n`);
  }
  const rests = below(3) === 0;
  const made = recorder.records;
  await sleep(rests ? 100 : below(10));
  writeSync(1, `${rests ? 'rested' : 'made'} ${made}\n`);
}
