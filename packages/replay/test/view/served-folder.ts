import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServedTrace } from '../../src/view/node/open-served-trace.ts';
import { serveTraces } from '../../src/view/node/trace-server.ts';
import type { TraceServer } from '../../src/view/node/trace-server.ts';
import { RECORDS, traceOf } from '../sample-trace.ts';

/** A page that has all that a server looks for. */
export const PAGE = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'" /><p>page`;

export const SMALL: string = traceOf(...RECORDS);

/** More than what the buffers on the way hold. */
export const LARGE: string = traceOf(RECORDS[0] ?? '') + '{"type":"query_page_offline","mfn":9}\n'.repeat(200_000);

/** A folder whose files are served. */
export class ServedFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'heaplay-view-'));
  /** What the servers told. */
  readonly notes: string[] = [];
  private readonly servers: TraceServer[] = [];

  /** Where a file is. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes files of these names and texts, and serves them. */
  async serve(files: Readonly<Record<string, string>>, live = false): Promise<TraceServer> {
    const tell = (note: string): void => {
      this.notes.push(note);
    };
    const traces = Object.entries(files).map(([name, text]) => {
      writeFileSync(this.file(name), text);
      return openServedTrace(this.file(name), { name, live, tell });
    });
    const server = await serveTraces({ page: PAGE, traces: await Promise.all(traces), tell });
    this.servers.push(server);
    return server;
  }

  /** Ends the servers, and takes the folder away. */
  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.close()));
    rmSync(this.path, { recursive: true });
  }
}

/** The path of the page of a server, with its token: what is served stands behind it. */
export function pathOf({ url }: TraceServer): string {
  return new URL(url).pathname;
}
