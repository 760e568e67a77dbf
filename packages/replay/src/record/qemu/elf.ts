import { hexOf } from '../../trace/bytes.ts';

/** A function, a variable or a place of an ELF file. */
export interface ElfSymbol {
  readonly name: string;
  readonly address: bigint;
  /** Bytes; 0 where the file does not say. */
  readonly size: number;
  /** Does it name code? A label of assembly does so too. */
  readonly isCode: boolean;
}

/** Bytes of the file that lie at an address of the running program. */
export interface ElfSegment {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** What a recorder needs of an ELF file. */
export interface ElfFile {
  /** ELF's number of the architecture (`e_machine`): 62 x86-64, 183 AArch64, 40 Arm. */
  readonly machine: number;
  /** GNU's build id in hex; `undefined` where there is none. */
  readonly buildId: string | undefined;
  /** Where the build id lies in the running program. */
  readonly buildIdAddress: bigint | undefined;
  readonly symbols: readonly ElfSymbol[];
  readonly code: readonly ElfSegment[];
}

/** A file is no ELF file that can be read. */
export class ElfError extends Error {
  override readonly name = 'ElfError';
}

const MAGIC = 0x7f454c46;
const SECTION = { progbits: 1, symtab: 2, note: 7 } as const;
const FLAG_EXECUTABLE = 4;
const SYMBOL = { none: 0, object: 1, func: 2 } as const;
const NOTE_BUILD_ID = 3;
/** Section numbers from here on are no sections: absolute and common symbols. */
const RESERVED_SECTIONS = 0xff00;

/**
 * Reads symbols, code and build id of a little-endian ELF file, of 32 or 64 bits. Throws {@link ElfError}.
 * System V ABI, "Object Files"; the note is GNU's.
 */
export function readElf(file: Uint8Array): ElfFile {
  try {
    return new Reader(file).read();
  } catch (error) {
    // A place beyond the end of the file.
    if (error instanceof RangeError) throw new ElfError('an ELF file that is cut short');
    throw error;
  }
}

interface Section {
  readonly type: number;
  readonly flags: number;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entrySize: number;
}

class Reader {
  private readonly file: Uint8Array;
  private readonly view: DataView;
  private readonly wide: boolean;

  constructor(file: Uint8Array) {
    this.file = file;
    this.view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    if (file.length < 20 || this.view.getUint32(0) !== MAGIC) throw new ElfError('no ELF file: its first bytes differ');
    if (file[5] !== 1) throw new ElfError('an ELF file that is not little-endian');
    if (file[4] !== 1 && file[4] !== 2) throw new ElfError('an ELF file of neither 32 nor 64 bits');
    this.wide = file[4] === 2;
  }

  read(): ElfFile {
    const sections = this.sections();
    const symtab = sections.find(({ type }) => type === SECTION.symtab);
    const note = this.buildId(sections.filter(({ type }) => type === SECTION.note));
    return {
      machine: this.view.getUint16(18, true),
      buildId: note?.id,
      buildIdAddress: note?.address,
      symbols: symtab === undefined ? [] : this.symbols(symtab, sections),
      code: sections
        // tools mark some of Xen's sections with more flags than they need: what is executable is code.
        .filter(({ type, flags }) => type === SECTION.progbits && (flags & FLAG_EXECUTABLE) !== 0)
        .map(({ address, offset, size }) => ({ address, bytes: this.bytes(offset, size) })),
    };
  }

  private sections(): Section[] {
    const { view, wide } = this;
    const table = this.word(wide ? 0x28 : 0x20);
    const size = view.getUint16(wide ? 0x3a : 0x2e, true);
    const count = view.getUint16(wide ? 0x3c : 0x30, true);
    return Array.from({ length: count }, (_, index) => this.section(table + index * size));
  }

  private section(at: number): Section {
    const { view, wide } = this;
    return {
      type: view.getUint32(at + 4, true),
      flags: this.word(at + 8),
      address: this.address(at + (wide ? 16 : 12)),
      offset: this.word(at + (wide ? 24 : 16)),
      size: this.word(at + (wide ? 32 : 20)),
      link: view.getUint32(at + (wide ? 40 : 24), true),
      entrySize: this.word(at + (wide ? 56 : 36)),
    };
  }

  private symbols(symtab: Section, sections: readonly Section[]): ElfSymbol[] {
    const { view, wide } = this;
    const strings = sections[symtab.link];
    if (strings === undefined || symtab.entrySize === 0) throw new ElfError('an ELF file whose symbols have no names');
    const found: ElfSymbol[] = [];
    for (let at = symtab.offset; at + symtab.entrySize <= symtab.offset + symtab.size; at += symtab.entrySize) {
      const type = view.getUint8(at + (wide ? 4 : 12)) & 15;
      const home = view.getUint16(at + (wide ? 6 : 14), true);
      if (type > SYMBOL.func || home === 0 || home >= RESERVED_SECTIONS) continue;
      const name = this.text(strings.offset + view.getUint32(at, true));
      if (name === '' || name.startsWith('$')) continue;
      const isCode = type === SYMBOL.func || (type === SYMBOL.none && isExecutable(sections[home]));
      found.push({ name, address: this.address(at + (wide ? 8 : 4)), size: this.word(at + (wide ? 16 : 8)), isCode });
    }
    return found;
  }

  private buildId(notes: readonly Section[]): { readonly id: string; readonly address: bigint } | undefined {
    for (const { address, offset, size } of notes) {
      for (let at = offset; at + 12 <= offset + size;) {
        const nameSize = this.view.getUint32(at, true);
        const idSize = this.view.getUint32(at + 4, true);
        const type = this.view.getUint32(at + 8, true);
        const id = at + 12 + roundUp(nameSize);
        if (type === NOTE_BUILD_ID && this.text(at + 12) === 'GNU') {
          return { id: hexOf(this.bytes(id, idSize)), address: address + BigInt(id - offset) };
        }
        at = id + roundUp(idSize);
      }
    }
    return undefined;
  }

  private word(at: number): number {
    return this.wide ? Number(this.view.getBigUint64(at, true)) : this.view.getUint32(at, true);
  }

  private address(at: number): bigint {
    return this.wide ? this.view.getBigUint64(at, true) : BigInt(this.view.getUint32(at, true));
  }

  private bytes(offset: number, size: number): Uint8Array {
    if (offset + size > this.file.length) throw new RangeError('beyond the end');
    return this.file.subarray(offset, offset + size);
  }

  private text(at: number): string {
    const end = this.file.indexOf(0, at);
    if (end < 0) throw new RangeError('beyond the end');
    let text = '';
    for (const byte of this.file.subarray(at, end)) text += String.fromCharCode(byte);
    return text;
  }
}

function isExecutable(section: Section | undefined): boolean {
  return section !== undefined && (section.flags & FLAG_EXECUTABLE) !== 0;
}

function roundUp(size: number): number {
  return Math.ceil(size / 4) * 4;
}
