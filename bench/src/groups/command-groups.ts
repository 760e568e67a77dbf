import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Group, Subject } from '../harness/subject.ts';
import { mixedTraceFile } from '../workloads/trace-files.ts';

const HEAPLAY = fileURLToPath(new URL('../../../packages/replay/bin/heaplay.js', import.meta.url));
const PARSE_ONLY = fileURLToPath(new URL('../parse-only.js', import.meta.url));

/** A command as somebody would type it; it must succeed. */
function command(name: string, ours: boolean, events: number, args: readonly string[]): Subject {
  return {
    name,
    ours,
    events,
    run: () => {
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
    },
  };
}

/** The command on a long trace, against a script that only unpacks and parses it. */
export const VERIFY_GROUP: Group = {
  name: 'verify',
  title: 'heaplay verify of a gzip trace of 1,000,000 records, a process each',
  unit: 'record',
  reference: 'gunzip and JSON.parse, script',
  rounds: 5,
  warmup: 1,
  subjects: async (quick) => {
    const events = quick ? 100_000 : 1_000_000;
    const path = await mixedTraceFile(events, '.gz');
    return [
      command('heaplay verify', true, events, [HEAPLAY, 'verify', path]),
      command('gunzip and JSON.parse, script', false, events, [PARSE_ONLY, path]),
      command('the same line by line', false, events, [PARSE_ONLY, path, '--line-by-line']),
    ];
  },
};

/** The command on several traces, each too short for a thread of its own, against a script that only parses them. */
export const VERIFY_MANY_GROUP: Group = {
  name: 'verify-many',
  title: 'heaplay verify of ten gzip traces of 100,000 records, a process each',
  unit: 'record',
  reference: 'gunzip and JSON.parse, script',
  rounds: 5,
  warmup: 1,
  subjects: async (quick) => {
    const events = quick ? 20_000 : 100_000;
    const paths = Array<string>(10).fill(await mixedTraceFile(events, '.gz'));
    return [
      command('heaplay verify', true, events * paths.length, [HEAPLAY, 'verify', ...paths]),
      command('gunzip and JSON.parse, script', false, events * paths.length, [PARSE_ONLY, ...paths]),
    ];
  },
};

/** How long one waits before anything happens. */
export const START_GROUP: Group = {
  name: 'start',
  title: 'starting the command',
  unit: 'start',
  reference: 'node -e 0',
  rounds: 15,
  warmup: 1,
  subjects: () => [
    command('heaplay --help', true, 1, [HEAPLAY, '--help']),
    command('heaplay --version', true, 1, [HEAPLAY, '--version']),
    command('node -e 0', false, 1, ['-e', '0']),
  ],
};
