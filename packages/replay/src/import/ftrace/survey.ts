import type { ByteChunks } from '../../trace/bytes.ts';
import { badInput } from '../problem.ts';
import type { PageEvent } from './page-event.ts';
import { PageEventReader } from './page-event-reader.ts';
import { FtraceTally } from './tally.ts';
import { textLines } from './text-lines.ts';

/** What has to be known of a recording before its first record is written. */
export interface FtraceSurvey {
  /** Behind the last page frame of all that was allocated or came back. */
  readonly pfnEnd: number;
  /** One more than the greatest number of a CPU. */
  readonly cpus: number;
}

/** Reads a recording once, from end to end. Throws `TraceError` for one in which no pages are allocated or come back. */
export async function surveyFtrace(chunks: ByteChunks, name: string): Promise<FtraceSurvey> {
  let pfnEnd = 0;
  let cpus = 1;
  let pageEvents = 0;
  const tally = new FtraceTally();
  const reader = new PageEventReader(tally, ({ kind, pfn, order, cpu }: PageEvent) => {
    cpus = Math.max(cpus, (cpu ?? 0) + 1);
    if (kind !== 'alloc' && kind !== 'free' && kind !== 'free-batched') return;
    pageEvents++;
    if (pfn !== null) pfnEnd = Math.max(pfnEnd, pfn + 2 ** order);
  });
  for await (const lines of textLines(chunks, name)) {
    for (const line of lines) reader.push(line);
  }
  if (pageEvents === 0) throw nothingToImport(tally, name);
  return { pfnEnd, cpus };
}

function nothingToImport({ lines, events, damaged, ignored, problems }: FtraceTally, name: string): Error {
  const others = [...ignored.values()].reduce((sum, count) => sum + count, events);
  const [first] = problems;
  const what = `${lines} lines with no whole event mm_page_alloc or mm_page_free among them`;
  const beside = `${others} other events, ${damaged} lines that were not understood`;
  return badInput(name, first?.line ?? null, {
    found: `${what} (${beside}${first === undefined ? '' : `, the first is this: ${first.message}`})`,
    expected: 'the text of tracefs, of `trace-cmd report` or of `perf script`, with events of kmem',
    hint: 'record with: trace-cmd record -e kmem:mm_page_alloc -e kmem:mm_page_free; trace-cmd report > FILE',
  });
}
