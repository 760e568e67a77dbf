import type { CpuId, DomainId, HeapCall, MachineNode, NodeId } from '@heaplay/core';
import { hexOf } from '../../trace/bytes.ts';
import { type TraceHeader, traceHeader } from '../../trace/header.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import { Registers } from './abi.ts';
import { CallEntry } from './call-entry.ts';
import { readArguments, readReturned } from './call-reader.ts';
import { FrameNumbers } from './frame-numbers.ts';
import { walkFreeLists } from './free-list-walk.ts';
import { bareMachine, readMachine } from './machine-facts.ts';
import { RecordQueue, type Slot } from './record-queue.ts';
import { RecordingError, RemoteError } from './remote-error.ts';
import type { StopReply } from './stop-reply.ts';
import type { RemoteTarget } from './target.ts';
import { type FunctionSet, WATCHED_FUNCTIONS, type WatchedFunction } from './watched-function.ts';
import type { XenMemory } from './xen-memory.ts';

/** Takes a recording as it comes. */
export interface RecordingSink {
  /** The header, before any record. */
  readonly begin: (header: TraceHeader) => void | Promise<void>;
  readonly write: (record: TraceRecord) => void;
}

/** How a Xen is to be recorded. */
export interface RecordingOptions {
  readonly functions: FunctionSet;
  /** Who records, and what: for the header. */
  readonly recorder: TraceHeader['recorder'];
  /** Ends the recording in good order. */
  readonly end: AbortSignal;
  /** Milliseconds within which a machine that is asked to stop has to. */
  readonly timeout: number;
  /** Hears how far the recording has come, after each call. */
  readonly progress?: (progress: RecordingProgress) => void;
  /** Asked when the connection is closed: how the machine ended, if that is why. */
  readonly gone?: () => Promise<string | undefined>;
  /** Ends the recording when so many calls are recorded. */
  readonly calls?: number;
}

/** How far a recording has come. */
export interface RecordingProgress {
  readonly calls: number;
  /** Free pages of the whole heap, as last seen. */
  readonly freePages: number;
}

/** How a recording ended. */
export interface RecordingResult extends RecordingProgress {
  /** Why: it was asked to, the machine is gone, or there are as many calls as were wanted. */
  readonly reason: 'asked' | 'exited' | 'calls';
  /** What the machine said when it ended. */
  readonly exit?: string;
  /** Were the free lists looked at? */
  readonly walked: boolean;
  /** Calls that never returned. */
  readonly abandoned: number;
}

/** A call that has begun and not returned. */
interface Flight {
  readonly watched: WatchedFunction;
  readonly thread: string | undefined;
  readonly sp: bigint;
  readonly returnAddress: bigint;
  readonly spAfter: bigint;
  readonly slots: readonly Slot[];
  readonly raw: readonly bigint[];
  readonly needScrub: number;
}

/** Bytes of the stack that are read at every call, for arguments and callers. */
const STACK_WINDOW = 1984;
/** Stacks of Xen are this large, and begin at a multiple of it. */
const STACK_BYTES = 32_768n;
/** Milliseconds between two looks at a running machine. */
const LOOK = 100;

/**
 * Records the calls of a Xen that has not set up its heap yet. Resolves when the recording has ended in good order.
 * Rejects with {@link RemoteError} if the machine cannot be worked with any more, {@link RecordingError} if it is
 * another Xen, or has come too far; what was seen until then has reached the sink.
 */
export async function recordXen(
  target: RemoteTarget,
  memory: XenMemory,
  sink: RecordingSink,
  options: RecordingOptions,
): Promise<RecordingResult> {
  const recorder = new XenRecorder(target, memory, sink, options);
  try {
    return await recorder.run();
  } catch (error) {
    await recorder.giveUp();
    const gone = error instanceof RemoteError && error.problem === 'closed' ? await options.gone?.() : undefined;
    if (gone === undefined) throw error;
    return recorder.result('exited', false, gone);
  }
}

class XenRecorder {
  private readonly target: RemoteTarget;
  private readonly memory: XenMemory;
  private readonly options: RecordingOptions;
  private readonly queue: RecordQueue;
  private readonly entries = new Map<bigint, WatchedFunction>();
  private readonly returns = new Map<bigint, number>();
  private flights: Flight[] = [];
  private frames: FrameNumbers | undefined;
  private nodes: readonly MachineNode[] = [];
  private readonly given: (readonly [number, number])[] = [];
  private readonly domains = new Map<DomainId, string>();
  private xenheapMaxMfn: number | null = null;
  private dmaBits = 0;
  private active = false;
  private cpus = 1;
  private buildChecked = false;
  private calls = 0;
  private freePages = 0;
  private abandoned = 0;
  private readonly began = performance.now();

  constructor(target: RemoteTarget, memory: XenMemory, sink: RecordingSink, options: RecordingOptions) {
    this.target = target;
    this.memory = memory;
    this.options = options;
    this.queue = new RecordQueue(sink);
  }

  async run(): Promise<RecordingResult> {
    await this.refuseLate();
    this.cpus = await this.target.threads();
    for (const watched of WATCHED_FUNCTIONS) {
      const address = this.memory.symbols.addressOf(watched.symbol);
      if (address === undefined || !watched.sets.includes(this.options.functions)) continue;
      this.entries.set(address, watched);
      await this.target.insertBreakpoint(address);
    }
    for (;;) {
      const stop = await this.untilStop();
      if (stop.kind === 'exited') return this.finish('exited', false, stop.status);
      await this.look(stop);
      const reason = this.wantsEnd();
      if (reason !== undefined && this.isQuiet()) return this.finish(reason, await this.walk());
    }
  }

  /** Passes on what is there though the recording has come to nothing. */
  async giveUp(): Promise<void> {
    for (const flight of this.flights) this.abandon(flight);
    if (!this.queue.hasBegun && this.queue.length > 0) await this.queue.begin(this.bareHeader());
  }

  private async refuseLate(): Promise<void> {
    let free: bigint;
    try {
      free = await this.memory.wordOf('total_avail_pages');
    } catch (error) {
      // Before paging is on there is nothing at that address.
      if (error instanceof RemoteError && error.problem === 'refused') return;
      throw error;
    }
    if (free !== 0n) {
      throw new RecordingError(
        `found a heap with ${free} free pages; expected a Xen that has not set up its heap yet: a trace begins at power-on. Next: start QEMU with -S, and record before it runs`,
      );
    }
  }

  private wantsEnd(): 'asked' | 'calls' | undefined {
    if (this.options.end.aborted) return 'asked';
    return this.options.calls !== undefined && this.calls >= this.options.calls ? 'calls' : undefined;
  }

  /** Is no call in the middle of its work on the heap? */
  private isQuiet(): boolean {
    return !this.flights.some(({ watched }) => watched.onHeap);
  }

  /**
   * Lets the machine run until it stops. A machine that says nothing for a time is asked to stop, which proves that it
   * is still there, and goes on.
   */
  private async untilStop(): Promise<StopReply> {
    const { end, timeout } = this.options;
    const running = this.target.resume();
    let asked: number | undefined;
    let timer: ReturnType<typeof setInterval> | undefined;
    const began = performance.now();
    const silence = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        const now = performance.now();
        if (!end.aborted && now - began < timeout) return;
        asked ??= now;
        if (now - asked > timeout) {
          reject(
            new RemoteError(
              'timeout',
              `the machine was asked to stop and did not within ${timeout / 1000} s; expected that it stops. Next: see what QEMU does`,
            ),
          );
        }
        // One that comes while the machine is stopped already is lost.
        this.target.interrupt();
      }, LOOK);
    });
    running.catch(() => {});
    try {
      return await Promise.race([running, silence]);
    } finally {
      clearInterval(timer);
    }
  }

  /** Looks at a machine that has stopped, and carries it over the breakpoint that it stands at. */
  private async look({ thread }: Extract<StopReply, { kind: 'stopped' }>): Promise<void> {
    const registers = new Registers(this.memory.abi, await this.target.readRegisters(thread));
    const { pc } = registers;
    const watched = this.entries.get(pc);
    if (!registers.inHypervisor) {
      if (watched !== undefined || this.returns.has(pc)) await this.target.step();
      return;
    }
    if (watched !== undefined) await this.enter(watched, registers, thread);
    else if (this.returns.has(pc)) await this.leave(registers, thread);
    // A step does not always carry an instruction out: then the machine stops here again, which is noticed.
    if (this.entries.has(pc) || this.returns.has(pc)) await this.target.step();
  }

  private async enter(watched: WatchedFunction, registers: Registers, thread: string | undefined): Promise<void> {
    const { sp } = registers;
    const mine = this.flights.filter((flight) => flight.thread === thread);
    if (mine.some((flight) => flight.watched === watched && flight.sp === sp)) return;
    // What a call inside of another one does follows from the model.
    if (mine.some((flight) => flight.watched.onHeap && isBelow(sp, flight.sp))) return;
    for (const flight of mine) if (isStale(flight, sp)) this.abandon(flight);
    if (!this.buildChecked) await this.checkBuild();
    const at = this.now();
    const { memory } = this;
    const [stack, freePages, needScrub] = await Promise.all([
      memory.bytes(sp, Math.min(STACK_WINDOW, Number(STACK_BYTES - (sp % STACK_BYTES)))),
      memory.wordOf('total_avail_pages'),
      watched.symbol === 'scrub_free_pages' ? this.needScrub() : 0,
    ]);
    const entry = new CallEntry(memory.abi, registers, stack);
    const given = await readArguments(this.source(), watched, entry);
    const calls = await watched.calls(given);
    if (calls.length === 0) return;
    await this.prepare(calls, given.domains, given.raw, watched);
    this.freePages = Number(freePages);
    const seen = {
      at,
      caller: entry.callers(memory.symbols),
      ...cpuOf(thread),
      ...(this.frames !== undefined && watched.onHeap ? { freePagesBefore: this.freePages } : {}),
    };
    const slots = calls.map((call, index) =>
      // Between the calls that one call stands for nobody has looked.
      this.queue.add({ ...call, ...seen, ...(index === 0 ? {} : { freePagesBefore: undefined }) } as TraceRecord),
    );
    const flight = {
      watched,
      thread,
      sp,
      returnAddress: entry.returnAddress,
      spAfter: entry.spAfter,
      slots,
      raw: given.raw,
      needScrub,
    };
    this.flights.push(flight);
    await this.arm(flight.returnAddress);
  }

  private async leave(registers: Registers, thread: string | undefined): Promise<void> {
    const { pc, sp } = registers;
    // Functions that end in a jump to the next one return together.
    const done = this.flights.filter(
      (flight) => flight.thread === thread && flight.returnAddress === pc && flight.spAfter === sp,
    );
    this.flights = this.flights.filter((flight) => !done.includes(flight));
    for (const flight of done) {
      const returned = readReturned(this.source(), registers, flight, flight.needScrub, () => this.needScrub());
      const outcome = (await flight.watched.outcome?.(returned)) ?? {};
      for (const slot of flight.slots) this.queue.settle(slot, outcome);
      this.calls += flight.slots.length;
      await this.disarm(flight.returnAddress);
      if (flight.watched.symbol === 'end_boot_allocator') await this.beginTrace();
      this.options.progress?.({ calls: this.calls, freePages: this.freePages });
    }
  }

  /** What the model has to know before it hears of a call. */
  private async prepare(
    calls: readonly HeapCall[],
    domains: readonly DomainId[],
    raw: readonly bigint[],
    watched: WatchedFunction,
  ): Promise<void> {
    for (const call of calls) {
      if (call.type === 'init_boot_pages') this.given.push([call.start, call.end]);
      if (call.type === 'xenheap_max_mfn') this.xenheapMaxMfn = call.mfn;
      if (call.type === 'end_boot_allocator') this.dmaBits = await this.memory.numberOf('dma_bitsize', 4);
      if (call.type === 'init_domheap_pages' || call.type === 'init_xenheap_pages') await this.tellSystemState();
    }
    const at = watched.parameters.indexOf('domain');
    for (const domain of domains) await this.tellDomain(domain, raw[at] ?? 0n);
  }

  /** Memory given to the heap of a Xen that is up is clean. */
  private async tellSystemState(): Promise<void> {
    if (this.active || this.frames === undefined) return;
    this.active = (await this.memory.numberOf('system_state', 4)) >= this.memory.layout.systemActive;
    if (this.active) this.queue.tell({ type: 'set_system_state', state: 'active' });
  }

  /** Tells of a domain when a call first names it, and when what it may have has changed. */
  private async tellDomain(domain: DomainId, address: bigint): Promise<void> {
    const { maxPages: offset, nodeAffinity: affinityOffset } = this.memory.layout.domain;
    const maxPages = offset === undefined ? 2 ** 32 - 1 : await this.memory.numberAt(address + BigInt(offset), 4);
    const ids = this.nodes.map(({ id }) => id);
    let affinity: readonly NodeId[] | undefined;
    if (affinityOffset !== undefined && ids.length > 1) {
      const mask = this.memory.wordIn(await this.memory.bytes(address + BigInt(affinityOffset), 8), 0);
      const named = ids.filter((id) => (mask & (1n << BigInt(id))) !== 0n);
      if (named.length > 0 && named.length < ids.length) affinity = named;
    }
    const before = this.domains.get(domain);
    const now = JSON.stringify([maxPages, affinity ?? ids]);
    if (before === now) return;
    this.domains.set(domain, now);
    if (before === undefined) {
      this.queue.tell({
        type: 'domain_create',
        domain,
        maxPages,
        ...(affinity === undefined ? {} : { nodeAffinity: affinity }),
      });
      return;
    }
    const [oldMax, oldAffinity] = JSON.parse(before) as [number, number[]];
    if (oldMax !== maxPages) this.queue.tell({ type: 'domain_set_max_pages', domain, maxPages });
    if (oldAffinity.join() !== (affinity ?? ids).join()) {
      this.queue.tell({ type: 'domain_set_node_affinity', domain, nodeAffinity: affinity ?? ids });
    }
  }

  /** The boot allocator has ended: now everything that the header says is there. */
  private async beginTrace(): Promise<void> {
    this.frames = await FrameNumbers.read(this.memory);
    const dmaBitsAfter = await this.memory.numberOf('dma_bitsize', 4);
    const seen = { given: this.given, xenheapMaxMfn: this.xenheapMaxMfn, dmaBits: this.dmaBits, dmaBitsAfter };
    const { machine, heap } = await readMachine(this.memory, this.frames, seen, this.cpus);
    this.nodes = machine.nodes;
    await this.queue.begin(traceHeader(this.options.recorder, machine, heap));
  }

  /** A header of what little is known of a machine that ended before its boot allocator did. */
  private bareHeader(): TraceHeader {
    const { machine, heap } = bareMachine(this.memory.layout, this.given, this.cpus);
    return traceHeader(this.options.recorder, machine, heap);
  }

  private async checkBuild(): Promise<void> {
    this.buildChecked = true;
    const { buildId } = this.memory.layout;
    const address = this.memory.buildIdAddress;
    if (address === undefined) return;
    const found = hexOf(await this.memory.bytes(address, buildId.length / 2));
    if (found !== buildId) {
      throw new RecordingError(
        `found a Xen of build ${found}; expected ${buildId}, which the symbols belong to. Next: give the symbols of the Xen that runs`,
      );
    }
  }

  private async arm(address: bigint): Promise<void> {
    const armed = this.returns.get(address) ?? 0;
    this.returns.set(address, armed + 1);
    if (armed === 0 && !this.entries.has(address)) await this.target.insertBreakpoint(address);
  }

  private async disarm(address: bigint): Promise<void> {
    const armed = this.returns.get(address) ?? 0;
    if (armed > 1) {
      this.returns.set(address, armed - 1);
      return;
    }
    this.returns.delete(address);
    if (!this.entries.has(address)) await this.target.removeBreakpoint(address);
  }

  private abandon(flight: Flight): void {
    this.flights = this.flights.filter((other) => other !== flight);
    for (const slot of flight.slots) this.queue.drop(slot);
    this.abandoned += 1;
  }

  private async needScrub(): Promise<number> {
    const count = Math.max(1, this.nodes.length === 0 ? 1 : Math.max(...this.nodes.map(({ id }) => id)) + 1);
    const { wordBytes } = this.memory.abi;
    const bytes = await this.memory.bytes(this.memory.addressOf('node_need_scrub'), count * wordBytes);
    let sum = 0;
    for (let index = 0; index < count; index++) sum += Number(this.memory.wordIn(bytes, index * wordBytes));
    return sum;
  }

  private async walk(): Promise<boolean> {
    if (this.frames === undefined) return false;
    const ids = this.nodes.map(({ id }) => id);
    this.queue.tell({
      type: 'observe_heap',
      at: this.now(),
      freePages: Number(await this.memory.wordOf('total_avail_pages')),
      nodes: await walkFreeLists(this.memory, this.frames, ids),
    });
    return true;
  }

  private async finish(reason: RecordingResult['reason'], walked: boolean, exit?: string): Promise<RecordingResult> {
    await this.giveUp();
    return this.result(reason, walked, exit);
  }

  /** What has come of the recording. */
  result(reason: RecordingResult['reason'], walked: boolean, exit?: string): RecordingResult {
    const { calls, freePages, abandoned } = this;
    return { reason, calls, freePages, walked, abandoned, ...(exit === undefined ? {} : { exit }) };
  }

  private source(): { readonly memory: XenMemory; readonly frames: FrameNumbers | undefined } {
    return { memory: this.memory, frames: this.frames };
  }

  private now(): number {
    return Math.round((performance.now() - this.began) * 1e6);
  }
}

/** Do two stack pointers lie on one stack? */
function onOneStack(a: bigint, b: bigint): boolean {
  return a / STACK_BYTES === b / STACK_BYTES;
}

/** Is a call with this stack pointer made from within one with that? */
function isBelow(inner: bigint, outer: bigint): boolean {
  return !onOneStack(inner, outer) || inner <= outer;
}

/** Has the stack been left without a return? */
function isStale(flight: Flight, sp: bigint): boolean {
  return onOneStack(flight.sp, sp) && flight.sp < sp;
}

/** The CPU of a thread: GDB counts from 1, in hex. */
function cpuOf(thread: string | undefined): { readonly cpu?: CpuId } {
  const cpu = Number.parseInt(thread ?? '1', 16) - 1;
  return cpu > 0 ? { cpu: cpu as CpuId } : {};
}
