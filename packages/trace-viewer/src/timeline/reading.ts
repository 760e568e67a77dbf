import type { RunSample, SampleColumns, SampleLine } from '@heaplay/replay';

/** The figures behind one record, wherever they are from. Pages, unless said. */
export interface Reading {
  readonly record: number;
  readonly freePages: number;
  readonly claims: number;
  readonly needScrub: number;
  readonly failures: number;
  node(id: number): number;
  zone(id: number): number;
  /** Free blocks. */
  order(id: number): number;
  domain(id: number): number;
}

/** What the engine told of a record. */
export function readingOf(sample: RunSample): Reading {
  const { record, freePages, claims, needScrub, failures, nodes, zones, freeBlocksByOrder, domains } = sample;
  return {
    record,
    freePages,
    claims,
    needScrub,
    failures,
    node: (id) => nodes.find(({ node }) => node === id)?.freePages ?? 0,
    zone: (id) => zones[id] ?? 0,
    order: (id) => freeBlocksByOrder[id] ?? 0,
    domain: (id) => domains.find(({ domain }) => domain === id)?.totalPages ?? 0,
  };
}

/** The sample of a picture that is nearest to a record, at it or before it; undefined if there is none. */
export function readingAt(columns: SampleColumns, wanted: number): Reading | undefined {
  const at = columns.records.findLastIndex((record) => record <= wanted);
  if (at < 0) return undefined;
  const figure = (column: Float64Array): number => column[at] ?? 0;
  const line = (lines: readonly SampleLine[], id: number): number =>
    figure(lines.find((one) => one.id === id)?.values ?? new Float64Array());
  return {
    record: figure(columns.records),
    freePages: figure(columns.freePages),
    claims: figure(columns.claims),
    needScrub: figure(columns.needScrub),
    failures: figure(columns.failures),
    node: (id) => line(columns.nodes, id),
    zone: (id) => line(columns.zones, id),
    order: (id) => line(columns.orders, id),
    domain: (id) => line(columns.domains, id),
  };
}
