import { DOMAIN_ID_LIMIT } from '@heaplay/core';
import type { DomainId } from '@heaplay/core';
import type { Task } from './trace-line.ts';

/** Whose pages an allocation becomes: nobody's, or those of a domain for each process, or for each name of one. */
export type FtraceDomains = 'none' | 'pid' | 'comm';

/** A name that stands for one that the recording does not know. */
const NO_NAME = '<...>';

/** Gives each process a domain. */
export class TaskDomains {
  private readonly by: FtraceDomains;
  private readonly ids = new Map<string | number, DomainId>();

  constructor(by: FtraceDomains) {
    this.by = by;
  }

  /** The domain of a task, and whether it is new; `none` for nobody's pages; null: there are no domain ids left. */
  find(task: Task | null): { readonly id: DomainId; readonly isNew: boolean } | 'none' | null {
    if (this.by === 'none' || task === null) return 'none';
    const key = this.by === 'pid' || task.name === NO_NAME ? task.pid : task.name;
    const known = this.ids.get(key);
    if (known !== undefined) return { id: known, isNew: false };
    // Domain 0 is the control domain, which no process is.
    const id = this.ids.size + 1;
    if (id >= DOMAIN_ID_LIMIT) return null;
    this.ids.set(key, id as DomainId);
    return { id: id as DomainId, isNew: true };
  }
}
