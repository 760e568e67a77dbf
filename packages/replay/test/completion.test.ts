import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HEAP_MODES, XEN_VERSIONS } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { heaplay } from './cli.ts';

const BIN = fileURLToPath(new URL('../bin/heaplay.js', import.meta.url));
const HAS_BASH = spawnSync('bash', ['-c', 'true']).status === 0;

const COMMANDS = [
  'verify',
  'replay',
  'dump',
  'diff',
  'bisect',
  'check',
  'explain',
  'page',
  'what-if',
  'sweep',
  'stats',
  'query',
  'lint',
  'plan',
  'pdx',
  'record',
  'import',
  'export',
  'view',
  'report',
  'completion',
  'help',
];

/** What the command offers behind these words, the last one unfinished, and whether files will do. */
async function offered(...words: readonly string[]): Promise<{ values: readonly string[]; files: boolean }> {
  const { out, err, exitCode } = await heaplay('__complete', ...words);
  expect([exitCode, err]).toEqual([0, '']);
  const lines = out.trimEnd().split('\n');
  const kind = lines.pop();
  expect([':files', ':none']).toContain(kind);
  return { values: lines.map((line) => line.slice(0, line.indexOf('\t'))), files: kind === ':files' };
}

describe('completion of a command line', () => {
  it.each([
    ['commands', [''], COMMANDS],
    ['a command', ['ver'], ['verify']],
    ['options', ['verify', '--'], ['--all', '--json', '--help']],
    ['an option', ['dump', 'a.jsonl', '--a'], ['--at']],
    ['every mode', ['diff', '--mode', ''], HEAP_MODES],
    ['some modes', ['diff', 'a.jsonl', '--mode', 'direct-map-o'], ['direct-map-on-demand']],
    ['every version', ['replay', '--xen', ''], XEN_VERSIONS],
    ['behind an equals sign, in a word', ['diff', '--xen=4.1'], ['4.17']],
    ['behind an equals sign, a word of its own as bash has it', ['diff', '--xen', '=', '4.1'], ['4.17']],
    ['right behind an equals sign', ['diff', '--xen', '='], XEN_VERSIONS],

    ['options of a command below one', ['bisect', 'good', '--s'], ['--session']],
    ['the options of the one above', ['bisect', 'a.jsonl', '--w'], ['--when']],
    ['formats', ['stats', 'a.jsonl', '--format', ''], ['csv', 'json']],
    ['nothing for a condition', ['check', 'a.jsonl', '--never', ''], []],
    ['schemes', ['pdx', '--scheme', ''], ['mask', 'offset']],
    ['nothing for a range', ['pdx', '--range', ''], []],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['workloads', ['record', 'workload', 'd'], ['domain-churn', 'dma-exhaustion']],
    ['nothing behind the last argument', ['completion', 'bash', ''], []],
    ['nothing for a number', ['dump', '--at', ''], []],
    ['nothing for an unknown command', ['vrfy', ''], []],
    ['nothing for an unknown option', ['dump', '--nothing='], []],
    ['no words at all', [], COMMANDS],
  ])('%s', async (_, words, values) => {
    expect(await offered(...words)).toEqual({ values, files: false });
  });

  it.each([
    ['a trace', ['verify', '']],
    ['a further trace', ['verify', 'a.jsonl', 'b.jsonl', 'c']],
    ['the other trace', ['diff', '--xen', '4.6', 'a.jsonl', '']],
    ['a file to write', ['replay', 'a.jsonl', '-o', '']],
    ['a file to write, long', ['replay', 'a.jsonl', '--output=']],
    ['a configuration', ['diff', 'a.jsonl', '--config', 'c']],
    ['behind --', ['verify', '--', '--strange']],
    ['behind stdin', ['diff', '-', '']],
    ['a log', ['bisect', 'replay', '']],
    ['a session', ['bisect', 'good', '--session', '']],
    ['a command to run', ['bisect', 'run', 'a.jsonl', '--', '']],
  ])('files for %s', async (_, words) => {
    expect(await offered(...words)).toEqual({ values: [], files: true });
  });

  it('a trace, or a command below it', async () => {
    const { values, files } = await offered('bisect', '');
    expect([values, files]).toEqual([['start', 'good', 'bad', 'skip', 'log', 'replay', 'reset', 'run'], true]);
  });

  it.each(['bash', 'zsh', 'fish'])('there is a script for %s', async (shell) => {
    const { out, err, exitCode } = await heaplay('completion', shell);
    expect([exitCode, err]).toEqual([0, '']);
    expect(out).toContain('heaplay __complete');
  });

  it('another shell is refused', async () => {
    const { err, exitCode } = await heaplay('completion', 'tcsh');
    expect(exitCode).toBe(2);
    expect(err).toMatch(/'tcsh' is invalid.*bash, zsh, fish/);
  });

  // One real bash; where a shell is missing, the rest of the file still says what it would be told.
  it.skipIf(!HAS_BASH)('bash, with the script sourced, completes a mode', () => {
    const script = `
      heaplay() { "${process.execPath}" "${BIN}" "$@"; }
      source <(heaplay completion bash)
      COMP_WORDS=(heaplay diff boot.jsonl --mode = direct-map-p) COMP_CWORD=5
      _heaplay
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
    expect(stdout).toBe('direct-map-partial\n');
  });
});
