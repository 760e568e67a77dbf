import { z } from 'zod';
import { openObject } from '../schema/open-object.ts';
import {
  addressBitsSchema,
  booleanSchema,
  countSchema,
  domainIdSchema,
  isCount,
  isMfn,
  isOrder,
  isZone,
  mfnSchema,
  nodeIdSchema,
} from '../schema/scalars.ts';
import type {
  ObservedBlock,
  ObservedDomain,
  ObservedList,
  ObservedNode,
  ObservedVirq,
  ObservedZone,
} from './heap-view.ts';

function isZonePages(value: unknown): value is ObservedZone {
  return Array.isArray(value) && value.length === 2 && isZone(value[0]) && isCount(value[1]);
}

function isBlock(value: unknown): value is ObservedBlock {
  return Array.isArray(value) && value.length === 2 && isMfn(value[0]) && (value[1] === null || isCount(value[1]));
}

function isList(value: unknown): value is ObservedList {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const blocks: unknown = value[2];
  return isZone(value[0]) && isOrder(value[1]) && Array.isArray(blocks) && blocks.every(isBlock);
}

/** A heap digest: 16 hex digits. */
export const digestSchema: z.ZodType<string> = z.custom<string>(
  (value) => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value),
  'a digest: 16 hex digits in lower case',
);

const nodeSchema: z.ZodType<ObservedNode> = openObject({
  node: nodeIdSchema,
  freePages: countSchema.exactOptional(),
  needScrub: countSchema.exactOptional(),
  zones: z.array(z.custom<ObservedZone>(isZonePages, 'a pair [zone, pages]'), 'a list of zones').exactOptional(),
  lists: z
    .array(
      z.custom<ObservedList>(isList, 'a free list [zone, order, [[mfn, first dirty page or null], ...]]'),
      'a list of free lists',
    )
    .exactOptional(),
});

const domainSchema: z.ZodType<ObservedDomain> = openObject({
  domain: domainIdSchema,
  totalPages: countSchema.exactOptional(),
  extraPages: countSchema.exactOptional(),
  maxPages: countSchema.exactOptional(),
  outstandingPages: countSchema.exactOptional(),
  lastNode: nodeIdSchema.exactOptional(),
  dying: booleanSchema.exactOptional(),
});

const virqSchema: z.ZodType<ObservedVirq> = openObject({
  threshold: countSchema,
  high: z.custom<number | null>((value) => value === null || isCount(value), 'an integer, or null for never'),
  original: countSchema,
  order: countSchema,
});

const mfnsSchema = z.array(mfnSchema, 'a list of MFNs');

/** The schemas of the parts of a heap. */
export type HeapViewShape = {
  readonly freePages: z.ZodExactOptional<z.ZodType<number>>;
  readonly claims: z.ZodExactOptional<z.ZodType<number>>;
  readonly dmaBits: z.ZodExactOptional<z.ZodType<number>>;
  readonly xenheapBits: z.ZodExactOptional<z.ZodType<number>>;
  readonly virq: z.ZodExactOptional<z.ZodType<ObservedVirq>>;
  readonly nodes: z.ZodExactOptional<z.ZodType<readonly ObservedNode[]>>;
  readonly offlined: z.ZodExactOptional<z.ZodType<readonly number[]>>;
  readonly broken: z.ZodExactOptional<z.ZodType<readonly number[]>>;
  readonly domains: z.ZodExactOptional<z.ZodType<readonly ObservedDomain[]>>;
  readonly digest: z.ZodExactOptional<z.ZodType<string>>;
};

/** The keys of a heap as somebody saw it; any may be missing. */
export const heapViewShape: HeapViewShape = {
  freePages: countSchema.exactOptional(),
  claims: countSchema.exactOptional(),
  dmaBits: addressBitsSchema.exactOptional(),
  xenheapBits: addressBitsSchema.exactOptional(),
  virq: virqSchema.exactOptional(),
  nodes: z.array(nodeSchema, 'a list of nodes').exactOptional(),
  offlined: mfnsSchema.exactOptional(),
  broken: mfnsSchema.exactOptional(),
  domains: z.array(domainSchema, 'a list of domains').exactOptional(),
  digest: digestSchema.exactOptional(),
};
