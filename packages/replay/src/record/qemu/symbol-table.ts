import type { ElfFile, ElfSegment, ElfSymbol } from './elf.ts';

/** The names of a program's code and variables, and the code itself. */
export class SymbolTable {
  private readonly byName = new Map<string, ElfSymbol>();
  /** Rising by address, one a place. */
  private readonly code: readonly ElfSymbol[];
  private readonly segments: readonly ElfSegment[];

  constructor({ symbols, code }: Pick<ElfFile, 'symbols' | 'code'>) {
    for (const symbol of symbols) {
      if (!this.byName.has(symbol.name)) this.byName.set(symbol.name, symbol);
    }
    this.code = oneForEachPlace(symbols.filter(({ isCode }) => isCode));
    this.segments = code;
  }

  /** Where a symbol lies; `undefined` if there is none of that name. */
  addressOf(name: string): bigint | undefined {
    return this.byName.get(name)?.address;
  }

  /** The code that an address lies in; `undefined` outside of all code. */
  codeAt(address: bigint): ElfSymbol | undefined {
    if (this.bytesAt(address, 1) === undefined) return undefined;
    let low = 0;
    let high = this.code.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const symbol = this.code[middle];
      if (symbol !== undefined && symbol.address <= address) low = middle + 1;
      else high = middle;
    }
    return this.code[low - 1];
  }

  /** An address of code as `function+0x1f`; the number alone where no function is known. */
  describe(address: bigint): string {
    const symbol = this.codeAt(address);
    if (symbol === undefined) return `0x${address.toString(16)}`;
    return `${symbol.name}+0x${(address - symbol.address).toString(16)}`;
  }

  /** `length` bytes of code as the file has them; `undefined` where there are none. */
  bytesAt(address: bigint, length: number): Uint8Array | undefined {
    for (const { address: start, bytes } of this.segments) {
      const offset = Number(address - start);
      if (offset >= 0 && offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
    }
    return undefined;
  }
}

/** Of several names of one place the one that says how much code it is, then the first. */
function oneForEachPlace(symbols: readonly ElfSymbol[]): ElfSymbol[] {
  const sorted = [...symbols].sort((a, b) => {
    if (a.address !== b.address) return a.address < b.address ? -1 : 1;
    return b.size - a.size;
  });
  return sorted.filter((symbol, index) => symbol.address !== sorted[index - 1]?.address);
}
