import { readFileSync } from 'node:fs';
import type { HeapConfig, Machine } from '@heaplay/core';
import type { ConfigChange, Setup } from '../rebase/reconfigure.ts';
import { ConfigError, resolveSetup } from '../rebase/resolve-setup.ts';
import { describeProblem } from '../trace/errors.ts';
import type { ConfigOptions } from './config-options.ts';
import { BadFile, UsageError } from './exit.ts';
import { parseValue } from './parse-value.ts';

type Part = 'machine' | 'heap';
type Parts = Readonly<Record<Part, Record<string, unknown>>>;

const CONFIG_SHAPE =
  'expected {"machine":{...},"heap":{...}}, as in the header of a trace, with the keys to be changed';

/** The configuration that the options ask for. Throws `UsageError`, and `BadFile` where the fault is in the file. */
export function wantedSetup(from: Setup, options: ConfigOptions): Setup {
  const file = options.config === undefined ? undefined : readConfig(options.config);
  try {
    return resolveSetup(from, changeOf(options, file));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const text = `${error.problem.field}: ${describeProblem(error.problem)}`;
    if (file === undefined || !isFrom(file, error.problem.field)) throw new UsageError(text);
    throw new BadFile(`--config ${options.config}: ${text}`);
  }
}

/** Does the file say something about the key that this field is, or is in? */
function isFrom(file: Parts, field: string): boolean {
  const [, part, key] = /^(machine|heap)\.([\w-]+)/.exec(field) ?? [];
  return isPart(part) && key !== undefined && Object.hasOwn(file[part], key);
}

/** The change that the options ask for. Throws `UsageError` and `BadFile`. What the values are is not checked yet. */
export function configChange(options: ConfigOptions): ConfigChange {
  return changeOf(options, options.config === undefined ? undefined : readConfig(options.config));
}

function changeOf(options: ConfigOptions, file: Parts | undefined): ConfigChange {
  const { machine, heap } = file ?? emptyParts();
  for (const assignment of options.set ?? []) {
    const [, part, key = '', value = ''] = /^(machine|heap)\.([\w-]+)=(.*)$/s.exec(assignment) ?? [];
    if (!isPart(part)) {
      throw new UsageError(
        `--set ${assignment}: expected heap.KEY=VALUE or machine.KEY=VALUE. Next: write it as in --set heap.dmaBits=32`,
      );
    }
    // A version looks like a number, and is none.
    (part === 'heap' ? heap : machine)[key] = `${part}.${key}` === 'heap.xen' ? value : parseValue(value);
  }
  return {
    ...(options.mode === undefined ? {} : { mode: options.mode }),
    ...(options.xen === undefined ? {} : { xen: options.xen }),
    // What the values are is checked when the configuration is put together.
    machine: machine as Partial<Machine>,
    heap: heap as Partial<HeapConfig>,
  };
}

/** Without a prototype, `__proto__` is a key like any other: one that there is not. */
function emptyParts(): Parts {
  return { machine: Object.create(null), heap: Object.create(null) };
}

function isPart(name: string | undefined): name is Part {
  return name === 'machine' || name === 'heap';
}

function readConfig(path: string): Parts {
  const parts = emptyParts();
  for (const [part, values] of Object.entries(readJson(path))) {
    if (!isPart(part)) throw new BadFile(`--config ${path}: found the key "${part}"; ${CONFIG_SHAPE}`);
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new BadFile(`--config ${path}: "${part}": found ${JSON.stringify(values)}; ${CONFIG_SHAPE}`);
    }
    Object.assign(parts[part], values);
  }
  return parts;
}

function readJson(path: string): object {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const what = error instanceof SyntaxError ? 'found text that is no JSON' : 'found a file that cannot be read';
    const why = error instanceof Error ? error.message : String(error);
    throw new BadFile(`--config ${path}: ${what} (${why}); ${CONFIG_SHAPE}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new BadFile(`--config ${path}: found ${JSON.stringify(value)}; ${CONFIG_SHAPE}`);
}
