import type { Command } from 'commander';
import { WORKLOADS } from '../../record/workload/catalogue.ts';
import type { WorkloadEntry } from '../../record/workload/catalogue.ts';
import type { RecordWorkloadOptions } from '../actions/record-workload.ts';
import { withConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { parseCount, parsePositive } from '../parse-count.ts';
import { formatSize, parseSize } from '../parse-size.ts';

const HELP = `
Workloads, and the question that each answers:
${Object.entries(WORKLOADS).map(describe).join('\n')}

The same seed makes the same bytes. A file grows while it is written: whatever happens to this program, it can be read
up to a whole record. Compressed if its name ends in .gz or .zst. An interrupt ends the trace there.

Examples:
  heaplay record workload fragmentation --seed 7 --events 100000 -o frag.heaplay.jsonl.gz
  heaplay record workload xenheap-pressure --mode separate-xenheap | heaplay verify -
  heaplay record workload mixed-orders --events 10000000 -o large.heaplay.jsonl.zst`;

function describe([name, { question, defaults }]: [string, WorkloadEntry]): string {
  const { memory, nodes, domains, domainMemory } = defaults;
  const words = [
    `--memory ${formatSize(memory)}`,
    `--nodes ${nodes}`,
    ...(domains === null ? [] : [`--domains ${domains}`]),
    ...(domainMemory === null ? [] : [`--domain-memory ${formatSize(domainMemory)}`]),
  ];
  return `  ${name}\n      ${question}\n      ${words.join(' ')}`;
}

/** `heaplay record workload NAME` */
export function recordWorkloadCommand(record: Command, context: CommandContext): void {
  withConfigOptions(
    record
      .command('workload')
      .description('make a trace by driving the model')
      .argument('[name]', 'the workload: one of those below')
      .option('--list', 'print the workloads and what each does')
      .option('--seed <number>', 'what chance follows from, below 2^32', parseCount, 1)
      .option('--events <number>', 'records to be made', parsePositive, 100_000)
      .option('--memory <size>', 'RAM of the machine, as in 4G', parseSize)
      .option('--nodes <number>', 'its NUMA nodes, of equal size', parsePositive)
      .option('--domains <number>', 'domains at the same time', parsePositive)
      .option('--domain-memory <size>', 'memory of a domain, as in 256M', parseSize)
      .option('-o, --output <file>', 'where to; - for stdout', '-'),
  )
    .addHelpText('after', HELP)
    .action(async (name: string | undefined, options: RecordWorkloadOptions) => {
      const { recordWorkloadAction } = await import('../actions/record-workload.ts');
      context.exitCode = await recordWorkloadAction(name, options, context);
    });
}
