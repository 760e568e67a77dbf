// node bench/dist/profile.js GROUP SUBJECT [--seconds N] [--top N]: where one subject of a group spends its time.
import { Session } from 'node:inspector/promises';
import { setImmediate } from 'node:timers/promises';
import { Command } from 'commander';
import { ALL_GROUPS } from './groups/all-groups.ts';
import { measuredParts } from './harness/subject.ts';
import type { Subject } from './harness/subject.ts';
import { hotFunctions } from './report/hot-functions.ts';
import { markdownTable } from './report/table.ts';

interface Options {
  readonly seconds: string;
  readonly top: string;
}

/** Microseconds between two samples. */
const SAMPLING_INTERVAL = 200;

async function runFor(subject: Subject, milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds;
  let runs = 0;
  for (; performance.now() < end; runs++) {
    subject.prepare?.();
    await subject.run();
  }
  return runs;
}

async function find(groupName: string, subjectName: string): Promise<Subject> {
  const { subjects } = measuredParts((await ALL_GROUPS.find(({ name }) => name === groupName)?.subjects(false)) ?? []);
  const found = subjects.find(({ name }) => name === subjectName);
  if (found !== undefined) return found;
  const names = subjects.map(({ name }) => `"${name}"`).join(', ');
  throw new Error(`no subject "${subjectName}" in group ${groupName}; it has ${names || 'none'}`);
}

new Command('profile')
  .argument('<group>')
  .argument('<subject>')
  .option('--seconds <n>', 'how long to look, after half of that to warm up', '4')
  .option('--top <n>', 'how many functions to print', '20')
  .action(async (groupName: string, subjectName: string, { seconds, top }: Options) => {
    const subject = await find(groupName, subjectName);
    await runFor(subject, Number(seconds) * 500);
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL });
    await session.post('Profiler.start');
    // Behind the inspector's own frames, or they would be on the stack of everything that follows.
    await setImmediate();
    const runs = await runFor(subject, Number(seconds) * 1000);
    const { profile } = await session.post('Profiler.stop');
    const rows = hotFunctions(profile)
      .slice(0, Number(top))
      .map(({ name, place, share }) => [`\`${name}\` ${place}`, `${(share * 100).toFixed(1)} %`]);
    process.stdout.write(
      `${groupName}: ${subjectName}, ${runs} runs\n\n${markdownTable(['function', 'self'], rows)}\n`,
    );
  })
  .parse();
