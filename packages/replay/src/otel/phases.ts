import type { CallRecord, DomainId } from '@heaplay/core';
import { isLayoutCall } from '../rebase/layout-call.ts';

/** A stretch of a run in which one thing is done. */
export type PhaseName = 'boot allocator' | 'heap initialisation' | 'domain build' | 'runtime burst';

/** Nanoseconds without a call that end a domain build or a burst. */
const PAUSE = 100_000_000;

/** Most calls of a burst: what shows a trace opens one phase after the other. */
const MOST_CALLS = 10_000;

/** A phase of a run. */
export interface Phase {
  readonly name: PhaseName;
  /** Counted from 1. */
  readonly number: number;
  /** Whom a domain build is for. */
  readonly domain: DomainId | null;
  readonly firstRecord: number;
  lastRecord: number;
  readonly start: number;
  end: number;
  calls: number;
  failures: number;
}

/**
 * Divides a run into phases, one behind the other: each call belongs to one. The boot allocator's lasts until
 * `end_boot_allocator`; heap initialisation follows it, until a domain is created or the system is active; a domain
 * build begins with `domain_create` and lasts as long as no other domain is named, none dies, nothing pauses; the rest
 * are bursts between pauses.
 */
export class Phases {
  current: Phase | null = null;
  private count = 0;
  private booted = false;
  private initialised = false;

  /** The phase that a call belongs to, begun if need be: `current` before that is the one that it ends. */
  next(call: CallRecord, record: number, at: number): Phase {
    const name = this.nameFor(call, at);
    if (call.type === 'end_boot_allocator') this.booted = true;
    if (call.type === 'set_system_state' || call.type === 'domain_create') this.initialised = true;
    if (this.current !== null && this.stays(this.current, name, call, at)) return this.current;
    this.count++;
    const domain = name === 'domain build' && call.type === 'domain_create' ? call.domain : null;
    const made = { firstRecord: record, lastRecord: record, start: at, end: at, calls: 0, failures: 0 };
    return { name, number: this.count, domain, ...made };
  }

  private nameFor(call: CallRecord, at: number): PhaseName {
    if (call.type === 'domain_create') return 'domain build';
    const { current } = this;
    if (!this.booted && (isLayoutCall(call) || current?.name === 'boot allocator')) return 'boot allocator';
    if (this.booted && !this.initialised) return 'heap initialisation';
    const builds = current?.name === 'domain build' && at - current.end <= PAUSE;
    return builds && belongsToBuild(call, current) ? 'domain build' : 'runtime burst';
  }

  private stays(current: Phase, name: PhaseName, call: CallRecord, at: number): boolean {
    if (current.name !== name || call.type === 'domain_create') return false;
    return name !== 'runtime burst' || (current.calls < MOST_CALLS && at - current.end <= PAUSE);
  }
}

/** Does a call go on with a domain build? */
function belongsToBuild(call: CallRecord, build: Phase): boolean {
  switch (call.type) {
    case 'set_system_state':
    case 'domain_kill':
    case 'relinquish_memory':
      return false;
    default:
      return !('domain' in call) || call.domain === undefined || call.domain === build.domain;
  }
}
