import type { WireHeader, WireRecord } from '../naive/wire.ts';

/** A source of whole numbers: 0 ≤ n < limit. */
export type Pick = (limit: number) => number;

interface Held {
  readonly mfn: number;
  readonly order: number;
  readonly type: 'free_domheap_pages' | 'free_xenheap_pages';
  readonly domain: number | null;
}

const DOMAINS = 5;
const FLAGS = ['no_refcount', 'no_dma', 'exact_node', 'no_owner', 'no_tlbflush', 'no_icache_flush'];
const SCRUB_FLAGS = ['no_scrub', 'keep_scrub'];

/**
 * Makes records of calls that fit what came of those before: what a hypervisor might do to its heap, and what a
 * stress test would. `style` leans a run to one side: churn, exhaustion, death, offlining, scrubbing.
 */
export class RandomRecords {
  private readonly pick: Pick;
  private readonly header: WireHeader;
  private readonly style: number;
  private readonly touched: number[] = [];
  private readonly alive = new Set<number>();
  private readonly unassigned: Held[] = [];
  private held: Held[] = [];

  constructor(header: WireHeader, pick: Pick) {
    this.header = header;
    this.pick = pick;
    this.style = pick(6);
  }

  /** The next call. */
  next(): WireRecord {
    const { pick, style } = this;
    if (this.alive.size < 2) return this.createDomain();
    const kind = pick(100);
    if (style === 1 ? kind < 70 : kind < 34) return this.allocate();
    if (style === 2 ? kind < 90 : kind < 76) return this.free() ?? this.allocate();
    if (kind < 82) return this.scrub();
    if (kind < 90 && style >= 4) return this.offline();
    if (kind < 92) return this.claim();
    if (kind < 94) return this.populate();
    if (kind < 95) return this.assign() ?? this.allocate();
    if (kind < 97) return this.account();
    if (kind < 98 || style === 3) return this.die();
    return this.alive.size < DOMAINS ? this.createDomain() : this.scrub();
  }

  /** Takes note of what came of the call that was made last. */
  note(record: WireRecord, result: unknown): void {
    switch (record.type) {
      case 'alloc_domheap_pages':
      case 'alloc_xenheap_pages':
      case 'populate_physmap':
        if (typeof result === 'number') this.hold(record, result);
        break;
      case 'relinquish_memory':
        // Which of its pages went is the heap's business: nothing that the domain had is touched again.
        this.held = this.held.filter(({ domain }) => domain !== record['domain']);
        break;
      case 'domain_create':
        this.alive.add(Number(record['domain']));
        break;
      default:
        break;
    }
  }

  private hold(record: WireRecord, mfn: number): void {
    const flags = (record['flags'] ?? []) as string[];
    const order = Number(record['order']);
    const domain = flags.includes('no_owner') ? null : ((record['domain'] as number | undefined) ?? null);
    const type = record.type === 'alloc_xenheap_pages' ? 'free_xenheap_pages' : 'free_domheap_pages';
    const block: Held = { mfn, order, type, domain };
    this.touched.push(mfn);
    // Pages kept dirty for their owner are not his yet: assign_pages gives them to him.
    if (flags.includes('keep_scrub') && record.type === 'alloc_domheap_pages' && domain !== null) {
      this.unassigned.push(block);
      return;
    }
    this.held.push(block);
  }

  private order(): number {
    const { pick } = this;
    const kind = pick(20);
    if (kind < 9) return 0;
    if (kind < 15) return pick(5);
    if (kind < 18) return 9;
    return pick(20);
  }

  private placement(flags: readonly string[]): object {
    const { pick } = this;
    const { nodes } = this.header.machine;
    const chosen = flags.filter(() => pick(9) === 0);
    return {
      ...(chosen.length > 0 ? { flags: chosen } : {}),
      ...(pick(4) === 0 ? { node: pick(8) === 0 ? 255 : pick(nodes.length + 1) } : {}),
      ...(pick(6) === 0 ? { bits: pick(5) === 0 ? pick(70) : 20 + pick(22) } : {}),
      ...(pick(3) === 0 ? { cpu: pick(this.header.machine.cpus.length) } : {}),
    };
  }

  private domain(): number {
    const ids = [...this.alive];
    return ids[this.pick(ids.length)] ?? 1;
  }

  private allocate(): WireRecord {
    const { pick } = this;
    const order = this.order();
    if (pick(5) === 0) return { type: 'alloc_xenheap_pages', order, ...this.placement(FLAGS.slice(1)) };
    const domain = pick(4) === 0 ? {} : { domain: this.domain() };
    // What 4.6 does when pages come back that it never counted is not known.
    const older = 'domain' in domain ? FLAGS.slice(1, 4) : FLAGS.slice(0, 4);
    const flags = this.header.heap.xen === '4.6' ? older : [...FLAGS, ...SCRUB_FLAGS];
    return { type: 'alloc_domheap_pages', ...domain, order, ...this.placement(flags) };
  }

  private free(): WireRecord | undefined {
    const { pick } = this;
    if (this.held.length === 0) return undefined;
    const at = pick(4) === 0 ? this.held.length - 1 : pick(this.held.length);
    const [block] = this.held.splice(at, 1) as [Held];
    const { mfn, order, type } = block;
    if (order === 0 || pick(4) !== 0) return { type, mfn, order };
    // A part of it goes, the halves beside that part stay.
    const small = pick(order);
    const part = mfn + pick(2 ** Math.min(order - small, 30)) * 2 ** small;
    for (let size = order - 1, base = mfn; size >= small; size--) {
      const half = 2 ** size;
      const upper = part >= base + half;
      this.held.push({ ...block, mfn: upper ? base : base + half, order: size });
      if (upper) base += half;
    }
    return { type, mfn: part, order: small };
  }

  private scrub(): WireRecord {
    const { pick } = this;
    const cpu = pick(this.header.machine.cpus.length);
    // Without a limit a large host would be scrubbed page by page.
    const limit = pick(3) === 0 ? { pages: pick(3000) } : { preempt: true };
    return { type: 'scrub_free_pages', cpu, ...limit };
  }

  private frame(): number {
    const { pick } = this;
    const { ram, frames } = this.header.machine;
    const known = this.touched[pick(this.touched.length)];
    if (known !== undefined && pick(3) !== 0) return Math.min(known + pick(20), frames - 1);
    const [first, end] = ram[pick(ram.length)] ?? [0, frames];
    return pick(30) === 0 ? pick(frames) : first + pick(end - first);
  }

  private offline(): WireRecord {
    const { pick } = this;
    const kind = pick(10);
    if (kind < 6) return { type: 'offline_page', mfn: this.frame(), broken: pick(5) === 0 };
    return { type: kind < 9 ? 'online_page' : 'query_page_offline', mfn: this.frame() };
  }

  private claim(): WireRecord {
    const { pick } = this;
    const pages = pick(3) === 0 ? 0 : pick(2 ** pick(17));
    return { type: 'domain_set_outstanding_pages', domain: this.domain(), pages };
  }

  private populate(): WireRecord {
    return { type: 'populate_physmap', domain: this.domain(), order: this.order() };
  }

  private assign(): WireRecord | undefined {
    const block = this.unassigned.pop();
    if (block === undefined) return undefined;
    const { mfn, order } = block;
    return { type: 'assign_pages', domain: block.domain ?? 1, mfn, order };
  }

  private account(): WireRecord {
    const { pick } = this;
    const domain = this.domain();
    if (pick(2) === 0) return { type: 'domain_set_max_pages', domain, maxPages: pick(2 ** pick(20)) };
    const nodes = this.header.machine.nodes.map(({ id }) => id);
    const nodeAffinity = nodes.filter(() => pick(2) === 0);
    return { type: 'domain_set_node_affinity', domain, nodeAffinity: nodeAffinity.length > 0 ? nodeAffinity : nodes };
  }

  private die(): WireRecord {
    const { pick } = this;
    const domain = this.domain();
    if (pick(3) === 0) return { type: 'domain_kill', domain };
    return { type: 'relinquish_memory', domain, ...(pick(2) === 0 ? { pages: pick(600) } : {}) };
  }

  private createDomain(): WireRecord {
    const { pick } = this;
    let domain = 1;
    while (this.alive.has(domain)) domain++;
    const nodes = this.header.machine.nodes.map(({ id }) => id);
    return {
      type: 'domain_create',
      domain,
      maxPages: 2 ** (10 + pick(10)),
      ...(pick(4) === 0 ? { nodeAffinity: nodes.filter((id) => id === 0 || pick(2) === 0) } : {}),
      ...(pick(6) === 0 ? { addressBits: 22 + pick(20) } : {}),
    };
  }
}
