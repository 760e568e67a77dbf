import type { MapDomainPage, MapDomainPageGlobal, UnmapDomainPage } from '../call/mapping-calls.ts';
import type { Architecture } from '../machine/machine.ts';
import { directMapFrame, inDirectMap } from '../mapping/direct-map.ts';
import { NO_PLACE } from '../mapping/live-mappings.ts';
import { NO_DOMAIN, ownerOfDomain } from '../mapping/mapping-layout.ts';
import { SLOT_PAGES } from '../mapping/slot-table.ts';
import { firstOfCpu, mfnToVirt } from '../mapping/translate.ts';
import { pageAddress, pageIn } from '../mapping/vmap-area.ts';
import type { Transaction } from '../state/transaction.ts';
import type { VirtualAddress } from '../units/mfn.ts';
import { vmap, vunmap } from './vmap.ts';
import { stop } from './xen-stop.ts';

/** Maps a frame for a moment (MAP-2, MAP-3, MAP-4). */
export function mapDomainPage(tx: Transaction, call: MapDomainPage): VirtualAddress {
  const { mfn } = call;
  const cpu: number = call.cpu ?? 0;
  const { space } = tx;
  const { addresses } = tx.platform;
  const always = takesDirectMap(tx, call.domain === undefined) ? mfnToVirt(tx, mfn) : null;
  if (always !== null) {
    space.live.useDirect(mfn, false, cpu);
    return always;
  }
  if (addresses.windowKind === 'slots') {
    const page = space.slots(cpu).map(mfn) * SLOT_PAGES + (mfn % SLOT_PAGES);
    space.live.map(space.live.windowPlace(cpu, page), mfn, cpu, 0);
    return pageAddress(addresses.window, page);
  }
  // A caller without domain is the idle domain, whose virtual CPUs are the CPUs.
  const owner = call.domain === undefined ? NO_DOMAIN : ownerOfDomain(call.domain);
  const vcpu = call.domain === undefined ? cpu : (call.vcpu ?? 0);
  const cache = space.cache(owner);
  cache.grow(vcpu + 1);
  const { slot } = cache.map(vcpu, cpu, mfn);
  space.live.map(space.live.windowPlace(owner, slot), mfn, cpu, vcpu);
  return pageAddress(addresses.window, slot);
}

/** Ends a mapping of {@link mapDomainPage} (MAP-9). */
export function unmapDomainPage(tx: Transaction, { va, cpu }: UnmapDomainPage): void {
  if (va === 0n) return;
  const { platform } = tx;
  if (inDirectMap(platform, va)) {
    const mfn = directMapFrame(platform, va);
    if (mfn !== null) tx.space.live.releaseDirect(mfn, false);
    return;
  }
  const page = pageIn(platform.addresses.window, va);
  if (page < 0 || page >= platform.addresses.windowPages) {
    // Where the direct map is the ordinary way, to unmap is to do nothing.
    if (hasOwnWindow(platform.machine.arch)) wrongUnmap(tx, 'MAP-9', va);
  } else if (platform.addresses.windowKind === 'slots') unmapSlot(tx, page, cpu ?? 0, va);
  else unmapCached(tx, page, cpu ?? 0, va);
}

/** Maps a frame for good (MAP-5). */
export function mapDomainPageGlobal(tx: Transaction, call: MapDomainPageGlobal): VirtualAddress | null {
  const { mfn, cpu = 0 } = call;
  const always = takesDirectMap(tx, false) ? mfnToVirt(tx, mfn) : null;
  if (always === null) return vmap(tx, [mfn], cpu, call.result);
  tx.space.live.useDirect(mfn, true, cpu);
  return always;
}

/** Ends a mapping of {@link mapDomainPageGlobal}. */
export function unmapDomainPageGlobal(tx: Transaction, va: VirtualAddress): void {
  if (!inDirectMap(tx.platform, va)) {
    vunmap(tx, va);
    return;
  }
  const mfn = directMapFrame(tx.platform, va);
  if (mfn !== null) tx.space.live.releaseDirect(mfn, true);
}

/**
 * Does this machine hand out addresses of the direct map where it reaches? 32-bit Arm never does, a debug build of x86 only
 * to a caller who is no virtual CPU of a domain.
 */
function takesDirectMap({ platform }: Transaction, isIdle: boolean): boolean {
  const { arch } = platform.machine;
  if (arch === 'arm32') return false;
  return arch !== 'x86_64' || !platform.config.debug || isIdle;
}

/** Does this architecture's Xen have slots or a map cache, and not only the model's idea of it (MAP-4)? */
function hasOwnWindow(arch: Architecture): boolean {
  return arch === 'x86_64' || arch === 'arm32';
}

function unmapSlot(tx: Transaction, page: number, cpu: number, va: VirtualAddress): void {
  const { live } = tx.space;
  const slot = Math.floor(page / SLOT_PAGES);
  if (!tx.space.slots(cpu).unmap(slot)) {
    wrongUnmap(tx, 'ARM32MAP-8', va);
    return;
  }
  const own = live.windowPlace(cpu, page);
  if (live.count(own) > 0) {
    live.unmap(own);
    return;
  }
  // Xen counts by slot alone: the address of a neighbour does as well, and ends a mapping of the slot.
  let place = live.windowPlace(cpu, slot * SLOT_PAGES);
  const step = live.windowPlace(cpu, 1) - live.windowPlace(cpu, 0);
  while (live.count(place) === 0) place += step;
  live.unmap(place);
}

function unmapCached(tx: Transaction, slot: number, cpu: number, va: VirtualAddress): void {
  const { live } = tx.space;
  const first = live.firstAtPage(slot);
  const own = firstOfCpu(tx, first, cpu);
  const place = own === NO_PLACE ? first : own;
  if (place === NO_PLACE) {
    wrongUnmap(tx, 'X86MAP-12', va);
    return;
  }
  tx.space.cache(live.ownerOf(place)).unmap(live.vcpuAt(place), slot);
  live.unmap(place);
}

/** A debug build stops at an address at which nothing is mapped; in a release build nothing happens. */
function wrongUnmap(tx: Transaction, rule: string, va: VirtualAddress): void {
  if (tx.platform.config.debug) stop('ASSERT', rule, `nothing is mapped at 0x${va.toString(16)}`);
}
