import { NO_PLACE } from '../mapping/live-mappings.ts';
import { HASH_LINES } from '../mapping/hash-lines.ts';
import { NO_DOMAIN, domainOfOwner, ownerOfDomain } from '../mapping/mapping-layout.ts';
import { SLOTS, SLOT_PAGES } from '../mapping/slot-table.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import { hex } from './violation.ts';

/** What must hold of mappings: chains are sound, and every table counts what is mapped through it. */
export class MappingCheck {
  private readonly heap: HeapReader;
  private readonly report: (message: string) => void;
  /** How often each page of a window is mapped, by owner and page. */
  private readonly counts = new Map<number, Map<number, number>>();
  private vmapPages = 0;

  constructor(heap: HeapReader, report: (message: string) => void) {
    this.heap = heap;
    this.report = report;
  }

  run(): void {
    this.checkFrames();
    this.checkVmap();
    const owners = new Set(this.counts.keys());
    if (this.heap.platform.addresses.windowKind === 'slots') {
      for (let cpu = 0; cpu < this.heap.platform.machine.cpus.length; cpu++) owners.add(cpu);
      for (const cpu of owners) this.checkSlots(cpu);
      return;
    }
    for (const { id } of this.heap.eachDomain()) owners.add(ownerOfDomain(id));
    owners.add(NO_DOMAIN);
    for (const owner of owners) this.checkCache(owner);
  }

  /** Every chain of a frame: what hangs on it maps that frame, and is found at its own address. */
  private checkFrames(): void {
    const { live } = this.heap.space;
    const { frames } = this.heap.platform.machine;
    for (let mfn = live.nextMapped(0, frames + 1); mfn >= 0; mfn = live.nextMapped(mfn + 1, frames + 1)) {
      let found = live.directUses(mfn, false) + live.directUses(mfn, true);
      for (let place = live.firstOfFrame(mfn); place !== NO_PLACE; place = live.nextOfFrame(place)) {
        found++;
        this.checkPlace(place, mfn);
      }
      if (found === 0) this.report(`frame ${hex(mfn)} is said to be mapped, and is not`);
    }
  }

  private checkPlace(place: number, mfn: number): void {
    const { live } = this.heap.space;
    const count = live.count(place);
    const page = live.pageOf(place);
    const { frames } = this.heap.platform.machine;
    if (count < 1) this.report(`page ${page} hangs on the chain of frame ${hex(mfn)} and is not mapped`);
    if (Math.min(live.mfnAt(place), frames) !== mfn) {
      this.report(`page ${page} hangs on the chain of frame ${hex(mfn)} and maps ${hex(live.mfnAt(place))}`);
    }
    if (live.isVmap(place)) {
      this.vmapPages++;
      if (!this.heap.space.vmap.isTaken(page)) this.report(`page ${page} of the vmap area is mapped and free`);
      return;
    }
    const owner = live.ownerOf(place);
    const pages = this.counts.get(owner) ?? new Map<number, number>();
    this.counts.set(owner, pages.set(page, count));
    let other = live.firstAtPage(page);
    while (other !== NO_PLACE && other !== place) other = live.nextAtPage(other);
    if (other === NO_PLACE) this.report(`page ${page} of the window of ${owner} is not found by its address`);
  }

  /** Every page that the bitmap says is taken is mapped, but for those of the bitmap itself. */
  private checkVmap(): void {
    const { vmap } = this.heap.space;
    if (!vmap.ready) return;
    const own = Math.ceil(Math.ceil(this.heap.platform.addresses.vmapPages / 8) / 4096);
    const taken = vmap.takenFrom(own);
    if (taken !== this.vmapPages)
      this.report(`${taken} pages of the vmap area are taken, ${this.vmapPages} are mapped`);
    if (vmap.low > vmap.top) this.report(`the vmap area is searched from ${vmap.low}, above its end ${vmap.top}`);
  }

  /** A slot's references are the mappings of its pages. */
  private checkSlots(cpu: number): void {
    const table = this.heap.space.slots(cpu);
    const sums = new Array<number>(SLOTS).fill(0);
    for (const [page, count] of this.counts.get(cpu) ?? []) {
      const slot = Math.floor(page / SLOT_PAGES);
      sums[slot] = (sums[slot] ?? 0) + count;
      const mfn = this.heap.space.live.mfnAt(this.heap.space.live.windowPlace(cpu, page));
      if (table.block(slot) * SLOT_PAGES + (page % SLOT_PAGES) !== mfn) {
        this.report(`slot ${slot} of CPU ${cpu} does not show frame ${hex(mfn)}, which is mapped in it`);
      }
    }
    sums.forEach((sum, slot) => {
      if (sum !== table.references(slot)) {
        this.report(`slot ${slot} of CPU ${cpu} counts ${table.references(slot)} mappings, ${sum} are live`);
      }
    });
  }

  /** A slot in use is mapped, idle in one hash line, or garbage; the references of a line are the mappings of its slot. */
  private checkCache(owner: number): void {
    const cache = this.heap.space.cache(owner);
    const whose = owner === NO_DOMAIN ? 'no domain' : `d${domainOfOwner(owner)}`;
    const lines = new Map<number, number>();
    for (let vcpu = 0; vcpu < cache.vcpus; vcpu++) {
      for (let index = 0; index < HASH_LINES; index++) {
        const line = cache.line(vcpu, index);
        if (line === null) continue;
        if (lines.has(line.slot)) this.report(`slot ${line.slot} of ${whose} stands in two hash lines`);
        lines.set(line.slot, line.references);
        if (cache.entry(line.slot) !== line.mfn)
          this.report(`slot ${line.slot} of ${whose} is not its hash line's frame`);
      }
    }
    const mapped = this.counts.get(owner) ?? new Map<number, number>();
    for (let slot = 0; slot < cache.slots; slot++) {
      const count = mapped.get(slot) ?? 0;
      const expected = lines.get(slot) ?? (cache.isInUse(slot) && !cache.isGarbage(slot) ? 1 : 0);
      if (count !== expected) this.report(`slot ${slot} of ${whose} counts ${expected} mappings, ${count} are live`);
      if (cache.isGarbage(slot) && !cache.isInUse(slot)) this.report(`slot ${slot} of ${whose} is garbage and free`);
    }
  }
}
