import type { MappingCall } from '../../src/call/mapping-calls.ts';
import { NaiveCache, NaiveSlots } from './transient.ts';
import { NaiveVmap } from './vmap.ts';
import { Stop } from './wire.ts';

/** What the naive model is told of a machine: it computes no layout itself. */
export interface NaiveLayout {
  readonly window: 'slots' | 'cache';
  readonly directMap: bigint;
  /** The frame at its first byte. */
  readonly directMapBase: number;
  readonly windowStart: bigint;
  readonly vmapStart: bigint;
  readonly vmapPages: number;
  readonly frames: number;
  readonly debug: boolean;
  /** Is the direct map handed out where it reaches: to a domain, and to a caller without one? */
  readonly direct: { readonly toDomain: boolean; readonly toIdle: boolean };
  /** Does a debug build stop at an address outside of the window? */
  readonly strict: boolean;
  readonly isAlwaysMapped: (mfn: number) => boolean;
}

/** One mapping, made by one call. */
export interface NaiveMapping {
  readonly page: bigint;
  readonly mfn: number;
  readonly permanent: boolean;
  readonly direct: boolean;
  readonly cpu: number;
  readonly owner: number;
  readonly vcpu: number;
}

const PAGE = 4096n;
const IDLE = -1;

/** The address space as a list of mappings in the order in which they were made, and the tables that place them. */
export class NaiveAddressSpace {
  mappings: NaiveMapping[] = [];
  private readonly layout: NaiveLayout;
  private readonly vmap: NaiveVmap;
  private readonly slots = new Map<number, NaiveSlots>();
  private readonly caches = new Map<number, NaiveCache>();

  constructor(layout: NaiveLayout) {
    this.layout = layout;
    this.vmap = new NaiveVmap(layout.vmapPages);
  }

  /** What a call returns, or the kind of stop. */
  apply(call: MappingCall): unknown {
    try {
      return this.call(call);
    } catch (error) {
      if (error instanceof Stop) return error.kind;
      throw error;
    }
  }

  private call(call: MappingCall): unknown {
    const cpu: number = call.cpu ?? 0;
    switch (call.type) {
      case 'map_domain_page':
        return this.mapPage(call.mfn, cpu, call.domain, call.vcpu ?? 0);
      case 'unmap_domain_page':
        return this.unmapPage(call.va, cpu);
      case 'map_domain_page_global':
        if (this.layout.direct.toDomain && this.layout.isAlwaysMapped(call.mfn)) {
          return this.add(this.directPage(call.mfn), call.mfn, true, true, cpu);
        }
        return this.mapVmap([call.mfn], cpu, call.result ?? null);
      case 'vmap':
        return this.mapVmap(call.mfns, cpu, call.result ?? null);
      case 'unmap_domain_page_global':
        if (this.inDirectMap(call.va)) return this.dropDirect(call.va, true);
        return this.unmapVmap(call.va);
      case 'vunmap':
        return this.unmapVmap(call.va);
      case 'mfn_to_virt':
        return this.layout.isAlwaysMapped(call.mfn) ? this.directPage(call.mfn) * PAGE : null;
      case 'virt_to_mfn':
        return this.frameAt(call.va, cpu);
      case 'access':
        return this.frameAt(call.va, cpu) === null ? this.faultAt(call.va) : 'ok';
    }
  }

  private mapPage(mfn: number, cpu: number, domain: number | undefined, asked: number): bigint {
    const { window, direct, isAlwaysMapped, windowStart } = this.layout;
    if ((domain === undefined ? direct.toIdle : direct.toDomain) && isAlwaysMapped(mfn)) {
      return this.add(this.directPage(mfn), mfn, false, true, cpu);
    }
    if (window === 'slots') {
      const table = this.slots.get(cpu) ?? new NaiveSlots();
      this.slots.set(cpu, table);
      const page = windowStart / PAGE + BigInt(table.map(mfn) * 512 + (mfn % 512));
      return this.add(page, mfn, false, false, cpu, cpu);
    }
    const owner = domain ?? IDLE;
    const vcpu = domain === undefined ? cpu : asked;
    const cache = this.caches.get(owner) ?? new NaiveCache();
    this.caches.set(owner, cache);
    return this.add(windowStart / PAGE + BigInt(cache.map(vcpu, mfn)), mfn, false, false, cpu, owner, vcpu);
  }

  private unmapPage(va: bigint, cpu: number): undefined {
    if (va === 0n) return undefined;
    if (this.inDirectMap(va)) return this.dropDirect(va, false);
    const { window, windowStart, debug, strict } = this.layout;
    const at = Number(va / PAGE - windowStart / PAGE);
    if (at < 0 || at >= (window === 'slots' ? 524_288 : 1_048_576)) {
      if (debug && strict) throw new Stop('ASSERT', 'outside');
      return undefined;
    }
    if (window === 'slots') return this.unmapSlot(va / PAGE, at, cpu);
    const here = this.mappings.filter(({ page }) => page === va / PAGE);
    // The age of a mapping is that of its first use; the CPU that of its last.
    const places = [...new Set(here.map(({ owner }) => owner))].map((owner) => {
      const uses = here.filter((one) => one.owner === owner);
      return { owner, last: uses.at(-1) as NaiveMapping };
    });
    const found = places.findLast(({ last }) => last.cpu === cpu) ?? places.at(-1);
    if (found === undefined) {
      if (debug) throw new Stop('ASSERT', 'nothing there');
      return undefined;
    }
    this.caches.get(found.owner)?.unmap(found.last.vcpu, at);
    // Which of its uses goes makes no difference but to the order: the first keeps the place its age.
    const uses = here.filter(({ owner }) => owner === found.owner);
    const gone = uses.length > 1 ? uses[1] : uses[0];
    const rest = this.mappings.filter((one) => one !== gone);
    this.mappings =
      uses.length > 1 ? rest.map((one) => (one === uses[0] ? { ...one, ...makerOf(found.last) } : one)) : rest;
    return undefined;
  }

  private unmapSlot(page: bigint, at: number, cpu: number): undefined {
    if (!(this.slots.get(cpu)?.unmap(Math.floor(at / 512)) ?? false)) {
      if (this.layout.debug) throw new Stop('ASSERT', 'no mapping');
      return undefined;
    }
    const start = this.layout.windowStart / PAGE;
    const inSlot = this.mappings.filter(
      (one) =>
        !one.direct && !one.permanent && one.owner === cpu && (one.page - start) / 512n === (page - start) / 512n,
    );
    const lowest = inSlot.toSorted((a, b) => (a.page < b.page ? -1 : 1))[0];
    const gone = inSlot.find((one) => one.page === page) ?? lowest;
    this.mappings = this.mappings.filter((one) => one !== gone);
    return undefined;
  }

  private mapVmap(mfns: readonly number[], cpu: number, seen: bigint | null): bigint | null {
    const { vmapStart } = this.layout;
    if (this.vmap.top === 0) this.vmap.init();
    const wanted = seen === null || seen % PAGE !== 0n ? -1 : Number(seen / PAGE - vmapStart / PAGE);
    const first = wanted > 0 && this.vmap.takeAt(wanted, mfns.length) ? wanted : this.vmap.take(mfns.length);
    if (first === null) return null;
    mfns.forEach((mfn, at) => this.add(vmapStart / PAGE + BigInt(first + at), mfn, true, false, cpu));
    return vmapStart + BigInt(first) * PAGE;
  }

  private unmapVmap(va: bigint): undefined {
    const { vmapStart } = this.layout;
    const first = va / PAGE - vmapStart / PAGE;
    const pages = this.vmap.sizeAt(Number(first));
    if (pages === 0) return undefined;
    this.vmap.release(Number(first));
    const inside = ({ page, direct, permanent }: NaiveMapping): boolean =>
      permanent && !direct && page >= va / PAGE && page < va / PAGE + BigInt(pages);
    this.mappings = this.mappings.filter((one) => !inside(one));
    return undefined;
  }

  private frameAt(va: bigint, cpu: number): number | null {
    if (this.inDirectMap(va)) {
      const mfn = Number(va / PAGE - this.layout.directMap / PAGE) + this.layout.directMapBase;
      return this.layout.isAlwaysMapped(mfn) ? mfn : null;
    }
    const here = this.mappings.filter(({ page, direct }) => !direct && page === va / PAGE);
    const permanent = here.find((one) => one.permanent);
    if (permanent !== undefined) return permanent.mfn;
    const places = [...new Set(here.map(({ owner }) => owner))].map((owner) =>
      here.findLast((one) => one.owner === owner),
    );
    return places.findLast((last) => last?.cpu === cpu)?.mfn ?? null;
  }

  private faultAt(va: bigint): string {
    const { window, windowStart, vmapStart, vmapPages } = this.layout;
    if (this.inDirectMap(va)) return 'beyond-direct-map';
    const inVmap = va / PAGE - vmapStart / PAGE;
    if (inVmap >= 0n && inVmap < BigInt(vmapPages)) return 'not-mapped';
    const inWindow = va / PAGE - windowStart / PAGE;
    if (inWindow < 0n || inWindow >= (window === 'slots' ? 524_288n : 1_048_576n)) return 'no-such-area';
    return this.mappings.some(({ page }) => page === va / PAGE) ? 'other-cpu' : 'not-mapped';
  }

  private dropDirect(va: bigint, permanent: boolean): undefined {
    const gone = this.mappings.find((one) => one.direct && one.permanent === permanent && one.page === va / PAGE);
    this.mappings = this.mappings.filter((one) => one !== gone);
    return undefined;
  }

  private add(
    page: bigint,
    mfn: number,
    permanent: boolean,
    direct: boolean,
    cpu: number,
    owner = IDLE,
    vcpu = 0,
  ): bigint {
    this.mappings.push({ page, mfn, permanent, direct, cpu, owner, vcpu });
    return page * PAGE;
  }

  private directPage(mfn: number): bigint {
    return this.layout.directMap / PAGE + BigInt(mfn - this.layout.directMapBase);
  }

  private inDirectMap(va: bigint): boolean {
    // Every architecture has more room there than these machines have frames.
    const page = va / PAGE - this.layout.directMap / PAGE;
    return page >= 0n && page < 262_144n;
  }
}

function makerOf({ cpu, vcpu }: NaiveMapping): Pick<NaiveMapping, 'cpu' | 'vcpu'> {
  return { cpu, vcpu };
}
