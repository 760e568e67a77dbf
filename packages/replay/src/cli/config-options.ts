import type { HeapMode, XenVersion } from '@heaplay/core';
import type { Command } from 'commander';
import { Option } from 'commander';

/** What the options for another configuration say. */
export interface ConfigOptions {
  readonly mode?: HeapMode;
  readonly xen?: XenVersion;
  readonly set?: readonly string[];
  readonly config?: string;
}

// Core has these lists too, but to import it takes as long as the rest of `--help` together. As keys of a record, the
// compiler sees that none is missing.
/** The modes. */
export const MODES: Readonly<Record<HeapMode, true>> = {
  'separate-xenheap': true,
  'direct-map-all': true,
  'direct-map-partial': true,
  'direct-map-on-demand': true,
};
/** The versions of Xen. */
export const VERSIONS: Readonly<Record<XenVersion, true>> = { '4.23': true, '4.17': true, '4.6': true };

/** Adds the options for another configuration to a command. */
export function withConfigOptions(command: Command): Command {
  return command
    .addOption(new Option('--mode <mode>', 'heap layout').choices(Object.keys(MODES)))
    .addOption(new Option('--xen <version>', 'whose behaviour').choices(Object.keys(VERSIONS)))
    .option('--set <key=value>', 'any heap. or machine. key of the header; repeatable', collect)
    .option('--config <file>', 'JSON with "machine" and "heap"');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
