import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { verify } from '../src/replay/verify.ts';
import { openTraceFile } from '../src/cli/open-trace.ts';
import { CORPUS, corpusPath } from './corpus.ts';

/** Declares a test for every trace of one share of the corpus; several files share the work, so that cores do too. */
export function verifyCorpusShare(share: number, shares: number): void {
  describe(`corpus, part ${share + 1} of ${shares}`, () => {
    it.each(CORPUS.filter((_, at) => at % shares === share))(
      '[VERIFY-1] real Xen answered as the model does: %s',
      async (path) => {
        const trace = await openTraceFile(corpusPath(path), () => {});
        const { machine, heap } = trace.header;
        const result = await lastValueFrom(trace.batches.pipe(verify(machine, heap)));
        expect(result.mismatches).toEqual([]);
        expect(result.records).toBeGreaterThan(0);
        expect(result.checked).toBeGreaterThan(0);
      },
    );
  });
}
