import type { CallEntry } from './call-entry.ts';
import type { Slot } from './record-queue.ts';
import type { WatchedFunction } from './watched-function.ts';

/** Stacks of Xen are this large, and begin at a multiple of it. */
export const STACK_BYTES = 32_768n;

/** A call that has begun and not returned. */
export interface Flight {
  readonly watched: WatchedFunction;
  readonly thread: string | undefined;
  readonly entry: CallEntry;
  readonly returnAddress: bigint;
  /** The records that wait for its return. */
  readonly slots: readonly Slot[];
  /** Its arguments as they were given. */
  readonly raw: readonly bigint[];
  /** Pages that waited for a scrub when it began. */
  readonly needScrub: number;
}

/** The calls that have begun and not returned, of all CPUs. */
export class Flights {
  private flights: readonly Flight[] = [];

  /** Is no call in the middle of its work on the heap? */
  get areQuiet(): boolean {
    return !this.flights.some(({ watched }) => watched.onHeap);
  }

  add(flight: Flight): void {
    this.flights = [...this.flights, flight];
  }

  /** Has this very call begun already? A stop is told twice when a step carries nothing out. */
  isKnown(watched: WatchedFunction, thread: string | undefined, sp: bigint): boolean {
    return this.flights.some((flight) => flight.watched === watched && flight.thread === thread && spOf(flight) === sp);
  }

  /** Is a call with this stack pointer made from within one that works on the heap? */
  isInside(thread: string | undefined, sp: bigint): boolean {
    return this.flights.some(
      (flight) =>
        flight.watched.onHeap && flight.thread === thread && (!onOneStack(spOf(flight), sp) || sp <= spOf(flight)),
    );
  }

  /** Takes out the calls whose part of the stack is in use again: they were left without a return. */
  takeStale(thread: string | undefined, sp: bigint): readonly Flight[] {
    return this.take((flight) => flight.thread === thread && onOneStack(spOf(flight), sp) && spOf(flight) < sp);
  }

  /** Takes out the calls that return here. Functions that end in a jump to the next one return together. */
  takeReturned(thread: string | undefined, pc: bigint, sp: bigint): readonly Flight[] {
    return this.take(
      (flight) => flight.thread === thread && flight.returnAddress === pc && flight.entry.spAfter === sp,
    );
  }

  /** Takes out all. */
  takeAll(): readonly Flight[] {
    return this.take(() => true);
  }

  private take(wanted: (flight: Flight) => boolean): readonly Flight[] {
    const taken = this.flights.filter(wanted);
    if (taken.length > 0) this.flights = this.flights.filter((flight) => !taken.includes(flight));
    return taken;
  }
}

function spOf({ entry }: Flight): bigint {
  return entry.registers.sp;
}

function onOneStack(a: bigint, b: bigint): boolean {
  return a / STACK_BYTES === b / STACK_BYTES;
}
