import { Immer, castDraft } from 'immer';
import { assertInvariant } from '../invariant/assert.ts';
import { StateDigest, digestHex } from '../memory/state-digest.ts';
import type { Lanes } from '../memory/state-digest.ts';
import { Ownership } from '../memory/word-page.ts';
import { WordMemory } from '../memory/word-memory.ts';
import type { Platform } from '../machine/platform.ts';
import type { DomainId } from '../units/ids.ts';
import type { MfnRange } from '../units/mfn.ts';
import { BlockTable } from './block-table.ts';
import { toggleCounters, toggleDomain } from './counter-digest.ts';
import { DirtySet } from './dirty-set.ts';
import { draftDomain, eachDomain, findDomain, withDomains } from './domain.ts';
import type { Domain, DomainDraft } from './domain.ts';
import { FreeLists } from './free-lists.ts';
import type { HeapState, HeapTotals, LowMemoryVirq, NodeHeap } from './heap-state.ts';
import type { ListEnds } from './page-list.ts';
import type { Probe } from './probe.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The counters of the heap while a transaction works on them. */
export type TotalsDraft = Mutable<Omit<HeapTotals, 'virq'>> & { virq: Mutable<LowMemoryVirq> };

/** A node's share of the heap while a transaction works on it. */
export type NodeDraft = Mutable<NodeHeap>;

// Freezing would make every directory copy tens of times slower; that published states never change is ensured by
// page ownership and proved in tests by digests from scratch.
const immer = new Immer({ autoFreeze: false });

/**
 * A unit of work on a state: any number of calls are reduced, then {@link commit} publishes one new state.
 * The state it began with never changes. Reading sees what was written before in the same transaction.
 */
export class Transaction {
  readonly base: HeapState;
  readonly platform: Platform;
  readonly blocks: BlockTable;
  readonly lists: FreeLists;
  readonly dirty: DirtySet;
  readonly totals: TotalsDraft;
  readonly nodes: readonly (NodeDraft | undefined)[];
  readonly offlined: ListEnds;
  readonly broken: ListEnds;
  bootRegions: readonly MfnRange[];
  /** Who watches the calls being carried out. */
  readonly probe: Probe | undefined;
  /** How often the low-memory interrupt was raised by the call under way (VIRQ-2). */
  virqs = 0;
  private readonly memory: WordMemory;
  private readonly owner = new Ownership();
  /** Words, and the domains that are not {@link counted} as touched. */
  private readonly words: StateDigest;
  private readonly domains = new Map<number, DomainDraft>();
  /** Domains whose fields are out of the digest, because they may be changing. */
  private readonly touched: DomainDraft[] = [];
  private readonly isTouched = new Set<number>();

  constructor(base: HeapState, probe?: Probe) {
    const { platform } = base;
    this.base = base;
    this.probe = probe;
    this.platform = platform;
    this.words = new StateDigest(base.digest[0], base.digest[1]);
    toggleCounters(this.words, base);
    this.memory = new WordMemory(base.memory, platform.memory.depth, this.owner, this.words);
    this.blocks = new BlockTable(this.memory, platform.memory);
    this.lists = new FreeLists(this.memory, platform.memory.lists, this.blocks, platform.zones);
    this.dirty = new DirtySet(this.memory, platform.memory.dirty);
    this.totals = { ...base.totals, virq: { ...base.totals.virq } };
    this.nodes = base.nodes.map((node) => (node === undefined ? undefined : { ...node }));
    this.offlined = { ...base.offlined };
    this.broken = { ...base.broken };
    this.bootRegions = base.bootRegions;
  }

  /** The node of this id; it must be one of the machine's. */
  node(id: number): NodeDraft {
    return this.nodes[id] ?? assertInvariant(`node ${id} does not exist`);
  }

  /** Has this node a heap (BUDDY-13)? */
  isNodeReady(id: number): boolean {
    return this.nodes[id]?.ready === true;
  }

  /** A domain to be read. */
  readDomain(id: number): Domain | undefined {
    return this.domains.get(id) ?? findDomain(this.base.domains, id);
  }

  /** Every domain to be read, by rising id. */
  *eachDomain(): Generator<Domain> {
    const ids = new Set(this.domains.keys());
    for (const domain of eachDomain(this.base.domains)) ids.add(domain.id);
    for (const id of [...ids].toSorted((a, b) => a - b)) {
      const domain = this.readDomain(id);
      if (domain !== undefined) yield domain;
    }
  }

  /** A domain to be changed, or undefined if there is none of this id. */
  domain(id: number): DomainDraft | undefined {
    let draft = this.domains.get(id);
    if (draft === undefined) {
      const domain = findDomain(this.base.domains, id);
      if (domain === undefined) return undefined;
      draft = draftDomain(domain);
      this.domains.set(id, draft);
    }
    if (!this.isTouched.has(id)) {
      toggleDomain(this.words, draft);
      this.isTouched.add(id);
      this.touched.push(draft);
    }
    return draft;
  }

  /** Adds a domain, in the place of a dead one of the same id. */
  addDomain(id: DomainId, domain: DomainDraft): void {
    // A dead domain of the same id leaves the digest.
    this.domain(id);
    const at = this.touched.findIndex((other) => other.id === id);
    if (at >= 0) this.touched.splice(at, 1);
    this.domains.set(id, domain);
    this.isTouched.add(id);
    this.touched.push(domain);
  }

  /** The digest of the state that a commit would publish now: equal digests, equal heaps. 16 hex digits. */
  digest(): string {
    const { low, high } = this.fullDigest();
    return digestHex(low, high);
  }

  /** The same digest as its two lanes, for a caller who asks after every call. */
  digestLanes(): Lanes {
    return this.fullDigest();
  }

  /** Pages of records copied or made so far: what this transaction costs in memory. */
  get copiedPages(): number {
    return this.memory.ownedPages;
  }

  /** Has {@link commit} been called? */
  get closed(): boolean {
    return this.owner.closed;
  }

  /** Publishes one new state and ends the transaction. */
  commit(): HeapState {
    if (this.owner.closed) assertInvariant('a transaction was committed twice');
    const { low, high } = this.fullDigest();
    this.owner.closed = true;
    const { base } = this;
    const memory = this.memory.publish();
    const nodes = this.publishedNodes();
    const domains = withDomains(base.domains, this.domains.values());
    // Only the root is drafted: what stands below it was copied where it changed, by those who own it.
    return immer.produce(base, (draft) => {
      draft.totals = this.totals;
      draft.digest = [low, high];
      if (memory !== base.memory) draft.memory = castDraft(memory);
      if (nodes !== base.nodes) draft.nodes = castDraft(nodes);
      if (domains !== base.domains) draft.domains = castDraft(domains);
      if (this.bootRegions !== base.bootRegions) draft.bootRegions = castDraft(this.bootRegions);
      if (!sameEnds(this.offlined, base.offlined)) draft.offlined = this.offlined;
      if (!sameEnds(this.broken, base.broken)) draft.broken = this.broken;
    });
  }

  /** The nodes, those that did not change shared with the base. */
  private publishedNodes(): HeapState['nodes'] {
    const before = this.base.nodes;
    let changed = false;
    const after = this.nodes.map((node, id) => {
      const old = before[id];
      if (node === undefined || old === undefined || sameNode(node, old)) return old;
      changed = true;
      return node;
    });
    return changed ? after : before;
  }

  private fullDigest(): StateDigest {
    for (const domain of this.touched) toggleDomain(this.words, domain);
    this.touched.length = 0;
    this.isTouched.clear();
    const full = new StateDigest(this.words.low, this.words.high);
    toggleCounters(full, this);
    return full;
  }
}

function sameNode(a: NodeHeap, b: NodeHeap): boolean {
  return a.freePages === b.freePages && a.needScrub === b.needScrub && a.ready === b.ready;
}

function sameEnds(a: Readonly<ListEnds>, b: Readonly<ListEnds>): boolean {
  return a.first === b.first && a.last === b.last;
}
