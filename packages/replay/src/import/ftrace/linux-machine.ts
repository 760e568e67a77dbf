import { PAGE_SIZE, checkMachine, defaultMode, heapPreset } from '@heaplay/core';
import type { Architecture, HeapConfig, Machine, NodeId, XenVersion } from '@heaplay/core';
import type { AddressRange } from '../lines/hex-range.ts';
import { GIVEN, checkBanks, pagesWithin } from '../machine/bank.ts';
import { chooseHeap } from '../machine/heap-choice.ts';
import { collectTold } from '../machine/told.ts';
import { badInput } from '../problem.ts';
import type { FtraceSurvey } from './survey.ts';

/** What of the machine is known from elsewhere. */
export interface LinuxMachineOptions {
  readonly name: string;
  readonly arch?: Architecture;
  /** RAM in bytes, ends excluded. */
  readonly ram?: readonly AddressRange[];
}

/** A machine for a recording, and in sentences what of it nobody told. */
export interface LinuxMachine {
  readonly machine: Machine;
  readonly heap: HeapConfig;
  readonly ramSource: 'given' | 'page frames';
  readonly assumed: readonly string[];
}

/** Whose allocator stands in for Linux's. */
const XEN: XenVersion = '4.23';
/** RAM that nobody told is rounded up to this many frames, 16 MiB. */
const STEP = 4096;
/** Xen on x86 leaves the first MiB alone; what Linux had of it has to go elsewhere. */
const FIRST_MIB = 256;
/** Xen's own limit is lower; a machine may have more. */
const MOST_CPUS = 4096;

/**
 * A machine on which the recording can be replayed: the one given, else one with RAM up to the last page frame that was
 * seen, as far as Xen maps it, on one node. Throws `TraceError` for RAM that makes no sense.
 */
export function linuxMachine(survey: FtraceSurvey, options: LinuxMachineOptions): LinuxMachine {
  const { name, ram } = options;
  const arch = options.arch ?? 'x86_64';
  const assumed: string[] = [];
  if (options.arch === undefined) {
    assumed.push(`a recording does not say which architecture it is of: ${arch} is taken (--arch names another)`);
  }
  const preset = heapPreset(arch, defaultMode(arch));
  const end = Math.min(Math.ceil((survey.pfnEnd + FIRST_MIB) / STEP) * STEP, mostFrames(preset));
  const given = ram?.map((range) => ({ ...range, line: GIVEN }));
  const banks =
    given === undefined
      ? ([[0, end]] as const)
      : checkBanks(given, preset.paddrBits, name)
          .map(pagesWithin)
          .filter(([first, last]) => first < last);
  if (given === undefined) {
    assumed.push(
      `a recording does not say where RAM lies: all frames below 0x${end.toString(16)} are taken, ${
        survey.pfnEnd <= end ? 'which is behind the last page frame seen' : 'as much as such a machine has'
      } (--ram says it)`,
    );
  }
  const frames = banks.at(-1)?.[1] ?? 0;
  const node = 0 as NodeId;
  const machine: Machine = {
    arch,
    frames,
    ram: banks,
    nodes: [{ id: node, ranges: [[0, frames]] }],
    cpus: Array.from({ length: Math.min(survey.cpus, MOST_CPUS) }, () => node),
    reserved: [],
  };
  const problem = checkMachine(machine);
  if (frames === 0 || problem !== undefined) {
    throw badInput(name, null, {
      found: problem === undefined ? 'RAM without a whole page' : `${problem.field}: ${problem.found}`,
      expected: problem?.expected ?? 'at least one whole page',
      hint: 'correct --ram',
    });
  }
  // Which release, is no question of what was recorded.
  const choice = chooseHeap(machine, { ...collectTold([]), xenVersion: { line: GIVEN, value: XEN } }, {});
  return {
    machine,
    heap: choice.heap,
    ramSource: given === undefined ? 'page frames' : 'given',
    assumed: [
      ...assumed,
      ...choice.assumed,
      `it was Linux, not Xen: the frames are those that the allocator of Xen ${XEN} chooses`,
      'a page is taken to have 4 KiB',
    ],
  };
}

/** RAM that is taken where nobody tells it: no more than Xen maps. A page frame far away may be a damaged line. */
function mostFrames({ directMapEnd, paddrBits }: HeapConfig): number {
  return directMapEnd ?? 2 ** paddrBits / PAGE_SIZE;
}
