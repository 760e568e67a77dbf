import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Option } from 'commander';
import { HEAP_MODES, XEN_VERSIONS, assertInvariant } from '@heaplay/core';
import type { HeapConfig, HeapMode, Machine, XenVersion } from '@heaplay/core';
import type { ConfigChange } from '../rebase/reconfigure.ts';
import { UsageError } from './exit.ts';

/** What the options for another configuration say. */
export interface ConfigOptions {
  readonly mode?: HeapMode;
  readonly xen?: XenVersion;
  readonly set?: readonly string[];
  readonly config?: string;
}

/** Adds the options for another configuration to a command. */
export function withConfigOptions(command: Command): Command {
  return command
    .addOption(new Option('--mode <mode>', 'heap layout').choices(HEAP_MODES))
    .addOption(new Option('--xen <version>', 'whose behaviour').choices(XEN_VERSIONS))
    .option('--set <key=value>', 'any heap. or machine. key of the header; repeatable', collect)
    .option('--config <file>', 'JSON with "machine" and "heap"');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The change that the options ask for. Throws `UsageError`. */
export function configChange(options: ConfigOptions): ConfigChange {
  const machine: Record<string, unknown> = {};
  const heap: Record<string, unknown> = {};
  const parts: Readonly<Record<string, Record<string, unknown>>> = { machine, heap };
  if (options.config !== undefined) {
    for (const [part, values] of Object.entries(readConfig(options.config))) {
      const target = parts[part];
      if (target === undefined || typeof values !== 'object' || values === null) {
        throw new UsageError(
          `--config ${options.config}: found "${part}"; expected an object with "machine" and "heap"`,
        );
      }
      Object.assign(target, values);
    }
  }
  for (const assignment of options.set ?? []) {
    const match = /^(machine|heap)\.(\w+)=(.*)$/s.exec(assignment);
    if (match === null) {
      throw new UsageError(
        `--set ${assignment}: expected heap.KEY=VALUE or machine.KEY=VALUE, as in --set heap.dmaBits=32`,
      );
    }
    const [, part = '', key = '', value = ''] = match;
    const target = parts[part] ?? assertInvariant(`no part ${part}`);
    target[key] = parseValue(value);
  }
  return {
    ...(options.mode === undefined ? {} : { mode: options.mode }),
    ...(options.xen === undefined ? {} : { xen: options.xen }),
    // What the values are is checked when the configuration is put together.
    machine: machine as Partial<Machine>,
    heap: heap as Partial<HeapConfig>,
  };
}

function readConfig(path: string): object {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--config ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new UsageError(`--config ${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UsageError(`--config ${path}: expected an object with "machine" and "heap"`);
}

/** JSON, a hex number, or else the text itself. */
function parseValue(text: string): unknown {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number(text);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A record number or count, decimal or hex. Throws `UsageError`. */
export function parseCount(text: string): number {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value))
    throw new UsageError(`"${text}" is not a number: expected decimal or 0x hex, below 2^53`);
  return value;
}
