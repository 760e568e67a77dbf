import type { Fact } from '../facts/fact.ts';

/** Free pages of a zone; `node` null: of all nodes together. Zone 0 is the separate xen heap. */
export interface DumpedZone {
  readonly node: number | null;
  readonly zone: number;
  readonly pages: number;
}

/** What a debug key showed of free memory at one moment. */
export interface HeapDump {
  readonly key: 'm' | 'H' | 'u';
  readonly line: number;
  readonly zones: readonly DumpedZone[];
  /** Key `m`: the sum that stands below the zones of the dom heap; null if the line is missing. */
  readonly domHeapPages: number | null;
  /** Free pages of a whole node. */
  readonly nodes: readonly { readonly node: number; readonly pages: number }[];
}

interface OpenDump {
  readonly key: HeapDump['key'];
  readonly line: number;
  readonly zones: DumpedZone[];
  readonly nodes: { readonly node: number; readonly pages: number }[];
  domHeapPages: number | null;
}

function openDump(key: HeapDump['key'], line: number): OpenDump {
  return { key, line, zones: [], nodes: [], domHeapPages: null };
}

/** What the debug keys showed, in the order of the log. */
export function heapDumps(facts: readonly Fact[]): readonly HeapDump[] {
  const dumps: OpenDump[] = [];
  for (const fact of facts) {
    if (fact.kind === 'dump-heading') dumps.push(openDump(fact.key, fact.line));
    if (fact.kind !== 'free-pages') continue;
    const { node, zone, pages, line } = fact;
    const key = zone === 'all' ? 'u' : node === null ? 'm' : 'H';
    let dump = dumps.at(-1);
    // Somebody left the heading out.
    if (dump === undefined || dump.key !== key) {
      dump = openDump(key, line);
      dumps.push(dump);
    }
    if (zone === 'all') dump.nodes.push({ node: node ?? 0, pages });
    else if (zone === 'xen') dump.zones.push({ node, zone: 0, pages });
    else if (zone === 'dom') dump.domHeapPages = pages;
    else dump.zones.push({ node, zone, pages });
  }
  return dumps.filter(({ zones, nodes }) => zones.length + nodes.length > 0);
}
