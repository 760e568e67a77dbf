/** Replays a trace through the naive model and compares everything that was observed. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { NaiveHeap } from './naive-heap.ts';
import { numberOf, optionalNumber } from './wire.ts';
import type { Outcome, WireHeader, WireRecord } from './wire.ts';

/** One thing that is not as the trace says. */
export interface Mismatch {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly type: string;
  readonly field: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

export interface Verification {
  readonly records: number;
  /** Comparisons made. */
  readonly compared: number;
  readonly mismatches: readonly Mismatch[];
}

/** Verifies one file; stops after `most` mismatches. */
export function verifyFile(path: string, most = 1): Verification {
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString();
  return verifyLines(text.split('\n'), most);
}

function verifyLines(lines: readonly string[], most: number): Verification {
  const naive = new NaiveHeap(JSON.parse(lines[0] ?? '') as WireHeader);
  const mismatches: Mismatch[] = [];
  let records = 0;
  let compared = 0;
  for (const [index, text] of lines.entries()) {
    if (index === 0 || text === '') continue;
    const record = JSON.parse(text) as WireRecord;
    if (record.type === 'end') continue;
    records++;
    for (const [field, expected, actual] of comparisons(naive, record)) {
      compared++;
      if (isSame(expected, actual)) continue;
      mismatches.push({ line: index + 1, type: record.type, field, expected, actual });
    }
    if (mismatches.length >= most || record['bug'] !== undefined) break;
  }
  return { records, compared, mismatches };
}

type Comparison = readonly [field: string, expected: unknown, actual: unknown];

/** Applies the record and pairs what the trace says with what the model says. */
function comparisons(naive: NaiveHeap, record: WireRecord): Comparison[] {
  switch (record.type) {
    case 'observe_digest':
      return [['digest', record['digest'], naive.digest()]];
    case 'observe_heap':
      return observedFields(record, naive.observeHeap());
    case 'observe_dirty':
      return observedFields(record, naive.observeDirty());
    case 'observe_boot_regions':
      return observedFields(record, naive.observeBootRegions());
    case 'observe_avail': {
      const [low, high] = [numberOf(record, 'minBits'), numberOf(record, 'maxBits')];
      const actual = naive.observeAvail(optionalNumber(record, 'node'), low, high);
      return [['pages', record['pages'], actual]];
    }
    case 'observe_node_avail':
      return [['pages', record['pages'], naive.observeNodeAvail(numberOf(record, 'node'))]];
    default:
      return callFields(naive, record);
  }
}

function callFields(naive: NaiveHeap, record: WireRecord): Comparison[] {
  const fields: Comparison[] = [];
  if (record['freePagesBefore'] !== undefined) {
    fields.push(['freePagesBefore', record['freePagesBefore'], naive.freePages]);
  }
  const outcome: Outcome = naive.apply(record);
  fields.push(['bug', record['bug'] ?? null, outcome.bug]);
  if (record['result'] !== undefined && !record.type.startsWith('map_')) {
    fields.push(['result', record['result'], outcome.result]);
    fields.push(['virqs', record['virqs'] ?? 0, outcome.virqs]);
  } else if (record['virqs'] !== undefined) {
    fields.push(['virqs', record['virqs'], outcome.virqs]);
  }
  return fields;
}

/** Every field that the trace holds, and for `nodes` every field of each node. */
function observedFields(seen: WireRecord, actual: Record<string, unknown>): Comparison[] {
  const fields: Comparison[] = [];
  for (const [key, expected] of Object.entries(seen)) {
    if (['type', 'at', 'cpu', 'caller'].includes(key) || key.startsWith('x-')) continue;
    if (key === 'nodes') fields.push(...nodeFields(expected, actual[key]));
    else fields.push([key, expected, actual[key]]);
  }
  return fields;
}

interface NodeRecord {
  readonly node: number;
  readonly [key: string]: unknown;
}

function nodeFields(expected: unknown, actual: unknown): Comparison[] {
  const seen = expected as NodeRecord[];
  const have = actual as NodeRecord[];
  const fields: Comparison[] = [['nodes', seen.map(({ node }) => node), have.map(({ node }) => node)]];
  for (const record of seen) {
    const own = have.find(({ node }) => node === record.node);
    for (const [key, value] of Object.entries(record)) {
      fields.push([`nodes[${record.node}].${key}`, value, own?.[key]]);
    }
  }
  return fields;
}

/** Deep equality of JSON values, without regard to the order of keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, i) => isSame(one, b[i]));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}
