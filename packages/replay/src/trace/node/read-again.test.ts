import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import type { ByteChunks } from '../bytes.ts';
import { readAgain } from './read-again.ts';

const folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function textOf(chunks: ByteChunks): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
  return text;
}

/** A pipe into which somebody writes this text, once. */
function pipeOf(name: string, text: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', [path]);
  spawn('sh', ['-c', `printf '%s' "$1" > "$2"`, 'sh', text, path]);
  return path;
}

describe('readAgain', () => {
  it('[IMPORT-AGAIN-1] a file is read anew each time, whatever its length', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'abc');
    const source = await readAgain(path, 2);
    expect(await textOf(source())).toBe('abc');
    writeFileSync(path, 'abcd');
    expect(await textOf(source())).toBe('abcd');
  });

  it.skipIf(process.platform === 'win32')('[IMPORT-AGAIN-2] a pipe is kept, as far as it may be', async () => {
    const source = await readAgain(pipeOf('pipe', 'abc'), 3);
    expect([await textOf(source()), await textOf(source())]).toEqual(['abc', 'abc']);
    await expect(readAgain(pipeOf('long', 'abcd'), 3)).rejects.toThrow(/from a pipe.*write it to a file first/);
  });

  it('[IMPORT-AGAIN-3] what is not there cannot be read', async () => {
    await expect(readAgain(join(folder, 'nothing'))).rejects.toThrow(/cannot be read/);
  });
});
