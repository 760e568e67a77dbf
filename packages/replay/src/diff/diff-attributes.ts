import type { Attributes } from '@opentelemetry/api';
import { RUN_ATTRIBUTES } from '../instrument/run-attributes.ts';
import { bugAttributes } from '../instrument/setup-attributes.ts';
import { differs } from './diff-result.ts';
import type { DiffResult } from './diff-result.ts';

/** What came of a comparison, as the span of it says. */
export function diffAttributes(diff: DiffResult): Attributes {
  return {
    [RUN_ATTRIBUTES.calls]: diff.calls,
    [RUN_ATTRIBUTES.moved]: diff.moved,
    [RUN_ATTRIBUTES.orphaned]: diff.orphaned,
    [RUN_ATTRIBUTES.differs]: differs(diff),
    ...bugAttributes(diff.bugs.b),
  };
}
