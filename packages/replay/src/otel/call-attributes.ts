import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { NODE_ANY, isExtensionKey, orderPages } from '@heaplay/core';
import type { CallRecord, Outcome, Platform } from '@heaplay/core';
import { isAllocation } from '../diff/call-class.ts';
import { recordToJson, resultToJson } from '../trace/encode-record.ts';
import { ARGUMENT_PREFIX, HEAP_ATTRIBUTES } from './attributes.ts';

/** Keys of a record that have a name of their own. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['cpu', HEAP_ATTRIBUTES.cpu],
  ['caller', HEAP_ATTRIBUTES.caller],
  ['order', HEAP_ATTRIBUTES.order],
  ['pages', HEAP_ATTRIBUTES.pages],
  ['mfn', HEAP_ATTRIBUTES.mfn],
  ['domain', HEAP_ATTRIBUTES.domain],
  ['flags', HEAP_ATTRIBUTES.flags],
  ['node', HEAP_ATTRIBUTES.requestedNode],
  ['bits', HEAP_ATTRIBUTES.requestedBits],
]);

/** Keys that do not say what was asked for: when it was, and what came of it then. */
const LEFT_OUT: ReadonlySet<string> = new Set(['type', 'at', 'result', 'virqs', 'bug', 'freePagesBefore']);

/** What a call asked for and what came of it, as attributes. Addresses are hex texts. */
export function callAttributes(record: number, call: CallRecord, outcome: Outcome, platform: Platform): Attributes {
  const attributes: Record<string, AttributeValue> = {
    [HEAP_ATTRIBUTES.record]: record,
    [HEAP_ATTRIBUTES.call]: call.type,
    [HEAP_ATTRIBUTES.cpu]: 0,
  };
  for (const [key, value] of Object.entries(recordToJson(call))) {
    if (LEFT_OUT.has(key) || isExtensionKey(key) || (key === 'node' && value === NODE_ANY)) continue;
    attributes[NAMED.get(key) ?? `${ARGUMENT_PREFIX}${snakeCase(key)}`] = value as AttributeValue;
  }
  if ('order' in call) attributes[HEAP_ATTRIBUTES.pages] = orderPages(call.order);
  const mfn = frameOf(call, outcome);
  if (mfn !== undefined) Object.assign(attributes, placeAttributes(mfn, platform));
  const result = resultToJson(outcome.result);
  if (result !== undefined) attributes[HEAP_ATTRIBUTES.result] = attributeOf(result);
  if (outcome.virqs > 0) attributes[HEAP_ATTRIBUTES.virqs] = outcome.virqs;
  if (outcome.bug !== null) {
    attributes[HEAP_ATTRIBUTES.bugKind] = outcome.bug.kind;
    attributes[HEAP_ATTRIBUTES.bugRule] = outcome.bug.rule;
  }
  return attributes;
}

/** A frame, and where it lies. */
export function placeAttributes(mfn: number, platform: Platform): Attributes {
  return {
    [HEAP_ATTRIBUTES.mfn]: mfn,
    [HEAP_ATTRIBUTES.node]: platform.nodeOf(mfn),
    [HEAP_ATTRIBUTES.zone]: platform.zoneOf(mfn),
  };
}

/** The frame that a call is about: the first of those that it returned, or the one that it names. */
export function frameOf(call: CallRecord, { result }: Pick<Outcome, 'result'>): number | undefined {
  if (isAllocation(call.type) || call.type === 'alloc_boot_pages')
    return typeof result === 'number' ? result : undefined;
  return 'mfn' in call ? call.mfn : undefined;
}

/** Null has no place among attributes, nor has what is nested: they become text, as JSON writes them. */
function attributeOf(value: unknown): AttributeValue {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
