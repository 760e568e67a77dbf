import type { Brand } from './brand.ts';

/** Xen's `domid_t`: 0 ≤ id < 0x7ff0; what lies above is reserved for special domains. */
export type DomainId = Brand<number, 'DomainId'>;

/** A NUMA node, 0 ≤ id < 255; 255 means "any". */
export type NodeId = Brand<number, 'NodeId'>;

/** A processor, counted from 0 in the order of `machine.cpus`. */
export type CpuId = Brand<number, 'CpuId'>;

/** Class of a block by the top bit of its MFN, and 0 for the separate xen heap (ZONE-1). */
export type Zone = Brand<number, 'Zone'>;

/** The node id by which a caller says that any node will do (NUMA-2). */
export const NODE_ANY: NodeId = 255 as NodeId;

/** First of the reserved domain ids: no ordinary domain has this id or a greater one. */
export const DOMAIN_ID_LIMIT = 0x7ff0;

/** One more than the greatest number of a CPU, real or virtual, that a trace may name. */
export const CPU_LIMIT = 65_536;
