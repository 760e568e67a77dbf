import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { recordQemuCommand } from './record-qemu.ts';
import { recordWorkloadCommand } from './record-workload.ts';

/** `heaplay record`: the ways in which a trace comes to be. */
export function recordCommand(program: Command, context: CommandContext): void {
  const record = program
    .command('record')
    .description('make a trace: of a Xen that runs under QEMU, of a workload that drives the model')
    .addHelpText(
      'after',
      '\nExamples:\n  heaplay record qemu --launch x86 -o boot.heaplay.jsonl.gz\n  heaplay record workload fragmentation -o frag.heaplay.jsonl.gz',
    );
  recordQemuCommand(record, context);
  recordWorkloadCommand(record, context);
}
