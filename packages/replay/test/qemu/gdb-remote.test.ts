import { afterEach, describe, expect, test } from 'vitest';
import { GdbRemote } from '../../src/record/qemu/node/gdb-remote.ts';
import { encodePacket } from '../../src/record/qemu/packet.ts';
import { FakeStub, type StubAnswer } from './fake-stub.ts';

const TIMEOUT = 400;
const stubs: FakeStub[] = [];
const remotes: GdbRemote[] = [];

afterEach(async () => {
  for (const remote of remotes.splice(0)) remote.close();
  for (const stub of stubs.splice(0)) await stub.close();
});

async function connected(
  answer: (payload: string) => StubAnswer,
  mode: 'OK' | '' = 'OK',
): Promise<{ readonly remote: GdbRemote; readonly stub: FakeStub }> {
  const stub = await FakeStub.listen((payload) => {
    if (payload === 'qSupported') return 'PacketSize=1000';
    return payload === 'QStartNoAckMode' ? mode : answer(payload);
  });
  stubs.push(stub);
  const remote = await GdbRemote.connect({ host: '127.0.0.1', port: stub.port, timeout: TIMEOUT });
  remotes.push(remote);
  return { remote, stub };
}

describe('a client of the GDB remote protocol', () => {
  test('asks for registers and memory, sets breakpoints, steps, goes on, interrupts, lets go', async () => {
    const { remote, stub } = await connected((payload) => {
      switch (payload) {
        case 'g':
          return '0102';
        case 'm1000,3':
          return '0a0b0c';
        case 's':
          return 'T05thread:01;';
        case 'c':
          return 'silence';
        case '\u0003':
          return 'T02thread:02;';
        default:
          return 'OK';
      }
    });
    expect(await remote.readRegisters('01')).toEqual(Uint8Array.of(1, 2));
    expect(await remote.readMemory(0x1000n, 3)).toEqual(Uint8Array.of(10, 11, 12));
    await remote.insertBreakpoint(0xffff82d040200000n);
    expect(await remote.step()).toEqual({ kind: 'stopped', signal: 5, thread: '01' });
    const running = remote.resume();
    remote.interrupt();
    expect(await running).toEqual({ kind: 'stopped', signal: 2, thread: '02' });
    await remote.removeBreakpoint(0xffff82d040200000n);
    await remote.detach();
    expect(stub.heard.slice(2)).toEqual([
      'Hg01',
      'g',
      'm1000,3',
      'Z0,ffff82d040200000,1',
      's',
      'c',
      '\u0003',
      'z0,ffff82d040200000,1',
      'D',
    ]);
  });

  test('reads much memory in pieces, and asks for all of them at once', async () => {
    const { remote, stub } = await connected((payload) => {
      const [, address = '', length = ''] = /^m([0-9a-f]+),([0-9a-f]+)$/.exec(payload) ?? [];
      return (Number.parseInt(address, 16) === 0x1000 ? '11' : '22').repeat(Number.parseInt(length, 16));
    });
    const bytes = await remote.readMemory(0x1000n, 2500);
    expect([bytes.length, bytes[0], bytes[1999], bytes[2000], bytes[2499]]).toEqual([2500, 0x11, 0x11, 0x22, 0x22]);
    expect(stub.heard.slice(2)).toEqual(['m1000,7d0', 'm17d0,1f4']);
  });

  test('with acknowledgements takes what comes, and sends one packet after the other', async () => {
    const { remote, stub } = await connected((payload) => (payload === 'm1,1' ? '01' : '02'), '');
    const both = [remote.readMemory(1n, 1), remote.readMemory(2n, 1)];
    expect(await Promise.all(both)).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    await expect.poll(() => stub.signs).toEqual(['ack', 'ack', 'ack', 'ack']);
  });

  test('with acknowledgements sends again what was not taken, and asks again for what came damaged', async () => {
    let asked = 0;
    const { remote, stub } = await connected(() => {
      asked += 1;
      if (asked === 1) return { raw: '-' };
      return { raw: '+$0a#00' };
    }, '');
    const read = remote.readMemory(1n, 1);
    await expect.poll(() => stub.signs).toContain('nak');
    stub.tell('0a');
    expect(await read).toEqual(Uint8Array.of(10));
    expect(stub.heard.slice(2)).toEqual(['m1,1', 'm1,1']);
  });

  test('what the machine prints answers nothing', async () => {
    const { remote } = await connected(() => ({ raw: `${encodePacket('O48690a')}${encodePacket('0a')}` }));
    expect(await remote.readMemory(1n, 1)).toEqual(Uint8Array.of(10));
  });

  test.each<[string, StubAnswer, string, RegExp]>([
    ['silence', 'silence', 'timeout', /no answer to "m1,1" within 0\.4 s/],
    ['a closed connection', 'close', 'closed', /the connection was closed/],
    ['bytes that are no packet', { raw: 'HTTP/1.1 400' }, 'nonsense', /sent "HTTP/],
    ['a wrong checksum', { raw: '$00#ff' }, 'nonsense', /checksum ff where 60 is right/],
    ['no hex', 'hello', 'nonsense', /answered "m1,1" with "hello"; expected bytes in hex/],
    ['too few bytes', '', 'nonsense', /expected bytes in hex/],
    ['too many bytes', '0102', 'nonsense', /with 2 bytes; expected 1 bytes/],
    ['an error', 'E14', 'refused', /with the error E14/],
  ])('%s is an error within the timeout', async (_, answer, problem, message) => {
    const { remote } = await connected(() => answer);
    const begin = performance.now();
    await expect(remote.readMemory(1n, 1)).rejects.toMatchObject({
      name: 'RemoteError',
      problem,
      message: expect.stringMatching(message),
    });
    expect(performance.now() - begin).toBeLessThan(TIMEOUT * 5);
  });

  test('after a failure every request fails the same', async () => {
    const { remote } = await connected(() => 'close');
    const first = await remote.readMemory(1n, 1).catch((error: unknown) => error);
    expect(await remote.step().catch((error: unknown) => error)).toBe(first);
  });

  test('where nobody listens it says so within the timeout', async () => {
    const stub = await FakeStub.listen(() => 'silence');
    const { port } = stub;
    await stub.close();
    await expect(GdbRemote.connect({ host: '127.0.0.1', port, timeout: 200 })).rejects.toMatchObject({
      problem: 'closed',
      message: expect.stringContaining(`start QEMU with -S -gdb tcp:127.0.0.1:${port}`),
    });
  });
});
