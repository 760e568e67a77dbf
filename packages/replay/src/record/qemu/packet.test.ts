import { describe, expect, test } from 'vitest';
import { PacketDecoder, encodePacket } from './packet.ts';

describe('packets of the GDB remote protocol', () => {
  test('a payload stands between $ and #, with the sum of its bytes', () => {
    // The example of GDB's manual: the sum of "qSupported" modulo 256.
    expect(encodePacket('qSupported')).toBe('$qSupported#37');
    expect(encodePacket('')).toBe('$#00');
  });

  test('what has a meaning is escaped, and comes back', () => {
    const payload = 'a$b#c}d*e';
    expect(encodePacket(payload).slice(0, -3)).toBe('$a}\u0004b}\u0003c}]d}\u000ae');
    expect(new PacketDecoder().push(encodePacket(payload))).toEqual([{ kind: 'packet', payload }]);
  });

  test('a run length repeats the character before it', () => {
    // GDB's manual: "0* " is "0000"; the sum is that of what was sent.
    expect(new PacketDecoder().push('$0* #7a')).toEqual([{ kind: 'packet', payload: '0000' }]);
    expect(new PacketDecoder().push('$x0*%1#5d')).toEqual([
      { kind: 'nonsense', found: expect.stringContaining('checksum') },
    ]);
  });

  test('bytes may come in any pieces', () => {
    const text = `+${encodePacket('m1000,8')}-${encodePacket('a}b')}`;
    const whole = new PacketDecoder().push(text);
    expect(whole.map(({ kind }) => kind)).toEqual(['ack', 'packet', 'nak', 'packet']);
    for (let cut = 0; cut <= text.length; cut++) {
      const decoder = new PacketDecoder();
      expect([...decoder.push(text.slice(0, cut)), ...decoder.push(text.slice(cut))]).toEqual(whole);
    }
    const decoder = new PacketDecoder();
    expect([...text].flatMap((byte) => decoder.push(byte))).toEqual(whole);
  });

  test.each([
    ['HTTP/1.1 400 Bad Request', 'HTTP/1.1'],
    ['$abc#00', 'checksum 00 where 26 is right'],
    ['$a}#de', 'ends within an escape'],
    ['$*!#4b', 'ends within an escape or a run length'],
    [`$${'x'.repeat(300_000)}`, 'begins no packet that ends'],
  ])('nonsense is told as such: %.20s', (text, found) => {
    expect(new PacketDecoder().push(text)).toEqual([{ kind: 'nonsense', found: expect.stringContaining(found) }]);
  });
});
