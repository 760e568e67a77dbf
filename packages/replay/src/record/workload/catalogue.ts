/** The name of a workload. */
export type WorkloadName =
  | 'domain-churn'
  | 'xenheap-pressure'
  | 'fragmentation'
  | 'dma-exhaustion'
  | 'numa-imbalance'
  | 'claims-race'
  | 'page-offlining'
  | 'boot-storm'
  | 'mixed-orders';

/** What a workload can be told about the machine and its domains. */
export interface WorkloadParameters {
  /** RAM of the machine in bytes. */
  readonly memory: number;
  /** NUMA nodes, each with an equal share of it. */
  readonly nodes: number;
  /** Domains that there are at the same time; null where the workload chooses. */
  readonly domains: number | null;
  /** Bytes of a domain; null where the workload chooses. */
  readonly domainMemory: number | null;
}

/** What a workload is for. */
export interface WorkloadEntry {
  /** What it does, in a line. */
  readonly summary: string;
  /** The question that a trace of it answers. */
  readonly question: string;
  readonly defaults: WorkloadParameters;
  /** Fewest nodes with which it makes sense; 1 unless said. */
  readonly leastNodes?: number;
  /** Does it want a DMA zone, of the lowest quarter of the memory, unless told otherwise? */
  readonly dmaZone?: boolean;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Every workload. Plain data: to list them takes nothing of the model. */
export const WORKLOADS: Readonly<Record<WorkloadName, WorkloadEntry>> = {
  'domain-churn': {
    summary:
      'domains are built with superpages, falling back to 4 KiB, run, balloon down and up, die, and others take their place',
    question: 'How do the free lists age while domains come and go: how long does a new one still get superpages?',
    defaults: { memory: 4 * GIB, nodes: 1, domains: 16, domainMemory: 256 * MIB },
  },
  'xenheap-pressure': {
    summary: 'Xen itself allocates ever more for its domains until its heap is full, while the domains take pages too',
    question: 'When does the xen heap run out under this layout, though the host has free memory?',
    defaults: { memory: 512 * MIB, nodes: 1, domains: 8, domainMemory: null },
  },
  fragmentation: {
    summary:
      'single pages of many domains fill the memory side by side, and are freed here and there; the domains die one by one',
    question: 'How much can be free without a superpage among it, and how soon does that mend?',
    defaults: { memory: 128 * MIB, nodes: 1, domains: 8, domainMemory: null },
  },
  'dma-exhaustion': {
    summary:
      'devices take buffers out of the low memory of a DMA zone until there are no more, beside domains that may take it, and others that may not',
    question: 'When is there no low memory left for devices, though the host has free memory, and who took it?',
    defaults: { memory: 2 * GIB, nodes: 1, domains: 6, domainMemory: 256 * MIB },
    dmaZone: true,
  },
  'numa-imbalance': {
    summary: 'domains with affinity to the first node fill it, and spill over; some insist on their node',
    question: 'What happens when one node is full and others are empty: who spills over, who fails?',
    defaults: { memory: 2 * GIB, nodes: 2, domains: 12, domainMemory: 128 * MIB },
    leastNodes: 2,
  },
  'claims-race': {
    summary: 'more domains than fit claim their memory and are built at the same time, others try without a claim',
    question: 'Do claims keep a domain that is being built from running out, and whom do they turn away?',
    defaults: { memory: 1 * GIB, nodes: 1, domains: 6, domainMemory: 256 * MIB },
  },
  'page-offlining': {
    summary: 'pages in use and free ones are taken offline, asked for and put online while domains run',
    question: 'What do offlined pages cost: which blocks are cut, and what comes back?',
    defaults: { memory: 512 * MIB, nodes: 1, domains: 4, domainMemory: 64 * MIB },
  },
  'boot-storm': {
    summary: 'many domains are built at once, extent by extent in turns, then all of them die, and it begins again',
    question: 'How do domains that start together interleave, and from which one on is there no room?',
    defaults: { memory: 4 * GIB, nodes: 1, domains: 64, domainMemory: 64 * MIB },
  },
  'mixed-orders': {
    summary: 'blocks of many orders for domains, for nobody and for Xen, freed in any order, with idle scrubbing',
    question: 'How fast is a replay, and how large a trace, of a million or ten million records?',
    defaults: { memory: 4 * GIB, nodes: 1, domains: 4, domainMemory: null },
  },
};

/** Every name. */
export const WORKLOAD_NAMES: readonly WorkloadName[] = Object.keys(WORKLOADS) as WorkloadName[];
