import { ChromeTracks } from '../../otel/chrome-events.ts';
import { metricsEvery, telemetry } from './exported-run.ts';
import type { ExportedRun } from './exported-run.ts';
import type { Terminal } from '../terminal.ts';

/** Characters of a piece. */
const PIECE = 65_536;

/** A run in the Trace Event Format, piece by piece. */
export async function* chromeJson(run: ExportedRun, terminal: Terminal): AsyncGenerator<string, void, undefined> {
  const tracks = new ChromeTracks();
  let piece = '{"displayTimeUnit":"ns","traceEvents":[';
  let separator = '\n';
  for await (const { item } of telemetry(run, { metricsEvery: metricsEvery(run) }, terminal)) {
    for (const event of tracks.events(item)) {
      piece += separator + JSON.stringify(event);
      separator = ',\n';
    }
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n]}\n`;
}
