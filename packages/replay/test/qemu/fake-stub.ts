import { once } from 'node:events';
import { type Server, type Socket, createServer } from 'node:net';
import { PacketDecoder, encodePacket } from '../../src/record/qemu/packet.ts';

/** What a stub does with a packet: answers, or something else. */
export type StubAnswer = string | { readonly raw: string } | 'silence' | 'close';

/** A stub of the GDB remote protocol that does as a script says, on a real socket. */
export class FakeStub {
  /** Every payload that came, in order; `\u0003` for an interrupt. */
  readonly heard: string[] = [];
  /** Signs that a packet was taken, or not. */
  readonly signs: string[] = [];
  private readonly server: Server;
  private readonly answer: (payload: string) => StubAnswer;
  private socket: Socket | undefined;
  private acknowledges = true;

  private constructor(answer: (payload: string) => StubAnswer) {
    this.answer = answer;
    this.server = createServer((socket) => this.serve(socket));
  }

  static async listen(answer: (payload: string) => StubAnswer): Promise<FakeStub> {
    const stub = new FakeStub(answer);
    stub.server.listen(0, '127.0.0.1');
    await once(stub.server, 'listening');
    return stub;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the stub does not listen');
    return address.port;
  }

  /** Sends a packet unasked: a machine that was running has stopped. */
  tell(payload: string): void {
    this.socket?.write(encodePacket(payload), 'latin1');
  }

  async close(): Promise<void> {
    this.socket?.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(socket: Socket): void {
    this.socket = socket;
    socket.setEncoding('latin1');
    // The other side may go at any time.
    socket.on('error', () => {});
    const decoder = new PacketDecoder();
    socket.on('data', (data) => {
      for (const [index, text] of String(data).split('\u0003').entries()) {
        if (index > 0) this.hear('\u0003');
        for (const item of decoder.push(text)) {
          if (item.kind === 'packet') this.hear(item.payload);
          else this.signs.push(item.kind);
        }
      }
    });
  }

  private hear(payload: string): void {
    this.heard.push(payload);
    const answer = this.answer(payload);
    const sign = this.acknowledges && payload !== '\u0003' ? '+' : '';
    if (payload === 'QStartNoAckMode' && answer === 'OK') this.acknowledges = false;
    if (answer === 'silence') return;
    if (answer === 'close') this.socket?.destroy();
    else this.socket?.write(typeof answer === 'string' ? `${sign}${encodePacket(answer)}` : answer.raw, 'latin1');
  }
}
