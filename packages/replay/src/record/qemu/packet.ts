/** What a stub sent: a packet, whether it took ours, or something that the protocol does not know. */
export type RemoteItem =
  | { readonly kind: 'packet'; readonly payload: string }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'nonsense'; readonly found: string };

const ESCAPED: ReadonlySet<string> = new Set(['$', '#', '}', '*']);
const ESCAPE_BIT = 0x20;
/** A run-length count is written as a printable character: this much above the repetitions. */
const RUN_OFFSET = 29;
/** No answer that we ask for comes near to it. */
const LONGEST_PACKET = 1 << 18;

/** A packet of the GDB remote protocol around a payload of bytes, one a character: escapes and checksum. */
export function encodePacket(payload: string): string {
  let body = '';
  for (const character of payload) {
    body += ESCAPED.has(character) ? `}${String.fromCharCode(character.charCodeAt(0) ^ ESCAPE_BIT)}` : character;
  }
  return `$${body}#${checksum(body)}`;
}

/** Puts packets together from bytes as they arrive: undoes escapes and run lengths, compares checksums. */
export class PacketDecoder {
  private pending = '';

  /** Takes bytes, one a character, and gives what is complete. */
  push(text: string): RemoteItem[] {
    this.pending += text;
    const items: RemoteItem[] = [];
    for (let item = this.take(); item !== undefined; item = this.take()) items.push(item);
    return items;
  }

  private take(): RemoteItem | undefined {
    const { pending } = this;
    const first = pending[0];
    if (first === undefined) return undefined;
    if (first === '+' || first === '-') {
      this.pending = pending.slice(1);
      return { kind: first === '+' ? 'ack' : 'nak' };
    }
    if (first !== '$') return this.nonsense(pending);
    const end = pending.indexOf('#');
    if (end < 0 || pending.length < end + 3) {
      return pending.length > LONGEST_PACKET ? this.nonsense(pending) : undefined;
    }
    this.pending = pending.slice(end + 3);
    const body = pending.slice(1, end);
    const sum = pending.slice(end + 1, end + 3).toLowerCase();
    if (sum !== checksum(body)) {
      return { kind: 'nonsense', found: `a packet with the checksum ${sum} where ${checksum(body)} is right` };
    }
    const payload = unpack(body);
    return payload === undefined
      ? { kind: 'nonsense', found: `a packet that ends within an escape or a run length: ${quote(body)}` }
      : { kind: 'packet', payload };
  }

  private nonsense(text: string): RemoteItem {
    this.pending = '';
    return { kind: 'nonsense', found: `${quote(text)}, which begins no packet that ends` };
  }
}

function unpack(body: string): string | undefined {
  if (!body.includes('}') && !body.includes('*')) return body;
  let payload = '';
  for (let at = 0; at < body.length; at++) {
    const character = body.charAt(at);
    if (character === '}') {
      at += 1;
      if (at >= body.length) return undefined;
      payload += String.fromCharCode(body.charCodeAt(at) ^ ESCAPE_BIT);
    } else if (character === '*') {
      at += 1;
      const times = body.charCodeAt(at) - RUN_OFFSET;
      if (payload === '' || !(times > 0)) return undefined;
      payload += payload.slice(-1).repeat(times);
    } else {
      payload += character;
    }
  }
  return payload;
}

/** The sum of the bytes between `$` and `#`, as two hex digits. */
export function checksum(body: string): string {
  let sum = 0;
  for (let at = 0; at < body.length; at++) sum = (sum + body.charCodeAt(at)) & 0xff;
  return sum.toString(16).padStart(2, '0');
}

function quote(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 40)}…`);
}
