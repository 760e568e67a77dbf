import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { bytesOfHex } from '../hex.ts';
import { PacketDecoder, type RemoteItem, encodePacket } from '../packet.ts';
import { RemoteError } from '../remote-error.ts';
import { type StopReply, parseStopReply } from '../stop-reply.ts';
import type { RemoteTarget } from '../target.ts';

/** Where a stub listens, and how long it may take to answer. */
export interface RemoteAddress {
  readonly host: string;
  readonly port: number;
  /** Milliseconds within which an answer must come, and a connection be made. */
  readonly timeout: number;
}

interface Pending {
  readonly packet: string;
  readonly resolve: (payload: string) => void;
  readonly reject: (error: Error) => void;
  /** Runs while an answer is due; the answer to a resumed target may take any time. */
  timer: NodeJS.Timeout | undefined;
  attempts: number;
}

/** How often a packet is sent before a stub that does not take it is given up. */
const MOST_ATTEMPTS = 3;
/** Milliseconds between two attempts to connect. */
const RETRY_PAUSE = 50;
/** Bytes of memory asked for at once: QEMU's answer has at most 4 KiB. */
const MOST_BYTES = 2000;

/** A target behind a stub of the GDB remote protocol, over TCP. Requests are answered in the order in which they were made. */
export class GdbRemote implements RemoteTarget {
  private readonly socket: Socket;
  private readonly timeout: number;
  private readonly where: string;
  private readonly decoder = new PacketDecoder();
  private readonly pending: Pending[] = [];
  private acknowledged = true;
  private failure: RemoteError | undefined;

  private constructor(socket: Socket, { host, port, timeout }: RemoteAddress) {
    this.socket = socket;
    this.timeout = timeout;
    this.where = `${host}:${port}`;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.receive(String(text)));
    socket.on('error', (error) => this.fail('closed', `the connection broke (${error.message})`));
    socket.on('close', () => this.fail('closed', 'the connection was closed'));
  }

  /** Connects; waits for somebody who is about to listen. Throws {@link RemoteError}. */
  static async connect(address: RemoteAddress, signal?: AbortSignal): Promise<GdbRemote> {
    const remote = new GdbRemote(await openSocket(address, signal), address);
    try {
      await remote.request('qSupported');
      if ((await remote.request('QStartNoAckMode')) === 'OK') remote.acknowledged = false;
      return remote;
    } catch (error) {
      remote.close();
      throw error;
    }
  }

  /** Sends a packet and gives the payload of the answer, which must come within the timeout. Throws {@link RemoteError}. */
  request(payload: string): Promise<string> {
    return this.send(payload, this.timeout);
  }

  async readRegisters(thread: string | undefined): Promise<Uint8Array> {
    if (thread !== undefined) void this.expectOk(`Hg${thread}`).catch(() => {});
    return this.bytes('g', await this.request('g'));
  }

  async readMemory(address: bigint, length: number): Promise<Uint8Array> {
    const parts: Promise<Uint8Array>[] = [];
    for (let offset = 0; offset < length; offset += MOST_BYTES) {
      parts.push(this.readPiece(address + BigInt(offset), Math.min(MOST_BYTES, length - offset)));
    }
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of await Promise.all(parts)) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  private async readPiece(address: bigint, length: number): Promise<Uint8Array> {
    const request = `m${address.toString(16)},${length.toString(16)}`;
    const bytes = this.bytes(request, await this.request(request));
    if (bytes.length !== length) {
      throw this.wrong('nonsense', request, `${bytes.length} bytes`, `${length} bytes`);
    }
    return bytes;
  }

  async insertBreakpoint(address: bigint): Promise<void> {
    await this.expectOk(`Z0,${address.toString(16)},1`);
  }

  async removeBreakpoint(address: bigint): Promise<void> {
    await this.expectOk(`z0,${address.toString(16)},1`);
  }

  async step(): Promise<StopReply> {
    return this.stopReply('s', await this.request('s'));
  }

  async resume(): Promise<StopReply> {
    return this.stopReply('c', await this.send('c', undefined));
  }

  interrupt(): void {
    if (this.failure === undefined) this.socket.write('\u0003', 'latin1');
  }

  async threads(): Promise<number> {
    const first = await this.request('qfThreadInfo');
    let count = 0;
    for (let answer = first; answer.startsWith('m'); answer = await this.request('qsThreadInfo')) {
      count += answer.slice(1).split(',').length;
    }
    return Math.max(1, count);
  }

  async detach(): Promise<void> {
    await this.request('D');
    this.close();
  }

  close(): void {
    this.failure ??= new RemoteError('closed', `${this.where}: we have closed the connection`);
    this.socket.destroy();
    for (const { timer } of this.pending) clearTimeout(timer);
  }

  private async expectOk(request: string): Promise<void> {
    const answer = await this.request(request);
    if (answer !== 'OK') throw this.wrong('refused', request, quote(answer), '"OK"');
  }

  private bytes(request: string, answer: string): Uint8Array {
    if (/^E[0-9a-f]{2}$/i.test(answer)) throw this.wrong('refused', request, `the error ${answer}`, 'bytes in hex');
    const bytes = bytesOfHex(answer);
    if (bytes === undefined || bytes.length === 0) throw this.wrong('nonsense', request, quote(answer), 'bytes in hex');
    return bytes;
  }

  private stopReply(request: string, answer: string): StopReply {
    const reply = parseStopReply(answer);
    if (reply === undefined) throw this.wrong('nonsense', request, quote(answer), 'why it stopped (S, T, W or X)');
    return reply;
  }

  private wrong(problem: 'nonsense' | 'refused', request: string, found: string, expected: string): RemoteError {
    return new RemoteError(
      problem,
      `${this.where}: answered "${request}" with ${found}; expected ${expected}. Next: see that a gdbstub of QEMU 7.2 or newer listens there`,
    );
  }

  private send(payload: string, timeout: number | undefined): Promise<string> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const timer =
        timeout === undefined ? undefined : setTimeout(() => this.fail('timeout', this.silence(payload)), timeout);
      const packet = encodePacket(payload);
      this.pending.push({ packet, resolve, reject, timer, attempts: 1 });
      // With acknowledgements, nothing may be sent before the answer to what was sent is here.
      if (!this.acknowledged || this.pending.length === 1) this.socket.write(packet, 'latin1');
    });
  }

  private silence(payload: string): string {
    return `no answer to "${payload.slice(0, 40)}" within ${this.timeout / 1000} s`;
  }

  private receive(text: string): void {
    for (const item of this.decoder.push(text)) {
      if (this.failure !== undefined) return;
      this.take(item);
    }
  }

  private take(item: RemoteItem): void {
    switch (item.kind) {
      case 'ack':
        return;
      case 'nak':
        this.again('refuses what we sent');
        return;
      case 'nonsense':
        if (this.acknowledged && this.pending.length > 0) this.again(`sent ${item.found}`, '-');
        else this.fail('nonsense', `sent ${item.found}`);
        return;
      case 'packet':
        this.answer(item.payload);
        return;
    }
  }

  /** Sends the oldest packet once more, or asks for its answer once more. */
  private again(why: string, instead?: string): void {
    const [oldest] = this.pending;
    if (oldest === undefined || oldest.attempts >= MOST_ATTEMPTS) {
      this.fail('nonsense', why);
      return;
    }
    oldest.attempts += 1;
    this.socket.write(instead ?? oldest.packet, 'latin1');
  }

  private answer(payload: string): void {
    if (this.acknowledged) this.socket.write('+', 'latin1');
    // What the target prints on its console may come at any time, and answers nothing.
    if (/^O[0-9a-f]/i.test(payload)) return;
    const oldest = this.pending.shift();
    if (oldest === undefined) {
      // Told that it has ended, though nobody asked.
      if (parseStopReply(payload) === undefined) this.fail('nonsense', `sent ${quote(payload)} unasked`);
      return;
    }
    clearTimeout(oldest.timer);
    oldest.resolve(payload);
    const [next] = this.pending;
    if (this.acknowledged && next !== undefined) this.socket.write(next.packet, 'latin1');
  }

  private fail(problem: 'closed' | 'timeout' | 'nonsense', what: string): void {
    if (this.failure !== undefined) return;
    const next =
      problem === 'closed'
        ? 'see whether QEMU is still there, and what it said'
        : 'see that a gdbstub of QEMU listens there, and nobody else is connected to it';
    const error = new RemoteError(problem, `${this.where}: ${what}; expected an answer of a gdbstub. Next: ${next}`);
    this.failure = error;
    this.socket.destroy();
    for (const { timer, reject } of this.pending.splice(0)) {
      clearTimeout(timer);
      reject(error);
    }
  }
}

async function openOnce(host: string, port: number, timeout: number): Promise<Socket> {
  const socket = connect({ host, port });
  const timer = setTimeout(() => socket.destroy(new Error('it does not answer')), timeout);
  try {
    await once(socket, 'connect');
    return socket;
  } finally {
    clearTimeout(timer);
  }
}

async function openSocket({ host, port, timeout }: RemoteAddress, signal: AbortSignal | undefined): Promise<Socket> {
  const end = performance.now() + timeout;
  for (;;) {
    try {
      return await openOnce(host, port, timeout);
    } catch (error) {
      if (performance.now() >= end || signal?.aborted === true) {
        const why = error instanceof Error ? error.message : String(error);
        throw new RemoteError(
          'closed',
          `${host}:${port}: no connection (${why}); expected a gdbstub that listens. Next: start QEMU with -S -gdb tcp:${host}:${port}`,
        );
      }
      await pause(RETRY_PAUSE);
    }
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 40)}…`);
}
