import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { corpusPath } from '../corpus.ts';
import { HEADER } from '../sample-trace.ts';

/** A real boot: 812 records, its allocations fail first at record 782. */
export const X86: string = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');

/** A run of 2,540 records on two nodes. */
export const SCRUB: string = corpusPath('golden/4.23.direct-map-all.numa.scrub.heaplay.jsonl.gz');

/** A run that Xen stops. */
export const BUG: string = corpusPath('golden/4.17.direct-map-all.1node.bug_doublefree.heaplay.jsonl.gz');

/** Files of a test file, in a folder that is taken away behind its last test. */
export class Folder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'heaplay-'));

  constructor() {
    afterAll(() => {
      rmSync(this.path, { recursive: true });
    });
  }

  /** Writes a file; returns its path. */
  write(name: string, content: string): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  /** Writes a trace of these records; returns its path. */
  trace(name: string, ...records: readonly object[]): string {
    return this.write(name, `${[HEADER, ...records.map((record) => JSON.stringify(record))].join('\n')}\n`);
  }

  /** Where a file of this name would lie. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** What is in a file. */
  read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }
}
