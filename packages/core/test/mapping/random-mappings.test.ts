import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeapCall } from '../../src/call/call.ts';
import type { Outcome } from '../../src/call/outcome.ts';
import { checkInvariants } from '../../src/invariant/check.ts';
import { isAlwaysMapped } from '../../src/mapping/direct-map.ts';
import { liveMappings, mappingsAt } from '../../src/query/mappings.ts';
import type { Mapping } from '../../src/query/mappings.ts';
import { diffStates } from '../../src/query/state-diff.ts';
import { HeapBatch, reduce } from '../../src/reducer/apply.ts';
import { openState } from '../../src/state/heap-reader.ts';
import type { HeapState } from '../../src/state/heap-state.ts';
import { stateDigest, stateDigestFromScratch } from '../../src/state/scratch-digest.ts';
import { deltaBetween, withDeltas } from '../../src/state/state-delta.ts';
import { domheap } from '../dsl/calls.ts';
import { given } from '../dsl/given.ts';
import { host } from '../dsl/host.ts';
import type { Host } from '../dsl/host.ts';
import { NaiveAddressSpace } from '../naive/address-space.ts';
import { RandomMappings } from './random-mappings.ts';
import type { MappingChoice } from './random-mappings.ts';

const FRAMES = 1200;
const MACHINES: readonly { readonly name: string; readonly options: Host }[] = [
  { name: 'arm32', options: { xenHeap: [1024, 1200], cpus: [0, 0, 0] } },
  { name: 'arm32, debug', options: { xenHeap: [1024, 1200], cpus: [0, 0, 0], debug: true } },
  { name: 'arm64, partly mapped', options: { arch: 'arm64', directMapEnd: 600 } },
  { name: 'x86', options: { directMapEnd: 600 } },
  { name: 'x86, debug', options: { debug: true } },
  { name: 'x86, nothing mapped', options: { arch: 'x86_64', xenHeap: [1100, 1101], debug: true } },
  { name: 'x86, on demand', options: { mode: 'direct-map-on-demand' } },
];

interface Step {
  readonly call: HeapCall;
  readonly outcome: Outcome;
  readonly state: HeapState;
}

const choices = fc.array<MappingChoice>(fc.tuple(fc.nat(15), fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xff)), {
  minLength: 40,
  maxLength: 400,
});

describe.each(MACHINES)('$name', ({ options }) => {
  const start = given(host({ ...options, frames: FRAMES }), domheap(1, 1024)).state;

  /** Reduces random calls one by one; those that stop Xen change nothing, and are left behind. */
  function steps(picks: readonly MappingChoice[]): Step[] {
    const random = new RandomMappings(FRAMES);
    let state = start;
    return picks.map((pick) => {
      const call = random.call(pick);
      const { state: next, outcome } = reduce(state, call);
      random.note(outcome.result);
      state = next;
      return { call, outcome, state };
    });
  }

  it('[MAP-6] [MAP-9] [MAP-10] every answer, and what is mapped, is that of the naive model', () => {
    const { addresses, config, machine } = start.platform;
    const heap = openState(start);
    const isX86 = machine.arch === 'x86_64';
    const layout = {
      window: addresses.windowKind,
      directMap: addresses.directMap,
      directMapBase: addresses.directMapBase,
      windowStart: addresses.window,
      vmapStart: addresses.vmap,
      vmapPages: addresses.vmapPages,
      frames: FRAMES,
      debug: config.debug,
      direct: { toDomain: isX86 ? !config.debug : machine.arch === 'arm64', toIdle: machine.arch !== 'arm32' },
      strict: isX86 || machine.arch === 'arm32',
      isAlwaysMapped: (mfn: number) => isAlwaysMapped(heap, mfn),
    };
    fc.assert(
      fc.property(choices, (picks) => {
        const naive = new NaiveAddressSpace(layout);
        const random = new RandomMappings(FRAMES);
        let batch = new HeapBatch(start);
        for (const pick of picks) {
          const call = random.call(pick);
          const { result, bug } = batch.apply(call);
          random.note(result);
          const answer = naive.apply(call);
          if (answer !== (bug?.kind ?? result)) {
            throw new Error(
              `${call.type}: the naive model ${String(answer)}, the model ${String(bug?.kind ?? result)}`,
            );
          }
          // A stop leaves the tables of the naive model as they are, which is as far as it goes.
          if (bug !== null) batch = new HeapBatch(batch.commit());
        }
        const state = batch.commit();
        const live = [...liveMappings(openState(state))];
        const own = live.flatMap(({ va, mfn, permanent, references }) =>
          new Array<string>(references).fill(`${va / 4096n} ${mfn} ${permanent}`),
        );
        expect(own.toSorted()).toEqual(
          naive.mappings.map(({ page, mfn, permanent }) => `${page} ${mfn} ${permanent}`).toSorted(),
        );
        for (const mapping of live) expect(mappingsAt(openState(state), mapping.va)).toContainEqual(mapping);
      }),
      { seed: 20261125, numRuns: 30 },
    );
  });

  it('[STATE-1] [STATE-6] references are kept, and the digest is the one from scratch', () => {
    fc.assert(
      fc.property(choices, (picks) => {
        steps(picks).forEach(({ call, state }, at) => {
          if (at % 16 !== 0) return;
          const violations = checkInvariants(state);
          if (violations.length > 0) throw new Error(`${call.type}: ${JSON.stringify(violations)}`);
        });
      }),
      { seed: 20261126, numRuns: 6 },
    );
  });

  it('[STATE-2] [STATE-3] [STATE-9] batches are single steps, kept states stay, deltas lead where they began', () => {
    fc.assert(
      fc.property(choices, fc.integer({ min: 1, max: 60 }), (picks, stride) => {
        const single = steps(picks);
        const kept = single.map(({ state }) => stateDigest(state));
        let batch = new HeapBatch(start);
        single.forEach(({ call, outcome }, at) => {
          expect(batch.apply(call)).toEqual(outcome);
          expect(batch.digest()).toBe(kept[at]);
          if ((at + 1) % 37 === 0) batch = new HeapBatch(batch.commit());
        });
        const stops = single.filter((_, at) => at % stride === 0).map(({ state }) => state);
        const made = withDeltas(
          start,
          stops.map((state, at) => deltaBetween(stops[at - 1] ?? start, state)),
        );
        const rest = single.slice((stops.length - 1) * stride + 1);
        const end = rest.reduce((state, { call }) => reduce(state, call).state, made);
        expect(stateDigestFromScratch(end)).toBe(kept.at(-1));
        expect(single.map(({ state }) => stateDigestFromScratch(state))).toEqual(kept);
      }),
      { seed: 20261127, numRuns: 6 },
    );
  });

  it('[MAP-11] what differs between two states, put upon the mappings of the first, is those of the second', () => {
    fc.assert(
      fc.property(choices, fc.nat(300), (picks, back) => {
        const states = [start, ...steps(picks).map(({ state }) => state)];
        const [a, b] = [states[Math.max(0, states.length - 1 - back)] ?? start, states.at(-1) ?? start];
        const { mappings } = diffStates(a, b);
        const left = new Set(Array.from(liveMappings(openState(a)), textOf));
        for (const { a: before } of mappings) expect(before === null || left.delete(textOf(before))).toBe(true);
        for (const { b: after } of mappings) if (after !== null) left.add(textOf(after));
        expect([...left].toSorted()).toEqual(Array.from(liveMappings(openState(b)), textOf).toSorted());
        expect(diffStates(b, a).mappings).toEqual(mappings.map((change) => ({ a: change.b, b: change.a })));
      }),
      { seed: 20261129, numRuns: 10 },
    );
  });

  it('[STATE-6] when everything is unmapped, in whatever order, the state is the one before but for the tables', () => {
    fc.assert(
      fc.property(choices, (picks) => {
        const last = steps(picks).at(-1)?.state ?? start;
        let state = last;
        for (let mapping = first(state); mapping !== undefined; mapping = first(state)) {
          const { va, cpu, permanent, kind } = mapping;
          const by = cpu === null ? {} : { cpu };
          const call: HeapCall = permanent
            ? { type: kind === 'vmap' ? 'vunmap' : 'unmap_domain_page_global', va }
            : { type: 'unmap_domain_page', va, ...by };
          ({ state } = reduce(state, call));
        }
        expect(checkInvariants(state)).toEqual([]);
        expect(openState(state).space.live.nextMapped(0, FRAMES + 1)).toBe(-1);
      }),
      { seed: 20261128, numRuns: 6 },
    );
  });
});

function textOf(mapping: Mapping): string {
  return JSON.stringify({ ...mapping, va: String(mapping.va) });
}

/** Some mapping that can be ended by its address: of the vmap area the first page of one. */
function first(state: HeapState): Mapping | undefined {
  const heap = openState(state);
  for (const mapping of liveMappings(heap)) {
    const { addresses } = state.platform;
    if (mapping.kind !== 'vmap') return mapping;
    if (heap.space.vmap.sizeAt(Number((mapping.va - addresses.vmap) / 4096n)) > 0) return mapping;
  }
  return undefined;
}
