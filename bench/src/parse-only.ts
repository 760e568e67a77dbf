// The least that any program must do that reads a gzip trace: unpack it and parse its lines. Compared with `heaplay verify`.
// All at once, which is fastest as long as the text fits into memory, or line by line, as one would read any trace.
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip, gunzipSync } from 'node:zlib';

const [path = '', how] = process.argv.slice(2);
let records = 0;

function parse(line: string): void {
  if (line !== '' && (JSON.parse(line) as object) !== null) records++;
}

if (how === '--line-by-line') {
  for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) parse(line);
} else {
  for (const line of gunzipSync(readFileSync(path)).toString().split('\n')) parse(line);
}
process.stdout.write(`${records} lines\n`);
