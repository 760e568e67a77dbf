import type { Profiler } from 'node:inspector';

/** A function and the share of the time that was spent in it alone. */
export interface HotFunction {
  readonly name: string;
  /** `file.js:line`; empty for what V8 does itself. */
  readonly place: string;
  readonly share: number;
}

/** The functions of a CPU profile by their own time, the hottest first. */
export function hotFunctions({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): HotFunction[] {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const times = new Map<string, { name: string; place: string; time: number }>();
  let total = 0;
  for (const [at, id] of samples.entries()) {
    const frame = byId.get(id);
    const time = timeDeltas[at] ?? 0;
    if (frame === undefined || frame.functionName === '(idle)') continue;
    total += time;
    const file = frame.url.split('/').slice(-2).join('/');
    const place = file === '' ? '' : `${file}:${frame.lineNumber + 1}`;
    const name = frame.functionName === '' ? '(anonymous)' : frame.functionName;
    const key = `${name} ${place}`;
    const entry = times.get(key) ?? { name, place, time: 0 };
    entry.time += time;
    times.set(key, entry);
  }
  return [...times.values()]
    .map(({ name, place, time }) => ({ name, place, share: time / total }))
    .toSorted((a, b) => b.share - a.share);
}
