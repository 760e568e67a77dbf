import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { WireHeader, WireRecord } from '../naive/wire.ts';

const GOLDEN: string = fileURLToPath(new URL('../../../../corpus/golden/', import.meta.url));

/** A machine under a configuration, and the calls by which it boots: what all traces of it have in common. */
export interface BootedMachine {
  readonly name: string;
  readonly header: WireHeader;
  /** The records up to `set_system_state`. */
  readonly boot: readonly WireRecord[];
}

/** Paths of the reference traces whose names match. */
export function goldenTraces(pattern: RegExp): string[] {
  if (!existsSync(GOLDEN)) throw new Error(`no reference traces in ${GOLDEN}`);
  return readdirSync(GOLDEN)
    .filter((name) => pattern.test(name))
    .toSorted()
    .map((name) => `${GOLDEN}${name}`);
}

/** The boot of a reference trace. */
export function bootOf(path: string): BootedMachine {
  const [first = '', ...lines] = gunzipSync(readFileSync(path)).toString().split('\n');
  const records = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as WireRecord);
  const end = records.findIndex(({ type }) => type === 'set_system_state');
  const name = path.slice(GOLDEN.length).replace('.heaplay.jsonl.gz', '');
  return { name, header: JSON.parse(first) as WireHeader, boot: records.slice(0, end + 1) };
}
