/** What a made ELF file is to have. */
export interface TinyElf {
  readonly bits: 32 | 64;
  readonly machine: number;
  readonly buildId?: string;
  readonly symbols: readonly TinySymbol[];
  /** Bytes of code, from `codeAddress` on. */
  readonly code?: Uint8Array;
  readonly codeAddress?: bigint;
}

export interface TinySymbol {
  readonly name: string;
  readonly address: bigint;
  readonly size?: number;
  /** 1 for data, 2 for a function, which is the default. */
  readonly type?: number;
}

/** An ELF file with a symbol table, a build id and one section of code: nothing else, nothing aligned. */
export function tinyElf({
  bits,
  machine,
  buildId,
  symbols,
  code = new Uint8Array(),
  codeAddress = 0n,
}: TinyElf): Uint8Array {
  const wide = bits === 64;
  const headerSize = wide ? 64 : 52;
  const sectionSize = wide ? 64 : 40;
  const symbolSize = wide ? 24 : 16;
  const out: number[] = Array.from({ length: headerSize }, () => 0);
  const put = (at: number, size: number, value: bigint | number): void => {
    let rest = BigInt(value);
    for (let index = 0; index < size; index++) {
      out[at + index] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  };
  const append = (size: number, value: bigint | number): void => put(out.length, size, value);
  const word = wide ? 8 : 4;

  const codeOffset = out.length;
  out.push(...code);
  const noteOffset = out.length;
  if (buildId !== undefined) {
    append(4, 4);
    append(4, buildId.length / 2);
    append(4, 3);
    out.push(0x47, 0x4e, 0x55, 0);
    for (let at = 0; at < buildId.length; at += 2) out.push(Number.parseInt(buildId.slice(at, at + 2), 16));
  }
  const noteSize = out.length - noteOffset;
  const names: number[] = [0];
  const symbolOffset = out.length;
  for (let index = 0; index < symbolSize; index++) out.push(0);
  for (const { name, address, size = 16, type = 2 } of symbols) {
    append(4, names.length);
    for (const character of `${name}\0`) names.push(character.charCodeAt(0));
    if (wide) {
      append(1, type);
      append(1, 0);
      append(2, 1);
      append(8, address);
      append(8, size);
    } else {
      append(4, address);
      append(4, size);
      append(1, type);
      append(1, 0);
      append(2, 1);
    }
  }
  const symbolBytes = out.length - symbolOffset;
  const stringOffset = out.length;
  out.push(...names);
  const table = out.length;
  const section = (
    type: number,
    flags: number,
    address: bigint,
    offset: number,
    size: number,
    link: number,
    entry: number,
  ): void => {
    append(4, 0);
    append(4, type);
    append(word, flags);
    append(word, address);
    append(word, offset);
    append(word, size);
    append(4, link);
    append(4, 0);
    append(word, 0);
    append(word, entry);
  };
  section(0, 0, 0n, 0, 0, 0, 0);
  section(1, 6, codeAddress, codeOffset, code.length, 0, 0);
  section(7, 2, 0x9000n, noteOffset, noteSize, 0, 0);
  section(2, 0, 0n, symbolOffset, symbolBytes, 4, symbolSize);
  section(3, 0, 0n, stringOffset, names.length, 0, 0);

  out.splice(0, 6, 0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, 1);
  put(18, 2, machine);
  put(wide ? 0x28 : 0x20, word, table);
  put(wide ? 0x3a : 0x2e, 2, sectionSize);
  put(wide ? 0x3c : 0x30, 2, 5);
  return Uint8Array.from(out);
}
