import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAYOUTS } from '../../src/record/qemu/layouts.ts';
import type { StubAnswer } from './fake-stub.ts';
import { tinyElf } from './tiny-elf.ts';

/** What a machine that was resumed does next: stops somewhere, or something that a machine should not do. */
export type FakeStep =
  | {
      readonly pc: bigint;
      readonly sp: bigint;
      readonly registers?: Readonly<Record<number, bigint>>;
      readonly write?: readonly Written[];
    }
  | { readonly answer: StubAnswer }
  /** Runs on until it is interrupted. */
  | 'runs';

export type Written = readonly [address: bigint, value: bigint, bytes: 2 | 4 | 8];

const LAYOUT = LAYOUTS[0];
const CODE = 0xffff82d040200000n;
const STACK = 0xffff830000107f00n;
const NOTE = 0x9010n;

/** Where the symbols of the made hypervisor lie: functions 0x100 apart, then variables. */
const FUNCTIONS = [
  'start',
  'init_boot_pages',
  'alloc_boot_pages',
  'end_boot_allocator',
  'alloc_heap_pages',
  'free_heap_pages',
  'scrub_free_pages',
  'alloc_domheap_pages',
  'assign_pages',
  'free_xenheap_pages',
  'panic',
] as const;
const VARIABLES = [
  'total_avail_pages',
  'node_need_scrub',
  '_heap',
  'opt_bootscrub',
  'max_page',
  'system_state',
] as const;

export type FakeFunction = (typeof FUNCTIONS)[number];
export type FakeVariable = (typeof VARIABLES)[number];

export function functionAt(name: FakeFunction): bigint {
  return CODE + BigInt(FUNCTIONS.indexOf(name) * 0x100);
}

export function variableAt(name: FakeVariable): bigint {
  return CODE + 0x100000n + BigInt(VARIABLES.indexOf(name) * 0x100);
}

/** The record of a frame. */
export function pageAt(mfn: number): bigint {
  return 0xffff82e000000000n + BigInt(mfn * 32);
}

/** A file with the symbols of the made hypervisor, of a build that is known. */
export function fakeSymbols(buildId: string = LAYOUT?.buildId ?? ''): string {
  const path = join(mkdtempSync(join(tmpdir(), 'heaplay-fake-')), 'xen-syms');
  writeFileSync(
    path,
    tinyElf({
      bits: 64,
      machine: 62,
      buildId,
      codeAddress: CODE,
      code: new Uint8Array(0x1000),
      symbols: [
        ...FUNCTIONS.map((name) => ({ name, address: functionAt(name), size: 0x100 })),
        ...VARIABLES.map((name) => ({ name, address: variableAt(name), size: 8, type: 1 })),
      ],
    }),
  );
  return path;
}

const ARGUMENTS = [5, 4, 3, 2, 8, 9];
let calls = 0;

/** A call from `start`, and its return. What is written happens before the call, or within it. */
export function fakeCall(
  name: FakeFunction,
  values: readonly bigint[],
  {
    result = 0n,
    before = [],
    within = [],
    sp = STACK,
    inside = [],
  }: {
    readonly result?: bigint;
    readonly before?: readonly Written[];
    readonly within?: readonly Written[];
    readonly sp?: bigint;
    readonly inside?: readonly FakeStep[];
  } = {},
): FakeStep[] {
  calls += 1;
  const returnAddress = functionAt('start') + BigInt(1 + (calls % 0xf0));
  return [
    {
      pc: functionAt(name),
      sp,
      registers: Object.fromEntries(values.map((value, index) => [ARGUMENTS[index] ?? 0, value])),
      write: [...before, [sp, returnAddress, 8]],
    },
    ...inside,
    { pc: returnAddress, sp: sp + 8n, registers: { 0: result }, write: within },
  ];
}

/** A machine that stops where its script says. Memory that was never written is zero. */
export class FakeXen {
  /** Breakpoints that are set now. */
  readonly breakpoints = new Set<string>();
  private readonly script: FakeStep[];
  private readonly memory = new Map<bigint, number>();
  private registers = new Map<number, bigint>();
  private running = false;
  /** Answers a step without having carried anything out, so often. */
  private lazySteps: number;

  constructor(script: readonly FakeStep[], lazySteps = 0, buildId: string = LAYOUT?.buildId ?? '') {
    this.script = [...script];
    this.lazySteps = lazySteps;
    for (let at = 0; at < buildId.length / 2; at++) {
      this.memory.set(NOTE + BigInt(at), Number.parseInt(buildId.slice(at * 2, at * 2 + 2), 16));
    }
  }

  /** One whose heap is there already. */
  static withFreePages(pages: bigint): FakeXen {
    const xen = new FakeXen([]);
    xen.write(variableAt('total_avail_pages'), pages, 8);
    return xen;
  }

  readonly answer = (payload: string): StubAnswer => {
    const [, kind = '', first = '', second = ''] = /^([a-zA-Z]0?)([0-9a-f]*),?([0-9a-f]*)/.exec(payload) ?? [];
    if (payload === 'qSupported') return 'PacketSize=1000';
    if (payload === 'qfThreadInfo') return 'm01';
    if (payload === 'qsThreadInfo') return 'l';
    if (payload === '\u0003') return this.interrupt();
    if (payload === 'g') return this.allRegisters();
    if (payload === 's') return 'T05thread:01;';
    if (payload === 'c') return this.next();
    if (kind === 'm') return this.read(BigInt(`0x${first}`), Number.parseInt(second, 16));
    if (kind === 'Z0') this.breakpoints.add(second);
    if (kind === 'z0') this.breakpoints.delete(second);
    return 'OK';
  };

  /** Steps of the script that have not come yet. */
  get left(): number {
    return this.script.length;
  }

  private next(): StubAnswer {
    if (this.lazySteps > 0 && this.registers.size > 0) {
      this.lazySteps -= 1;
      return 'T05thread:01;';
    }
    const step = this.script.shift() ?? 'runs';
    if (step === 'runs') {
      this.running = true;
      return 'silence';
    }
    if ('answer' in step) return step.answer;
    this.registers = new Map(Object.entries(step.registers ?? {}).map(([place, value]) => [Number(place), value]));
    this.registers.set(16, step.pc);
    this.registers.set(7, step.sp);
    for (const [address, value, bytes] of step.write ?? []) this.write(address, value, bytes);
    return 'T05thread:01;';
  }

  private interrupt(): StubAnswer {
    // One that comes while the machine is stopped is lost.
    if (!this.running) return 'silence';
    this.running = false;
    this.registers.set(16, 0x1234n);
    return 'T02thread:01;';
  }

  private write(address: bigint, value: bigint, bytes: number): void {
    for (let index = 0; index < bytes; index++) {
      this.memory.set(address + BigInt(index), Number((value >> BigInt(8 * index)) & 0xffn));
    }
  }

  private read(address: bigint, length: number): string {
    let text = '';
    for (let index = 0; index < length; index++) {
      text += (this.memory.get(address + BigInt(index)) ?? 0).toString(16).padStart(2, '0');
    }
    return text;
  }

  private allRegisters(): string {
    let text = '';
    for (let place = 0; place < 24; place++) {
      const bytes = (this.registers.get(place) ?? 0n).toString(16).padStart(16, '0');
      text += (bytes.match(/../g) ?? []).toReversed().join('');
    }
    return text;
  }
}
