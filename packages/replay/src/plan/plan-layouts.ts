import { FrameTable, PAGE_SHIFT, bitLength, decodeHeapConfig, pdxLimits, planFrameTable } from '@heaplay/core';
import type { BootCall, FrameTableShare, HeapConfig, HeapMode, Machine, MfnRange, PdxScheme } from '@heaplay/core';
import { BootPanic, X86_FIRST_FRAME, planBoot } from '../rebase/boot-plan.ts';
import type { BootPlan } from '../rebase/boot-plan.ts';
import { reconfigure } from '../rebase/reconfigure.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import { pages } from '../text/format.ts';
import { chosenBy, isOffered } from './chosen-by.ts';
import { below, mappedRuns, pageTableBytes, pagesOf, spanBytes, touched } from './direct-map.ts';
import type { MappedRun } from './direct-map.ts';
import type { LayoutPlan, LostRam } from './layout-plan.ts';
import { addressWindows } from './window.ts';
import { clip, framesIn, joinRanges, without } from '../rebase/ranges.ts';

/** RAM that somebody keeps. */
export interface KeptRam {
  readonly range: MfnRange;
  readonly by: string;
}

/** A machine whose layout is to be chosen. */
export interface PlanSource extends Setup {
  /** RAM that the hypervisor or the firmware keeps for itself, by whom: no layout can use it. */
  readonly kept?: readonly KeptRam[];
  /** Size of a separate xen heap in MiB, instead of a share of RAM. */
  readonly xenheapMegabytes?: number;
}

const MODES: readonly HeapMode[] = ['separate-xenheap', 'direct-map-all', 'direct-map-partial', 'direct-map-on-demand'];
const SCHEMES: readonly PdxScheme[] = ['none', 'mask', 'offset'];
/** Where the difference goes between what start-up hands out and what is free behind it. */
const OWN_USE = "the heap's own: guard pages, list heads of nodes, frame 0, bad pages";
const GUARD_PAGES = 2;

/** What a machine is like with every layout: each mode with each compression of frame numbers. */
export function planLayouts(source: PlanSource): readonly LayoutPlan[] {
  return MODES.flatMap((mode) => SCHEMES.map((pdx) => new LayoutPlanner(source, mode, pdx).plan()));
}

/** The machine with all of its RAM: a separate xen heap that was recorded is RAM like any other. */
export function plannedMachine({ machine, heap }: PlanSource): Machine {
  const ram = joinRanges(heap.xenHeap === null ? machine.ram : [...machine.ram, heap.xenHeap]);
  return { ...machine, ram };
}

/** RAM that no layout can use, and who keeps it. */
export function keptRam({ machine, kept }: PlanSource): readonly KeptRam[] {
  return kept ?? machine.reserved.map((range) => ({ range, by: 'the hypervisor' }));
}

class LayoutPlanner {
  private readonly source: PlanSource;
  private readonly mode: HeapMode;
  private readonly pdx: PdxScheme;
  private readonly machine: Machine;
  private readonly table: FrameTable;
  private readonly losses: LostRam[] = [];
  private reason: string | null = null;

  constructor(source: PlanSource, mode: HeapMode, pdx: PdxScheme) {
    this.source = source;
    this.mode = mode;
    this.pdx = pdx;
    this.machine = plannedMachine(source);
    this.table = FrameTable.of(this.machine, { pdx, xenHeap: null });
  }

  plan(): LayoutPlan {
    const { machine, mode, pdx } = this;
    const { arch } = machine;
    const total = framesIn(machine.ram);
    const given = this.ramToGive();
    const frameTable = this.frameTableBytes();
    const heap = this.configuration(given);
    const boot = this.bootPlan(given, heap);
    // Where it does not boot, what it would have had.
    const free = boot === undefined ? null : this.bootInModel(boot);
    const usablePages = free ?? framesIn(given);
    this.lose(framesIn(given) - usablePages, OWN_USE);
    const bits = heap.xenheapMaxMfn === null ? null : xenHeapBits(heap.xenheapMaxMfn, heap);
    const directMap = this.directMap(given, heap, boot);
    return {
      mode,
      pdx,
      fits: this.reason === null,
      reason: this.reason,
      usablePages,
      lostPages: total - usablePages,
      losses: this.losses,
      frameTableBytes: frameTable.backed,
      frameTableSpanBytes: frameTable.spanned,
      xenHeapCeilingPages: this.xenHeapCeiling(given, usablePages, bits, boot),
      xenHeapBits: bits,
      directMapBytes: spanBytes(directMap),
      directMapPages: pagesOf(directMap),
      pageTableBytes: pageTableBytes(directMap, arch),
      offered: isOffered(arch, mode, pdx),
      chosenBy: chosenBy(arch, mode, pdx),
      directMap,
    };
  }

  /** RAM that start-up can hand out, after what nobody can use; notes what is lost. */
  private ramToGive(): readonly MfnRange[] {
    const { machine, table } = this;
    const steps: (readonly [why: string, left: (ram: readonly MfnRange[]) => readonly MfnRange[]])[] = [
      ...(machine.arch === 'x86_64'
        ? [
            [
              'below 1 MiB: left to firmware and the trampoline',
              (ram: readonly MfnRange[]) => clip(ram, X86_FIRST_FRAME, Infinity),
            ] as const,
          ]
        : []),
      ...this.keptBy().map(
        ([by, ranges]) => [`kept by ${by}`, (ram: readonly MfnRange[]) => without(ram, ranges)] as const,
      ),
      [
        'no record in the frame table: RAM in a hole of the PDX compression',
        (ram) => table.validFrames().flatMap(([first, end]) => clip(ram, first, end)),
      ],
    ];
    let left: readonly MfnRange[] = machine.ram;
    for (const [why, step] of steps) {
      const next = step(left);
      this.lose(framesIn(left) - framesIn(next), why);
      left = next;
    }
    const { directMapPages, frameTableRecords } = addressWindows(machine.arch);
    if (frameTableRecords !== null) left = this.within(left, frameTableRecords, 'frame table');
    const needsDirectMap = this.mode === 'direct-map-all' || this.mode === 'direct-map-on-demand';
    return needsDirectMap ? this.within(left, this.directMapBase() + directMapPages, 'direct map') : left;
  }

  /** What the frame table takes; records that it has no addresses for are not made. */
  private frameTableBytes(): FrameTableShare {
    const { machine } = this;
    const { frameTableBytes } = planFrameTable(machine, this.pdx);
    const { frameTableRecords, beyond } = addressWindows(machine.arch);
    const { recordBytes, groupPages } = pdxLimits(machine.arch);
    const most = frameTableRecords === null || beyond === 'stops' ? Infinity : frameTableRecords * recordBytes;
    if (frameTableBytes.spanned <= most) return frameTableBytes;
    const groups = touched(mappedRuns(this.reached(machine.ram, most / recordBytes), this.table), groupPages);
    return { backed: groups * groupPages * recordBytes, spanned: most };
  }

  private keptBy(): readonly (readonly [by: string, ranges: readonly MfnRange[]])[] {
    const kept = keptRam(this.source);
    const names = [...new Set(kept.map(({ by }) => by))];
    return names.map((name) => [name, kept.filter(({ by }) => by === name).map(({ range }) => range)]);
  }

  /** What of RAM has a PDX below a limit; notes what comes of the rest. */
  private within(ram: readonly MfnRange[], limit: number, what: string): readonly MfnRange[] {
    const reached = this.reached(ram, limit);
    const beyond = framesIn(ram) - framesIn(reached);
    if (beyond === 0) return ram;
    const why = `beyond the ${what}, whose addresses are for ${pages(limit)}`;
    if (addressWindows(this.machine.arch).beyond === 'stops') this.stop(`${pages(beyond)} of RAM lie ${why}`);
    this.lose(beyond, why);
    return reached;
  }

  private reached(ram: readonly MfnRange[], limit: number): readonly MfnRange[] {
    return below(mappedRuns(ram, this.table), limit).map(({ first, end }): MfnRange => [first, end]);
  }

  /** The PDX with which the direct map begins. */
  private directMapBase(): number {
    const { startsAtRam } = addressWindows(this.machine.arch);
    const [first] = mappedRuns(this.machine.ram, this.table);
    return startsAtRam && first !== undefined ? first.pdx : 0;
  }

  private configuration(given: readonly MfnRange[]): HeapConfig {
    const { source, machine, mode, pdx } = this;
    const { heap } = reconfigure({ machine, heap: { ...source.heap, xenHeap: null } }, { mode });
    const directMapEnd = mode === 'separate-xenheap' ? null : Math.max(heap.directMapEnd ?? 0, machine.frames);
    const xenheapMaxMfn = mode === 'direct-map-partial' ? (source.heap.xenheapMaxMfn ?? this.lastMapped(given)) : null;
    return { ...heap, pdx, directMapEnd, xenheapMaxMfn };
  }

  /** The last frame of RAM that the direct map reaches: what start-up would tell the heap. */
  private lastMapped(given: readonly MfnRange[]): number | null {
    const ends = below(
      mappedRuns(given, this.table),
      this.directMapBase() + addressWindows(this.machine.arch).directMapPages,
    ).map(({ end }) => end);
    return ends.length === 0 ? null : Math.max(...ends) - 1;
  }

  private bootPlan(given: readonly MfnRange[], heap: HeapConfig): BootPlan | undefined {
    const { xenheapMegabytes } = this.source;
    try {
      return planBoot(
        { ...this.machine, ram: given },
        heap,
        xenheapMegabytes === undefined ? {} : { xenheapMegabytes },
      );
    } catch (error) {
      if (!(error instanceof BootPanic)) throw error;
      this.stop(error.message);
      return undefined;
    }
  }

  /** Boots the machine in the model: what stops Xen there, stops it here. Returns the free pages; null if it stops. */
  private bootInModel({ heap, before, after }: BootPlan): number | null {
    const { machine } = this;
    const ram = without(machine.ram, heap.xenHeap === null ? [] : [heap.xenHeap]);
    const checked = decodeHeapConfig(heap, { ...machine, ram });
    // That RAM lies in a hole is no fault of the configuration here: it is left out.
    if (!checked.ok && checked.problem.field !== 'pdx') {
      this.stop(`${checked.problem.field}: ${checked.problem.found}`);
      return null;
    }
    const session = ReplaySession.powerOn({ ...machine, ram }, heap);
    const calls: readonly BootCall[] = [
      ...before,
      { type: 'end_boot_allocator' },
      ...after,
      { type: 'heap_init_late' },
    ];
    for (const call of calls) {
      const { bug } = session.apply(call);
      if (bug === null) continue;
      this.stop(`${bug.kind} in ${call.type} [${bug.rule}]: ${bug.message}`);
      return null;
    }
    return session.heap.totals.freePages;
  }

  /** The pages that the xen heap may come from, at most. */
  private xenHeapCeiling(
    given: readonly MfnRange[],
    usablePages: number,
    bits: number | null,
    boot: BootPlan | undefined,
  ): number {
    if (this.mode === 'separate-xenheap') {
      const xenHeap = boot?.heap.xenHeap ?? null;
      // A guard page at either end (XEN-2).
      return xenHeap === null ? 0 : framesIn([xenHeap]) - GUARD_PAGES;
    }
    if (bits === null) return usablePages;
    return Math.min(usablePages, framesIn(clip(given, 0, 2 ** (bits - PAGE_SHIFT))));
  }

  /** What is directly mapped for good. */
  private directMap(given: readonly MfnRange[], heap: HeapConfig, boot: BootPlan | undefined): readonly MappedRun[] {
    switch (this.mode) {
      case 'direct-map-all':
        return mappedRuns(given, this.table);
      case 'direct-map-partial':
        return mappedRuns(clip(given, 0, (heap.xenheapMaxMfn ?? -1) + 1), this.table);
      case 'separate-xenheap': {
        const xenHeap = boot?.heap.xenHeap ?? null;
        // Its window begins with its first frame.
        return xenHeap === null ? [] : [{ first: xenHeap[0], end: xenHeap[1], pdx: 0 }];
      }
      case 'direct-map-on-demand':
        return [];
    }
  }

  private lose(lost: number, why: string): void {
    if (lost > 0) this.losses.push({ pages: lost, why });
  }

  /** Notes why Xen does not boot; the first reason counts. */
  private stop(why: string): void {
    this.reason ??= why;
  }
}

/** The width of the addresses that the xen heap may have: rounded down to a power of two (MODE-3). */
function xenHeapBits(lastMfn: number, { paddrBits }: HeapConfig): number {
  return Math.min(bitLength(lastMfn + 1) - 1 + PAGE_SHIFT, paddrBits);
}
