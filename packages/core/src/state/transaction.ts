import { Immer, castDraft } from 'immer';
import { assertInvariant } from '../invariant/assert.ts';
import { StateDigest, digestHex } from '../memory/state-digest.ts';
import type { Lanes } from '../memory/state-digest.ts';
import { HEAP_SALT, MAPPING_SALT, Ownership } from '../memory/word-page.ts';
import { WordMemory } from '../memory/word-memory.ts';
import type { Platform } from '../machine/platform.ts';
import { AddressSpace } from '../mapping/address-space.ts';
import { EMPTY_DIRECTORY } from '../memory/word-directory.ts';
import type { DomainId } from '../units/ids.ts';
import type { MfnRange } from '../units/mfn.ts';
import { BlockTable } from './block-table.ts';
import { CounterDigest, domainHash } from './counter-digest.ts';
import { DirtySet } from './dirty-set.ts';
import { draftDomain, eachDomain, findDomain, withDomains } from './domain.ts';
import type { Domain, DomainDraft } from './domain.ts';
import { FreeLists } from './free-lists.ts';
import { draftNode, draftTotals } from './heap-state.ts';
import type { HeapState, NodeDraft, NodeHeap, TotalsDraft } from './heap-state.ts';
import { copyEnds } from './page-list.ts';
import type { ListEnds } from './page-list.ts';
import type { Probe } from './probe.ts';

/** A domain that a transaction works on. */
interface DomainWork {
  draft: DomainDraft;
  /** What it counts for in the digest; null: it may be changing, and is not in it. */
  hash: Lanes | null;
}

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
  /** Opened when somebody asks for it: most heaps map nothing. */
  private mappingMemory: WordMemory | undefined;
  private addressSpace: AddressSpace | undefined;
  private readonly owner = new Ownership();
  /** Records that are settled, and the domains that are not {@link touched}. */
  private readonly words: StateDigest;
  private readonly counters: CounterDigest;
  private readonly domains = new Map<number, DomainWork>();
  /** Domains that may be changing: they are not in the digest. */
  private readonly touched: DomainWork[] = [];

  constructor(base: HeapState, probe?: Probe) {
    const { platform } = base;
    this.base = base;
    this.probe = probe;
    this.platform = platform;
    this.words = new StateDigest(base.digest[0], base.digest[1]);
    this.counters = new CounterDigest(base);
    this.words.toggleHash(this.counters);
    this.memory = new WordMemory(base.memory, platform.memory.depth, this.owner, this.words, HEAP_SALT);
    this.blocks = new BlockTable(this.memory, platform.memory);
    this.lists = new FreeLists(this.memory, platform.memory.lists, this.blocks, platform.zones);
    this.dirty = new DirtySet(this.memory, platform.memory.dirty);
    this.totals = draftTotals(base.totals);
    this.nodes = base.nodes.map((node) => (node === undefined ? undefined : draftNode(node)));
    this.offlined = copyEnds(base.offlined);
    this.broken = copyEnds(base.broken);
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

  /** What is mapped where. */
  get space(): AddressSpace {
    if (this.addressSpace === undefined) {
      const { base, platform } = this;
      const { depth } = platform.mappings;
      this.mappingMemory = new WordMemory(base.mappings, depth, this.owner, this.words, MAPPING_SALT);
      this.addressSpace = new AddressSpace(this.mappingMemory, platform);
    }
    return this.addressSpace;
  }

  /** Has anything been mapped yet? Without, there is no need to open {@link space}. */
  get hasMappings(): boolean {
    return this.addressSpace !== undefined || this.base.mappings !== EMPTY_DIRECTORY;
  }

  /** A domain to be read. */
  readDomain(id: number): Domain | undefined {
    return this.domains.get(id)?.draft ?? findDomain(this.base.domains, id);
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
    let work = this.domains.get(id);
    if (work === undefined) {
      const domain = findDomain(this.base.domains, id);
      if (domain === undefined) return undefined;
      work = { draft: draftDomain(domain), hash: domainHash(domain) };
      this.domains.set(id, work);
    }
    this.touch(work);
    return work.draft;
  }

  /** Adds a domain, in the place of a dead one of the same id. */
  addDomain(id: DomainId, domain: DomainDraft): void {
    // A dead domain of the same id leaves the digest, and the new one takes over its place there.
    this.domain(id);
    const before = this.domains.get(id);
    if (before !== undefined) before.draft = domain;
    else {
      const work: DomainWork = { draft: domain, hash: null };
      this.domains.set(id, work);
      this.touched.push(work);
    }
  }

  private touch(work: DomainWork): void {
    if (work.hash === null) return;
    this.words.toggleHash(work.hash);
    work.hash = null;
    this.touched.push(work);
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
    return this.memory.ownedPages + (this.mappingMemory?.ownedPages ?? 0);
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
    const mappings = this.mappingMemory?.publish() ?? base.mappings;
    const nodes = this.publishedNodes();
    const domains = withDomains(
      base.domains,
      Array.from(this.domains.values(), ({ draft }) => draft),
    );
    // Only the root is drafted: what stands below it was copied where it changed, by those who own it.
    return immer.produce(base, (draft) => {
      draft.totals = this.totals;
      draft.digest = [low, high];
      if (memory !== base.memory) draft.memory = castDraft(memory);
      if (mappings !== base.mappings) draft.mappings = castDraft(mappings);
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
    this.memory.settle();
    this.mappingMemory?.settle();
    for (let work = this.touched.pop(); work !== undefined; work = this.touched.pop()) {
      work.hash = domainHash(work.draft);
      this.words.toggleHash(work.hash);
    }
    const full = new StateDigest(this.words.low, this.words.high);
    this.counters.settle(this);
    full.toggleHash(this.counters);
    return full;
  }
}

function sameNode(a: NodeHeap, b: NodeHeap): boolean {
  return a.freePages === b.freePages && a.needScrub === b.needScrub && a.ready === b.ready;
}

function sameEnds(a: Readonly<ListEnds>, b: Readonly<ListEnds>): boolean {
  return a.first === b.first && a.last === b.last;
}
