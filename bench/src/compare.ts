// node bench/dist/compare.js BEFORE.json AFTER.json [--worse SHARE]: exits with 1 if a ratio got worse by more than that.
import { Command, InvalidArgumentError } from 'commander';
import { compareRuns } from './report/compare-runs.ts';
import { readRunFile } from './report/run-file.ts';
import { figure, markdownTable } from './report/table.ts';

const DEFAULT_WORSE = 0.25;

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a share above 0 is expected, as 0.25');
  return value;
}

new Command('compare')
  .description('compare the ratios of two benchmark runs')
  .argument('<before>', 'what `pnpm bench --json` wrote')
  .argument('<after>', 'the same, of a later run')
  .option('--worse <share>', 'how much worse a ratio may get', share, DEFAULT_WORSE)
  .action((before: string, after: string, { worse }: { readonly worse: number }) => {
    const changes = compareRuns(readRunFile(before), readRunFile(after));
    const rows = changes.map(({ group, subject, reference, before: was, after: is, change }) => [
      `${group}: ${subject} by ${reference}`,
      figure(was),
      figure(is),
      `${figure(change)}${change > 1 + worse ? ' worse' : ''}`,
    ]);
    process.stdout.write(`${markdownTable(['ratio', 'before', 'after', 'change'], rows)}\n`);
    const worsened = changes.filter(({ change }) => change > 1 + worse).length;
    process.stdout.write(`${changes.length} compared, ${worsened} worse by more than ${Math.round(worse * 100)} %\n`);
    process.exitCode = worsened === 0 ? 0 : 1;
  })
  .parse();
