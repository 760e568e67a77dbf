import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { corpusPath } from './built-page.ts';
import { engineOfBlob } from './open-engine.ts';
import type { OpenEngine } from './open-engine.ts';

const TRACE = 'golden/4.17.separate-xenheap.1node.bigspan.heaplay.jsonl.gz';

/** An engine with a run on a machine with five banks far apart, whose frame numbers are compressed region by region. */
export function engineOfCompressed(): Promise<OpenEngine> {
  const text = gunzipSync(readFileSync(corpusPath(TRACE))).toString();
  const compressed = text.replace('"pdx":"none"', '"pdx":"offset"');
  if (compressed === text) throw new Error(`${TRACE} does not say how its frame numbers are compressed`);
  return engineOfBlob('compressed', new Blob([compressed]));
}
