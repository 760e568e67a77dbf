// pnpm bench [--filter TEXT] [--quick] [--json FILE]: measures, and prints one table.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { ALL_GROUPS } from './groups/all-groups.ts';
import type { GroupResult } from './harness/run-group.ts';
import type { Group } from './harness/subject.ts';
import type { RunFile } from './report/run-file.ts';
import { report } from './report/table.ts';
import { measureTargets } from './report/targets.ts';

interface Options {
  readonly filter?: string;
  readonly quick?: boolean;
  readonly json?: string;
}

const ONE_GROUP = fileURLToPath(new URL('run-one-group.js', import.meta.url));

/** A group in a process of its own: the code of others and their garbage must not slow it down. */
function measure(group: Group, quick: boolean): GroupResult {
  process.stderr.write(`${group.name} ...\n`);
  const args = ['--expose-gc', '--max-old-space-size=6144', ONE_GROUP, group.name, ...(quick ? ['--quick'] : [])];
  const child = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.status !== 0) throw new Error(`the group ${group.name} ended with ${child.status ?? child.signal}`);
  return JSON.parse(child.stdout) as GroupResult;
}

new Command('bench')
  .description('measure Heaplay against what it is compared with')
  .option('--filter <text>', 'only groups whose names contain this')
  .option('--quick', 'few rounds of few events: to see that it runs')
  .option('--json <file>', 'write all figures to a file')
  .action(({ filter = '', quick = false, json }: Options) => {
    const groups = ALL_GROUPS.filter(({ name }) => name.includes(filter)).map((group) => measure(group, quick));
    const targets = measureTargets(groups);
    process.stdout.write(report(groups, targets));
    if (json === undefined) return;
    const run: RunFile = { node: process.version, cpu: cpus()[0]?.model ?? '', quick, groups, targets };
    writeFileSync(json, `${JSON.stringify(run, null, 1)}\n`);
  })
  .parse();
