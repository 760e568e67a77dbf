import type { DomainId, HeapReader } from '@heaplay/core';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { codeOfType } from '../trace/table.ts';

/** The life of a domain, by records. An id may be used again: that is another life. */
export interface DomainLife {
  readonly domain: DomainId;
  readonly created: number;
  /** Where it began to die; null: it never does. */
  readonly killed: number | null;
  /** Where it had died and its last page was gone; null: it never is, or nobody went through the run to see. */
  readonly gone: number | null;
}

const CREATE = codeOfType('domain_create');
const KILL = codeOfType('domain_kill');

/** Records between two pauses. */
const PAUSE = 2 ** 16;

type LifeDraft = { -readonly [K in keyof DomainLife]: DomainLife[K] };

/** Takes down the lives of domains as somebody goes through a run, from its beginning. */
export class DomainLives {
  private readonly timeline: Timeline;
  private readonly all: LifeDraft[] = [];
  private readonly latest = new Map<number, LifeDraft>();
  private readonly dying = new Set<LifeDraft>();

  constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  /** Looks at a record; with the heap behind it also where a dying domain lost its last page. */
  look(record: number, heap?: HeapReader): void {
    const { table } = this.timeline;
    const code = table.codeAt(record);
    if ((code === CREATE || code === KILL) && !this.timeline.isSkipped(record)) this.mark(record, code === CREATE);
    if (heap === undefined) return;
    for (const life of this.dying) {
      if ((heap.readDomain(life.domain)?.totalPages ?? 0) > 0) continue;
      life.gone = record;
      this.dying.delete(life);
    }
  }

  /** The lives so far, in the order in which they began. */
  lives(): readonly DomainLife[] {
    return this.all.map((life) => ({ ...life }));
  }

  private mark(record: number, created: boolean): void {
    const domain = this.timeline.table.domainAt(record);
    if (domain === undefined) return;
    if (created) {
      const life = { domain, created: record, killed: null, gone: null };
      this.all.push(life);
      this.latest.set(domain, life);
      return;
    }
    const life = this.latest.get(domain);
    if (life === undefined || life.killed !== null) return;
    life.killed = record;
    this.dying.add(life);
  }
}

/** The lives of a run's domains as its records tell them: nobody goes through the heap, so none is `gone`. */
export function domainLives(timeline: Timeline): readonly DomainLife[] {
  return atOnce(domainLivesStepwise(timeline));
}

/** The same, pausing on the way. */
export function* domainLivesStepwise(timeline: Timeline): Stepwise<readonly DomainLife[]> {
  const lives = new DomainLives(timeline);
  for (let record = 1; record <= timeline.length; record++) {
    lives.look(record);
    if (record % PAUSE === 0) yield record;
  }
  return lives.lives();
}
