import { HeapBatch, powerOn } from '@heaplay/core';
import { FlatHeap } from '../flat/flat-heap.ts';
import type { Group, Subject } from '../harness/subject.ts';
import { modelInBatches, modelOneByOne } from '../subjects/model.ts';
import { host } from '../workloads/host.ts';
import type { Host } from '../workloads/host.ts';
import { mixedOrders } from '../workloads/mixed-orders.ts';

/** `4 GiB`, `16 TiB`. */
function sizeName(gib: number): string {
  return gib < 1024 ? `${gib} GiB` : `${gib / 1024} TiB`;
}

/** The largest host of which the flat heap is measured: its frame table takes 17 bytes a frame. */
const MOST_FLAT_GIB = 64;

/** From power-on to an active system in one state, the digest included. */
function modelBoot({ gib, machine, config, boot }: Host): Subject {
  return {
    name: `model, ${sizeName(gib)}`,
    ours: true,
    events: 1,
    run: () => {
      const batch = new HeapBatch(powerOn(machine, config));
      for (const call of boot) batch.apply(call);
      return [batch.digest(), batch.commit()];
    },
  };
}

function flatBoot({ gib, machine, config, boot }: Host): Subject {
  const heap = new FlatHeap(machine, config);
  return {
    name: `flat, ${sizeName(gib)}`,
    ours: false,
    events: 1,
    prepare: () => {
      heap.restart();
    },
    run: () => {
      for (const call of boot) heap.apply(call);
    },
  };
}

const SIZES = [4, 64, 1024, 16_384];

/** Boot by size of the host. */
export const BOOT_GROUP: Group = {
  name: 'boot',
  title: 'boot, from power-on to the active system',
  unit: 'boot',
  reference: 'model, 4 GiB',
  rounds: 15,
  subjects: () => {
    const hosts = SIZES.map(host);
    return [...hosts.map(modelBoot), ...hosts.filter(({ gib }) => gib <= MOST_FLAT_GIB).map(flatBoot)];
  },
};

/** Mixed orders on hosts of all sizes: the cost of an event must not grow with the host. */
export const HOST_SIZE_GROUP: Group = {
  name: 'host-size',
  title: 'mixed orders by size of the host',
  unit: 'event',
  reference: 'batched, 4 GiB',
  rounds: 15,
  subjects: (quick) =>
    SIZES.map(host).flatMap((on) => {
      const { start, calls } = mixedOrders(on, quick ? 8192 : 65_536);
      const size = sizeName(on.gib);
      return [
        { ...modelInBatches(start, calls, 8192, true), name: `batched, ${size}` },
        { ...modelOneByOne(start, calls.slice(0, 8192)), name: `1 a state, ${size}` },
      ];
    }),
};
