// The least that any program must do that reads a gzip trace: unpack it and parse its lines. Compared with `heaplay verify`.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

const [path = ''] = process.argv.slice(2);
let records = 0;
for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
  if ((JSON.parse(line) as object) !== null) records++;
}
process.stdout.write(`${records} lines\n`);
