import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeapCall } from '../src/call/call.ts';
import type { Outcome } from '../src/call/outcome.ts';
import { checkInvariants } from '../src/invariant/check.ts';
import { HeapBatch, reduce } from '../src/reducer/apply.ts';
import type { HeapState } from '../src/state/heap-state.ts';
import { powerOn } from '../src/state/heap-state.ts';
import { diffStates } from '../src/query/state-diff.ts';
import { deltaBetween, withDeltas } from '../src/state/state-delta.ts';
import { stateDigest, stateDigestFromScratch } from '../src/state/scratch-digest.ts';
import { MODES, VERSIONS, smallConfig, smallMachine } from './machines.ts';
import { RandomRun } from './random-run.ts';
import type { Choice } from './random-run.ts';

const choices = fc.array(fc.tuple(fc.nat(23), fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xff)), {
  minLength: 20,
  maxLength: 120,
});

interface Step {
  readonly call: HeapCall;
  readonly outcome: Outcome;
  readonly state: HeapState;
}

/** Reduces random calls one by one, until they are used up or Xen would have stopped. */
function singleSteps(start: HeapState, picks: readonly Choice[]): Step[] {
  const { machine, config } = start.platform;
  const run = new RandomRun(machine);
  const steps: Step[] = [];
  let state = start;
  const step = (call: HeapCall): boolean => {
    const { state: next, outcome } = reduce(state, call);
    run.note(call, outcome);
    steps.push({ call, outcome, state: next });
    state = next;
    return outcome.bug === null;
  };
  for (const call of RandomRun.boot(machine, config)) step(call);
  for (const pick of picks) {
    const call = run.call(pick);
    if (call !== undefined && !step(call)) break;
  }
  return steps;
}

const CASES = MODES.flatMap((mode) =>
  VERSIONS.flatMap((xen) => ([1, 2] as const).map((nodes) => ({ mode, xen, nodes }))),
);

describe.each(CASES)('$mode, Xen $xen, $nodes node(s)', ({ mode, xen, nodes }) => {
  const start = powerOn(smallMachine(nodes), smallConfig(mode, xen, nodes === 2 ? { dmaBits: 24 } : {}));

  it('[STATE-1] invariants hold after every call of a random sequence', () => {
    fc.assert(
      fc.property(choices, (picks) => {
        for (const { call, state } of singleSteps(start, picks)) {
          const violations = checkInvariants(state);
          if (violations.length > 0) throw new Error(`${JSON.stringify(call)}: ${JSON.stringify(violations)}`);
        }
      }),
      { seed: 20260801, numRuns: 12 },
    );
  });

  it('[STATE-2] batches of 1, 13 and 777 calls give the same results and digests', () => {
    fc.assert(
      fc.property(choices, (picks) => {
        const steps = singleSteps(start, picks);
        for (const size of [13, 777]) {
          let batch = new HeapBatch(start);
          steps.forEach(({ call, outcome, state }, at) => {
            expect(batch.apply(call)).toEqual(outcome);
            expect(batch.digest()).toBe(stateDigest(state));
            if ((at + 1) % size === 0) batch = new HeapBatch(batch.commit());
          });
          expect(stateDigest(batch.commit())).toBe(stateDigest((steps.at(-1) as Step).state));
        }
      }),
      { seed: 20260802, numRuns: 12 },
    );
  });

  it('[STATE-3] a state that was kept never changes', () => {
    fc.assert(
      fc.property(choices, (picks) => {
        const steps = singleSteps(start, picks);
        const kept = steps.map(({ state }) => stateDigest(state));
        // Work on from the middle as well: another future must not touch this one.
        const middle = steps[Math.floor(steps.length / 2)] as Step;
        singleSteps(middle.state.totals.calls > 0 ? start : middle.state, picks.toReversed());
        const branch = new HeapBatch(middle.state);
        for (const { call } of steps.slice(Math.floor(steps.length / 2) + 1).toReversed()) {
          if (branch.apply(call).bug !== null) break;
        }
        branch.commit();
        expect(steps.map(({ state }) => stateDigestFromScratch(state))).toEqual(kept);
      }),
      { seed: 20260803, numRuns: 8 },
    );
  });

  it('[STATE-9] a state put together from a chain of deltas is the one they lead to, and goes on as it does', () => {
    fc.assert(
      fc.property(choices, fc.integer({ min: 1, max: 9 }), (picks, stride) => {
        const steps = singleSteps(start, picks);
        const kept = steps.map(({ state }) => stateDigest(state));
        const stops = steps.filter((_, at) => at % stride === 0).map(({ state }) => state);
        const deltas = stops.map((state, at) => deltaBetween(stops[at - 1] ?? start, state));
        const last = stops.at(-1) as HeapState;
        const made = withDeltas(start, deltas);
        expect(stateDigest(made)).toBe(stateDigest(last));
        expect(stateDigestFromScratch(made)).toBe(stateDigest(last));
        expect(checkInvariants(made)).toEqual([]);
        expect(made.totals).toEqual(last.totals);
        expect(diffStates(made, last)).toEqual({
          vanished: [],
          appeared: [],
          domains: [],
          nodes: [],
          totals: null,
          mappings: [],
        });
        const rest = steps.slice((stops.length - 1) * stride + 1);
        let state = made;
        for (const { call, outcome } of rest) {
          const reduction = reduce(state, call);
          expect(reduction.outcome).toEqual(outcome);
          state = reduction.state;
        }
        expect(stateDigestFromScratch(state)).toBe(kept.at(-1));
        // What is made of packed pages shares them: going on from one state must not touch another.
        expect(stateDigestFromScratch(made)).toBe(stateDigest(last));
        expect(steps.map((step) => stateDigestFromScratch(step.state))).toEqual(kept);
      }),
      { seed: 20260804, numRuns: 8 },
    );
  });
});
