import { readFileSync } from 'node:fs';
import { assertInvariant } from '@heaplay/core';
import type { HeapConfig, Machine } from '@heaplay/core';
import type { ConfigChange } from '../rebase/reconfigure.ts';
import type { ConfigOptions } from './config-options.ts';
import { UsageError } from './exit.ts';

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
