/** What a span stands for. */
export type HeapSpanKind = 'trace' | 'phase' | 'call' | 'lifetime';

/** What a number is of: part of an id, and so never to be changed. `planned`: calls that no record made. */
const SPACES: Readonly<Record<HeapSpanKind | 'chance' | 'planned', number>> = {
  trace: 1,
  phase: 2,
  call: 3,
  lifetime: 4,
  chance: 5,
  planned: 6,
};

const ROUNDS = 4;

/** The ids of a run's spans: the same for the same run, and each once. Made of a SHA-256. */
export class SpanIds {
  /** 32 hex digits. */
  readonly traceId: string;
  private readonly keys: readonly number[];

  /** `seed` is 32 bytes. */
  constructor(seed: Uint8Array) {
    this.traceId = hex(seed.subarray(0, 16));
    const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
    this.keys = Array.from({ length: ROUNDS }, (_, round) => view.getUint32(16 + 4 * round));
  }

  /** Id of the span of a kind with a number, a record's or a phase's below 2^48: 16 hex digits. */
  spanId(kind: HeapSpanKind | 'planned', number: number): string {
    const [left, right] = this.mix(SPACES[kind], number);
    return word(left) + word(right);
  }

  /** A number of 0..1 that belongs to a record: the same in every export of this run. */
  chance(record: number): number {
    const [left] = this.mix(SPACES.chance, record);
    return left / 2 ** 32;
  }

  /** A Feistel network: whatever its rounds do, different inputs have different outputs, so no two spans share an id. */
  private mix(space: number, number: number): readonly [left: number, right: number] {
    let left = (space * 2 ** 24 + Math.floor(number / 2 ** 32)) >>> 0;
    let right = number >>> 0;
    for (const key of this.keys) {
      const next = (left ^ scramble((right ^ key) >>> 0)) >>> 0;
      left = right;
      right = next;
    }
    return [left, right];
  }
}

/** The finalizer of MurmurHash3, in the public domain: every bit of the input changes about half of the output's. */
function scramble(input: number): number {
  let value = input;
  value = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2_ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function word(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** Bytes as hex digits, lower case. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
