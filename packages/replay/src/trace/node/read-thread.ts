// Runs on a thread of its own: reads a trace, and sends it part by part to the thread that wants it.
import { parentPort, workerData } from 'node:worker_threads';
import { TraceTable } from '../table.ts';
import { readFileParts } from './file.ts';
import { BATCHES_AHEAD, type ReadMessage, type ReadTask, THREAD_BATCH_SIZE, packError } from './read-message.ts';

/** Keeps the reader from running far ahead. */
class Pace {
  private ahead = 0;
  private wake = (): void => {};

  /** A batch was sent; waits until there may be one more. */
  async sent(): Promise<void> {
    this.ahead += 1;
    if (this.ahead < BATCHES_AHEAD) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  /** A batch was taken. */
  taken(): void {
    this.ahead -= 1;
    this.wake();
  }
}

function send(message: ReadMessage, buffers: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, buffers);
}

async function read({ path, options }: ReadTask, pace: Pace): Promise<void> {
  for await (const part of readFileParts(path, { ...options, batchSize: THREAD_BATCH_SIZE })) {
    if (part.part === 'batch') {
      const { first, records } = part.batch;
      const table = TraceTable.of(records);
      send({ part: 'batch', first, table: table.pack() }, table.buffers);
      await pace.sent();
    } else send(part);
  }
}

const pace = new Pace();
parentPort?.on('message', () => pace.taken());
try {
  await read(workerData as ReadTask, pace);
} catch (error) {
  send({ part: 'failure', failure: packError(error) });
} finally {
  parentPort?.close();
}
