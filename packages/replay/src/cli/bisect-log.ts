import type { BisectMark } from '../analysis/bisect-search.ts';
import type { BisectSession } from './bisect-session.ts';
import type { ConfigOptions } from './config-options.ts';
import { BadFile } from './exit.ts';
import { readCount } from './parse-count.ts';
import { quoteWord, splitWords } from './shell-words.ts';

/** What the log of a session says: how it began, and the verdicts since. */
export interface BisectLog {
  readonly trace: string;
  readonly config: ConfigOptions;
  readonly marks: readonly (BisectMark & { readonly line: number })[];
}

/** A session as lines that a shell, or `bisect replay`, can carry out again. */
export function logOf({ trace, config, marks, length }: BisectSession): string {
  const lines = [
    `# ${trace.bytes} bytes, sha256 ${trace.sha256}; records 0 to ${length}`,
    ['heaplay', 'bisect', 'start', ...[trace.path, ...configWords(config)].map(quoteWord)].join(' '),
    ...marks.map(({ verdict, record }) => `heaplay bisect ${verdict} ${record}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The options that ask for a configuration, as words of a command line. */
export function configWords({ mode, xen, set, config }: ConfigOptions): string[] {
  return [
    ...(mode === undefined ? [] : ['--mode', mode]),
    ...(xen === undefined ? [] : ['--xen', xen]),
    ...(set ?? []).flatMap((assignment) => ['--set', assignment]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
}

/** Reads what {@link logOf} wrote; empty lines and comments are passed over. Throws `BadFile`, with the line. */
export function readLog(name: string, text: string): BisectLog {
  let started: Pick<BisectLog, 'trace' | 'config'> | undefined;
  const marks: (BisectMark & { line: number })[] = [];
  text.split('\n').forEach((content, at) => {
    const words = splitWords(content.trim());
    if (words[0] === undefined || words[0].startsWith('#')) return;
    const place = `${name}: line ${at + 1}`;
    const [heaplay, bisect, verb, ...rest] = words;
    if (heaplay !== 'heaplay' || bisect !== 'bisect') throw unexpected(place, content);
    if (verb === 'start') {
      if (started !== undefined) throw unexpected(place, content);
      started = readStart(place, content, rest);
    } else if (started !== undefined && (verb === 'good' || verb === 'bad' || verb === 'skip') && rest.length === 1) {
      const record = readCount(rest[0] ?? '');
      if (record === null) throw unexpected(place, content);
      marks.push({ verdict: verb, record, line: at + 1 });
    } else throw unexpected(place, content);
  });
  if (started === undefined) {
    throw new BadFile(`${name}: found no line "heaplay bisect start TRACE"; expected what heaplay bisect log prints`);
  }
  return { ...started, marks };
}

function readStart(place: string, content: string, words: readonly string[]): Pick<BisectLog, 'trace' | 'config'> {
  const [trace, ...options] = words;
  if (trace === undefined || options.length % 2 !== 0) throw unexpected(place, content);
  const config: { mode?: string; xen?: string; config?: string; set?: string[] } = {};
  for (let at = 0; at < options.length; at += 2) {
    const [option, value = ''] = [options[at], options[at + 1]];
    if (option === '--mode') config.mode = value;
    else if (option === '--xen') config.xen = value;
    else if (option === '--config') config.config = value;
    else if (option === '--set') (config.set ??= []).push(value);
    else throw unexpected(place, content);
  }
  // Whether there is such a mode or version is checked when the configuration is put together.
  return { trace, config: config as ConfigOptions };
}

function unexpected(place: string, content: string): BadFile {
  return new BadFile(
    `${place}: found ${JSON.stringify(content.trim())}; expected a line as heaplay bisect log prints it: start once, then good N, bad N or skip N`,
  );
}
