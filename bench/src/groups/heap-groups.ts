import type { Group, Subject } from '../harness/subject.ts';
import { modelInBatches, modelOneByOne } from '../subjects/model.ts';
import { naiveSubjects } from '../subjects/naive.ts';
import { flatSubject, jsonParseSubject } from '../subjects/others.ts';
import { reduxToolkitSubject } from '../subjects/redux-toolkit.ts';
import { domainBuild, domainDeath } from '../workloads/domain-life.ts';
import { goldenTrace, goldenWorkload } from '../workloads/golden.ts';
import { GIB_PAGES, host } from '../workloads/host.ts';
import { linesOf } from '../workloads/lines.ts';
import { mixedOrders } from '../workloads/mixed-orders.ts';
import { orderZeroBursts, orderZeroPairs } from '../workloads/order-zero.ts';
import type { Workload } from '../workloads/workload.ts';

/** Calls of a workload that are made one a state as well. */
const ONE_BY_ONE = 8192;

/** The model in all its batch sizes, the flat heap, and `JSON.parse` of what a trace of the workload would hold. */
function againstFlat({ machine, config, setup, start, calls, results }: Workload): Subject[] {
  return [
    modelInBatches(start, calls, 8192, true),
    modelInBatches(start, calls, 8192, false),
    modelInBatches(start, calls, 1024, false),
    modelOneByOne(start, calls.slice(0, ONE_BY_ONE)),
    flatSubject(machine, config, setup, calls),
    jsonParseSubject(linesOf({ calls, results })),
  ];
}

function workloadGroup(name: string, title: string, make: (events: number) => Workload, events = 65_536): Group {
  return {
    name,
    title,
    unit: 'event',
    reference: 'flat',
    rounds: 15,
    subjects: (quick) => againstFlat(make(quick ? events / 8 : events)),
  };
}

/** Work on a heap: what one call costs. */
export const WORKLOAD_GROUPS: readonly Group[] = [
  workloadGroup('order-0', 'order-0 pairs, anonymous, 4 GiB', (events) => orderZeroPairs(host(4), events, false)),
  workloadGroup('order-0-owned', 'order-0 pairs of a domain, 4 GiB', (events) => orderZeroPairs(host(4), events, true)),
  workloadGroup('bursts', 'order-0 bursts of 512, 4 GiB', (events) => orderZeroBursts(host(4), events)),
  workloadGroup('mixed', 'mixed orders, 4 GiB', (events) => mixedOrders(host(4), events)),
  workloadGroup('build-2m', 'domain of 48 GiB in 2 MiB extents, 64 GiB', () => domainBuild(host(64), 9, 48)),
  workloadGroup('build-1g', 'domain of 48 GiB in 1 GiB extents, 64 GiB', () => domainBuild(host(64), 18, 48)),
  workloadGroup('death', 'death of a domain of 12 GiB, 1,024 pages a call, 16 GiB', () => domainDeath(host(16), 12)),
];

/** One call a state on a 4 GiB host, against what one would write with the libraries at hand. */
export const NAIVE_GROUP: Group = {
  name: 'single',
  title: 'order-0 pairs, one event a state, 4 GiB',
  unit: 'event',
  reference: 'model, 1 a state',
  rounds: 16,
  subjects: (quick) => {
    const { start, calls } = orderZeroPairs(host(4), quick ? 1024 : 4096, true);
    const frames = 4 * GIB_PAGES;
    return [
      modelOneByOne(start, calls),
      ...naiveSubjects(frames, 4, 1),
      reduxToolkitSubject(frames, 4),
      modelInBatches(start, calls, 1024, false),
      ...naiveSubjects(frames, 1, 1024),
    ];
  },
};

function goldenGroup(name: string, trace: string): Group {
  return {
    name,
    title: `reference trace ${trace}, calls only`,
    unit: 'event',
    reference: 'JSON.parse',
    rounds: 15,
    subjects: async () => {
      const golden = await goldenTrace(trace);
      const workload = goldenWorkload(golden);
      return [
        ...againstFlat(workload).filter(({ name: subject }) => subject !== 'JSON.parse'),
        jsonParseSubject(linesOf({ calls: golden.calls, results: workload.results })),
      ];
    },
  };
}

/** What real Xen did and how long. */
export const GOLDEN_GROUPS: readonly Group[] = [
  goldenGroup('golden-1node', '4.23.direct-map-all.1node.mixed'),
  goldenGroup('golden-numa', '4.23.direct-map-all.numa.mixed'),
  goldenGroup('golden-separate', '4.23.separate-xenheap.numa.mixed'),
];
