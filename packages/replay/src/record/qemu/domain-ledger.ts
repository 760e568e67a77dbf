import type { DomainId, NodeId } from '@heaplay/core';
import type { TraceRecord } from '../../trace/trace-record.ts';
import type { XenMemory } from './xen-memory.ts';

interface Account {
  readonly maxPages: number;
  readonly nodes: readonly NodeId[];
}

/** What the domains may have, as far as a trace has told of it. */
export class DomainLedger {
  private readonly memory: XenMemory;
  private readonly online: readonly NodeId[];
  private readonly accounts = new Map<DomainId, Account>();

  /** `online`: all nodes that there are. */
  constructor(memory: XenMemory, online: readonly NodeId[]) {
    this.memory = memory;
    this.online = online;
  }

  /** What is to be told of a domain before a call that names it: that it is there, what of it has changed. */
  async news(domain: DomainId, address: bigint): Promise<TraceRecord[]> {
    const before = this.accounts.get(domain);
    const now = await this.read(address);
    this.accounts.set(domain, now);
    const { maxPages, nodes } = now;
    const isEverywhere = nodes.length === this.online.length;
    if (before === undefined) {
      return [{ type: 'domain_create', domain, maxPages, ...(isEverywhere ? {} : { nodeAffinity: nodes }) }];
    }
    const news: TraceRecord[] = [];
    if (before.maxPages !== maxPages) news.push({ type: 'domain_set_max_pages', domain, maxPages });
    if (before.nodes.join() !== nodes.join()) {
      news.push({ type: 'domain_set_node_affinity', domain, nodeAffinity: nodes });
    }
    return news;
  }

  private async read(address: bigint): Promise<Account> {
    const { maxPages, nodeAffinity } = this.memory.layout.domain;
    return {
      maxPages: await this.memory.numberAt(address + BigInt(maxPages), 4),
      nodes: nodeAffinity === undefined ? this.online : await this.affinity(address + BigInt(nodeAffinity)),
    };
  }

  /** Nodes of a mask; all of them if it names none that is online. */
  private async affinity(address: bigint): Promise<readonly NodeId[]> {
    if (this.online.length <= 1) return this.online;
    const mask = this.memory.wordIn(await this.memory.bytes(address, this.memory.abi.wordBytes), 0);
    const named = this.online.filter((id) => (mask & (1n << BigInt(id))) !== 0n);
    return named.length === 0 ? this.online : named;
  }
}
