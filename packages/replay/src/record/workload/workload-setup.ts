import { DOMAIN_ID_LIMIT, MFN_LIMIT, PAGE_SHIFT, PAGE_SIZE, bitLength, heapPreset } from '@heaplay/core';
import type { HeapMode, Machine, MfnRange, NodeId } from '@heaplay/core';
import type { Setup } from '../../rebase/reconfigure.ts';
import { WORKLOADS } from './catalogue.ts';
import type { WorkloadName, WorkloadParameters } from './catalogue.ts';
import { WorkloadError } from './workload-error.ts';

const MIB = 2 ** 20;
/** With less, start-up leaves no heap worth the name, or has no place for a separate one. */
const LEAST_NODE_MEMORY = 64 * MIB;
/** The frame table ends below 2^40. */
const MOST_MEMORY = (MFN_LIMIT / 2) * PAGE_SIZE;
/** Node 255 stands for "any". */
const NODE_LIMIT = 255;
const CPUS_A_NODE = 2;
/** Ids of domains that a workload builds beside those that are asked for. */
const SPARE_DOMAINS = 1024;
const LEAST_DOMAIN_MEMORY = 2 * MIB;

/** The parameters of a workload: those that are wanted, and its own. Throws {@link WorkloadError} for impossible ones. */
export function workloadParameters(name: WorkloadName, wanted: Partial<WorkloadParameters> = {}): WorkloadParameters {
  const { defaults, leastNodes = 1 } = WORKLOADS[name];
  for (const key of ['domains', 'domainMemory'] as const) {
    const value = wanted[key] ?? null;
    if (defaults[key] === null && value !== null) throw new WorkloadError(name, key, value, null);
  }
  const parameters = { ...defaults, ...wanted };
  const { memory, nodes, domains, domainMemory } = parameters;
  const expectInteger = (key: keyof WorkloadParameters, found: number, least: number, most: number): void => {
    if (Number.isInteger(found) && found >= least && found <= most) return;
    throw new WorkloadError(name, key, found, [least, most]);
  };
  expectInteger('nodes', nodes, leastNodes, NODE_LIMIT);
  expectInteger('memory', memory, LEAST_NODE_MEMORY * nodes, MOST_MEMORY);
  if (domains !== null) expectInteger('domains', domains, 1, DOMAIN_ID_LIMIT - SPARE_DOMAINS);
  if (domainMemory !== null) expectInteger('domainMemory', domainMemory, LEAST_DOMAIN_MEMORY, memory);
  return parameters;
}

/**
 * The machine of a workload, an x86 host, and its configuration, from which a change of the configuration starts. What
 * a partial direct map leaves out is the upper half of the memory.
 */
export function workloadSetup(name: WorkloadName, { memory, nodes }: WorkloadParameters, mode?: HeapMode): Setup {
  const frames = Math.floor(memory / PAGE_SIZE);
  const layout = mode === 'direct-map-partial' ? mode : 'direct-map-all';
  const preset = heapPreset('x86_64', layout);
  return {
    machine: host(frames, nodes),
    heap: {
      ...preset,
      dmaBits: WORKLOADS[name].dmaZone === true ? lowBits(frames) : 0,
      xenheapMaxMfn: layout === 'direct-map-partial' ? Math.floor(frames / 2) - 1 : null,
    },
  };
}

/** An x86 host with the hole below 1 MiB that every PC has, cut into nodes of equal size. */
function host(frames: number, nodes: number): Machine {
  const ram: readonly MfnRange[] = [
    [1, 159],
    [256, frames],
  ];
  const ends = Array.from({ length: nodes + 1 }, (_, node) => Math.floor((frames * node) / nodes));
  return {
    arch: 'x86_64',
    frames,
    ram,
    nodes: ends.slice(1).map((end, node) => ({ id: node as NodeId, ranges: [[ends[node] ?? 0, end]] })),
    cpus: Array.from({ length: nodes * CPUS_A_NODE }, (_, cpu) => Math.floor(cpu / CPUS_A_NODE) as NodeId),
    reserved: [],
  };
}

/** The width in bits of the addresses of, at most, the lowest quarter of a machine's frames. */
export function lowBits(frames: number): number {
  return bitLength(Math.floor(frames / 4)) - 1 + PAGE_SHIFT;
}
