import type { CpuId, DomainId, HeapCall, NodeId } from '@heaplay/core';
import { hexOf } from '../../trace/bytes.ts';
import { Registers } from './abi.ts';
import { BootWatch } from './boot-watch.ts';
import { Breakpoints } from './breakpoints.ts';
import { CallEntry } from './call-entry.ts';
import { type CallSource, readArguments, readReturned } from './call-reader.ts';
import { DomainLedger } from './domain-ledger.ts';
import { Flights, STACK_BYTES } from './flight.ts';
import type { FrameNumbers } from './frame-numbers.ts';
import { walkFreeLists } from './free-list-walk.ts';
import { RecordQueue } from './record-queue.ts';
import type { RecordingOptions, RecordingResult, RecordingSink } from './recording.ts';
import { RecordingError, RemoteError } from './remote-error.ts';
import { runUntilStop } from './run-until-stop.ts';
import type { RemoteTarget } from './target.ts';
import { WATCHED_FUNCTIONS, type WatchedFunction } from './watched-function.ts';
import type { XenMemory } from './xen-memory.ts';

/** Bytes of the stack that are read at every call, for arguments and callers: as many as one answer holds. */
const STACK_WINDOW = 1984;

/** Where a Xen goes that will do no more: on one architecture or another. */
const ENDS: ReadonlySet<string> = new Set([
  'panic',
  'fatal_trap',
  'do_unexpected_trap',
  'machine_halt',
  'machine_restart',
]);

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
  await refuseLate(memory);
  const recorder = new XenRecorder(target, memory, sink, options, await target.threads());
  try {
    return await recorder.run();
  } catch (error) {
    await recorder.letGo();
    const gone = error instanceof RemoteError && error.problem === 'closed' ? await options.gone?.() : undefined;
    if (gone === undefined) throw error;
    return recorder.result('exited', false, gone);
  }
}

async function refuseLate(memory: XenMemory): Promise<void> {
  let free: bigint;
  try {
    free = await memory.wordOf('total_avail_pages');
  } catch (error) {
    // Before paging is on there is nothing at that address.
    if (error instanceof RemoteError && error.problem === 'refused') return;
    throw error;
  }
  if (free === 0n) return;
  throw new RecordingError(
    `found a heap with ${free} free pages; expected a Xen that has not set up its heap yet: a trace begins at power-on. Next: start QEMU with -S, and record before it runs`,
  );
}

class XenRecorder {
  private readonly target: RemoteTarget;
  private readonly memory: XenMemory;
  private readonly options: RecordingOptions;
  private readonly queue: RecordQueue;
  private readonly breakpoints: Breakpoints;
  private readonly flights = new Flights();
  private readonly boot: BootWatch;
  private domains: DomainLedger;
  private nodes: readonly NodeId[] = [0 as NodeId];
  private frames: FrameNumbers | undefined;
  private isBuildChecked = false;
  /** Since when an end that is wanted waits for a guest. */
  private guestSince: number | undefined;
  private calls = 0;
  private freePages = 0;
  private abandoned = 0;
  private readonly began = performance.now();

  constructor(target: RemoteTarget, memory: XenMemory, sink: RecordingSink, options: RecordingOptions, cpus: number) {
    this.target = target;
    this.memory = memory;
    this.options = options;
    this.queue = new RecordQueue(sink);
    this.breakpoints = new Breakpoints(target);
    this.boot = new BootWatch(memory, options.recorder, cpus);
    this.domains = new DomainLedger(memory, this.nodes);
  }

  async run(): Promise<RecordingResult> {
    const { end, functions, timeout } = this.options;
    for (const watched of WATCHED_FUNCTIONS) {
      const address = this.memory.symbols.addressOf(watched.symbol);
      if (address !== undefined && watched.sets.includes(functions)) await this.breakpoints.watch(address, watched);
    }
    for (const name of ENDS) {
      const address = this.memory.symbols.addressOf(name);
      if (address !== undefined) await this.breakpoints.stopAt(address, name);
    }
    for (;;) {
      const stop = await runUntilStop(this.target, end, timeout);
      if (stop.kind === 'exited') return await this.finish('exited', false, stop.status);
      const registers = new Registers(this.memory.abi, await this.target.readRegisters(stop.thread));
      const isReadable = registers.inHypervisor;
      const place = isReadable ? this.breakpoints.placeAt(registers.pc) : undefined;
      if (place !== undefined && ENDS.has(place)) {
        // In the middle of a call its lists are whatever they are.
        return await this.finish('died', this.flights.areQuiet && (await this.walk()), place);
      }
      await this.look(registers, stop.thread);
      const reason = this.wantsEnd();
      if (reason === undefined || !this.flights.areQuiet) continue;
      if (isReadable) return await this.finish(reason, await this.walk());
      if (!(await this.awaitHypervisor())) return await this.finish(reason, false);
    }
  }

  /** Passes on what is there though there will be no more. */
  async letGo(): Promise<void> {
    for (const flight of this.flights.takeAll()) this.abandon(flight.slots);
    if (!this.queue.hasBegun && this.queue.length > 0) await this.queue.begin(this.boot.bareHeader());
  }

  private async finish(reason: RecordingResult['reason'], walked: boolean, exit?: string): Promise<RecordingResult> {
    await this.letGo();
    return this.result(reason, walked, exit);
  }

  /** What has come of the recording. */
  result(reason: RecordingResult['reason'], walked: boolean, exit?: string): RecordingResult {
    const { calls, freePages, abandoned } = this;
    return { reason, calls, freePages, walked, abandoned, ...(exit === undefined ? {} : { exit }) };
  }

  private wantsEnd(): 'asked' | 'calls' | undefined {
    const { end, calls } = this.options;
    if (end.aborted) return 'asked';
    return calls !== undefined && this.calls >= calls ? 'calls' : undefined;
  }

  /** A guest runs: has the machine stop when it next leaves the hypervisor. Gives up after the timeout. */
  private async awaitHypervisor(): Promise<boolean> {
    const { guestEntry } = this.memory.layout;
    if (guestEntry !== undefined && this.memory.has(guestEntry)) {
      await this.breakpoints.stopAt(this.memory.addressOf(guestEntry), guestEntry);
    }
    this.guestSince ??= performance.now();
    return performance.now() - this.guestSince < this.options.timeout;
  }

  /** Looks at a machine that has stopped, and carries it over the breakpoint that it stands at. */
  private async look(registers: Registers, thread: string | undefined): Promise<void> {
    const { pc } = registers;
    if (registers.inHypervisor) {
      const watched = this.breakpoints.entryAt(pc);
      if (watched !== undefined) await this.enter(watched, registers, thread);
      else if (this.breakpoints.isReturn(pc)) await this.leave(registers, thread);
    }
    // A step does not always carry an instruction out: then the machine stops here again, which is noticed.
    if (this.breakpoints.has(pc)) await this.target.step();
  }

  private async enter(watched: WatchedFunction, registers: Registers, thread: string | undefined): Promise<void> {
    const { memory } = this;
    const { sp } = registers;
    if (this.flights.isKnown(watched, thread, sp)) return;
    for (const { slots, returnAddress } of this.flights.takeStale(thread, sp)) {
      this.abandon(slots);
      await this.breakpoints.forgetReturn(returnAddress);
    }
    // What a call inside of another one does follows from the model.
    if (this.flights.isInside(thread, sp)) return;
    await this.checkBuild();
    const at = this.now();
    const [stack, freePages, needScrub] = await Promise.all([
      memory.bytes(sp, Math.min(STACK_WINDOW, Number(STACK_BYTES - (sp % STACK_BYTES)))),
      memory.wordOf('total_avail_pages'),
      this.needScrub(watched),
    ]);
    const entry = new CallEntry(memory.abi, registers, stack);
    const given = await readArguments(this.source, watched, entry);
    const calls = await watched.calls(given);
    await this.tellBefore(calls, given.domains);
    this.freePages = Number(freePages);
    const seen = { at, caller: entry.callers(memory.symbols), ...cpuOf(thread) };
    const before = this.frames !== undefined && watched.onHeap ? { freePagesBefore: this.freePages } : {};
    const slots = calls.map((call, index) =>
      // Between the calls that one call stands for nobody has looked.
      this.queue.add({ ...call, ...seen, ...(index === 0 ? before : {}) }),
    );
    const { returnAddress } = entry;
    this.flights.add({ watched, thread, entry, returnAddress, slots, raw: given.raw, needScrub });
    await this.breakpoints.expectReturn(returnAddress);
  }

  private async leave(registers: Registers, thread: string | undefined): Promise<void> {
    for (const flight of this.flights.takeReturned(thread, registers.pc, registers.sp)) {
      const { watched, slots, returnAddress } = flight;
      const returned = readReturned(this.source, registers, flight.raw, async () => {
        return flight.needScrub - (await this.needScrub(watched));
      });
      const outcome = (await watched.outcome?.(returned)) ?? {};
      for (const slot of slots) this.queue.settle(slot, outcome);
      this.calls += slots.length;
      await this.breakpoints.forgetReturn(returnAddress);
      if (watched.symbol === 'end_boot_allocator') await this.beginTrace();
      this.options.progress?.({ calls: this.calls, freePages: this.freePages });
    }
  }

  /** What the model has to know before it hears of these calls. */
  private async tellBefore(calls: readonly HeapCall[], domains: ReadonlyMap<DomainId, bigint>): Promise<void> {
    for (const call of calls) {
      for (const record of await this.boot.hear(call)) this.queue.tell(record);
    }
    for (const [domain, address] of domains) {
      for (const record of await this.domains.news(domain, address)) this.queue.tell(record);
    }
  }

  private async beginTrace(): Promise<void> {
    const { header, frames } = await this.boot.booted();
    this.frames = frames;
    this.nodes = header.machine.nodes.map(({ id }) => id);
    this.domains = new DomainLedger(this.memory, this.nodes);
    await this.queue.begin(header);
  }

  /** At the first call: is this the Xen that the symbols are of? */
  private async checkBuild(): Promise<void> {
    const { buildIdAddress, layout } = this.memory;
    if (this.isBuildChecked || buildIdAddress === undefined) return;
    this.isBuildChecked = true;
    const found = hexOf(await this.memory.bytes(buildIdAddress, layout.buildId.length / 2));
    if (found === layout.buildId) return;
    throw new RecordingError(
      `found a Xen of build ${found}; expected ${layout.buildId}, which the symbols are of. Next: give the symbols of the Xen that runs`,
    );
  }

  private abandon(slots: Parameters<Flights['add']>[0]['slots']): void {
    for (const slot of slots) this.queue.drop(slot);
    this.abandoned += 1;
  }

  /** Pages that wait for a scrub on any node, where the call is one that scrubs. */
  private async needScrub({ symbol }: WatchedFunction): Promise<number> {
    if (symbol !== 'scrub_free_pages') return 0;
    const { memory } = this;
    const { wordBytes } = memory.abi;
    const count = Math.max(...this.nodes) + 1;
    const bytes = await memory.bytes(memory.addressOf('node_need_scrub'), count * wordBytes);
    let sum = 0;
    for (let index = 0; index < count; index++) sum += Number(memory.wordIn(bytes, index * wordBytes));
    return sum;
  }

  /** Looks at the free lists, if there are any yet. */
  private async walk(): Promise<boolean> {
    if (this.frames === undefined) return false;
    const at = this.now();
    const freePages = Number(await this.memory.wordOf('total_avail_pages'));
    const nodes = await walkFreeLists(this.memory, this.frames, this.nodes, freePages);
    this.queue.tell({ type: 'observe_heap', at, freePages, nodes });
    return true;
  }

  private get source(): CallSource {
    return { memory: this.memory, frames: this.frames };
  }

  private now(): number {
    return Math.round((performance.now() - this.began) * 1e6);
  }
}

/** The CPU of a thread: GDB counts from 1, in hex. */
function cpuOf(thread: string | undefined): { readonly cpu?: CpuId } {
  const cpu = Number.parseInt(thread ?? '1', 16) - 1;
  return cpu > 0 ? { cpu: cpu as CpuId } : {};
}
