// The least that any program must do that reads gzip traces: unpack them and parse their lines. Compared with `heaplay verify`.
// All at once, which is fastest as long as the text fits into memory, or line by line, as one would read any trace.
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip, gunzipSync } from 'node:zlib';

const LINE_BY_LINE = '--line-by-line';
const words = process.argv.slice(2);
let records = 0;

function parse(line: string): void {
  if (line !== '' && (JSON.parse(line) as object) !== null) records++;
}

for (const path of words.filter((word) => word !== LINE_BY_LINE)) {
  if (words.includes(LINE_BY_LINE)) {
    for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) parse(line);
  } else {
    for (const line of gunzipSync(readFileSync(path)).toString().split('\n')) parse(line);
  }
}
process.stdout.write(`${records} lines\n`);
