import { NODE_ANY, isExtensionKey } from '@heaplay/core';
import type { CallRecord, Failure, HeapCall, Outcome, Platform } from '@heaplay/core';
import { describeFailure } from '../analysis/describe-step.ts';
import { hasFailed } from '../diff/call-class.ts';
import { frameOf } from '../otel/call-attributes.ts';
import { recordToJson, resultToJson } from '../trace/encode-record.ts';
import type { CallerTexts } from './caller-texts.ts';
import type { RowOf } from './table-schema.ts';

/** What a row about a call is made of. */
export interface CallFacts {
  readonly record: number;
  /** Nanoseconds since the trace began; null if that is not known. */
  readonly at: number | null;
  readonly cpu: number;
  readonly call: HeapCall;
  /** Null: it was not carried out. */
  readonly outcome: Outcome | null;
  readonly planned: boolean;
  readonly failure: Failure | null;
  /** Free pages of the whole heap behind it. */
  readonly freePages: number;
  readonly callers: CallerTexts;
}

/** Keys with a column of their own, or that say what came of the call when it was recorded. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'type',
  'at',
  'cpu',
  'caller',
  'domain',
  'order',
  'pages',
  'mfn',
  'node',
  'bits',
  'flags',
  'result',
  'virqs',
  'bug',
  'freePagesBefore',
]);

/** Above it a number of pages is not exact, and no machine has them. */
const GREATEST_ORDER = 52;

const NOTHING: Outcome = { result: undefined, virqs: 0, bug: null };

/** A call as a row of the table of calls. */
export function callRow(facts: CallFacts, platform: Platform): RowOf<'calls'> {
  const { record, at, cpu, call, outcome, planned, failure, freePages, callers } = facts;
  const { result, virqs, bug } = outcome ?? NOTHING;
  // A call is a record that says nothing of when and by whom.
  const asked = call as CallRecord;
  const fields = recordToJson(asked);
  const mfn = frameOf(asked, outcome ?? NOTHING) ?? null;
  const returned = resultToJson(result);
  const order = numberOf(fields['order']);
  return {
    record,
    at_ns: at,
    cpu,
    call: call.type,
    planned,
    orphaned: outcome === null,
    domain: numberOf(fields['domain']),
    page_order: order,
    pages: order === null ? numberOf(fields['pages']) : pagesOfOrder(order),
    mfn,
    node: mfn === null ? null : platform.nodeOf(mfn),
    zone: mfn === null ? null : platform.zoneOf(mfn),
    requested_node: fields['node'] === NODE_ANY ? null : numberOf(fields['node']),
    requested_bits: numberOf(fields['bits']),
    flags: flagsOf(fields['flags']),
    arguments: objectOf(fields, (key) => !ELSEWHERE.has(key) && !isExtensionKey(key)),
    notes: objectOf(fields, isExtensionKey),
    result: returned === undefined ? null : JSON.stringify(returned),
    failed: outcome !== null && bug === null && hasFailed(call.type, result),
    failure_reason: failure?.reason ?? null,
    failure: failure === null ? null : describeFailure(failure),
    virqs,
    bug: bug?.kind ?? null,
    bug_rule: bug?.rule ?? null,
    free_pages: freePages,
    ...callers,
  };
}

/** Pages of a block; null for an order that is beyond every machine. */
export function pagesOfOrder(order: number): number | null {
  return order <= GREATEST_ORDER ? 2 ** order : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function flagsOf(value: unknown): string | null {
  return Array.isArray(value) && value.length > 0 ? value.join('|') : null;
}

function objectOf(fields: Readonly<Record<string, unknown>>, isMeant: (key: string) => boolean): string | null {
  let found: Record<string, unknown> | null = null;
  for (const key in fields) {
    if (!isMeant(key)) continue;
    found ??= {};
    found[key] = fields[key];
  }
  return found === null ? null : JSON.stringify(found);
}
