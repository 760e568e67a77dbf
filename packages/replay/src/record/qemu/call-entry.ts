import { type Abi, type Registers, wordAt } from './abi.ts';
import type { SymbolTable } from './symbol-table.ts';

/** A CPU at the first instruction of a function: its registers, and the top of its stack. */
export class CallEntry {
  readonly registers: Registers;
  private readonly abi: Abi;
  private readonly stack: Uint8Array;

  /** `stack`: bytes from the stack pointer on, at least those of the return address and the arguments. */
  constructor(abi: Abi, registers: Registers, stack: Uint8Array) {
    this.abi = abi;
    this.registers = registers;
    this.stack = stack;
  }

  get returnAddress(): bigint {
    const { link } = this.abi;
    return link === 'stack' ? this.stackWord(0) : this.registers.word(link);
  }

  /** The stack pointer when the function has returned. */
  get spAfter(): bigint {
    return this.abi.link === 'stack' ? this.registers.sp + BigInt(this.abi.wordBytes) : this.registers.sp;
  }

  /** The arguments of a function whose parameters are words, or physical addresses of 64 bits where `wide` says so. */
  parameters(wide: readonly boolean[]): bigint[] {
    let next = 0;
    return wide.map((isWide) => {
      if (!isWide || this.abi.wordBytes === 8) return this.parameter(next++);
      // A pair of registers begins with an even one.
      next += next % 2;
      const low = this.parameter(next++);
      return low + (this.parameter(next++) << 32n);
    });
  }

  private parameter(index: number): bigint {
    const { parameters, link } = this.abi;
    const register = parameters[index];
    if (register !== undefined) return this.registers.word(register);
    return this.stackWord(index - parameters.length + (link === 'stack' ? 1 : 0));
  }

  /**
   * The callers as symbols, innermost first. The first one is certain. A further one is named only if the code before
   * its return address is a call of the function before it: old return addresses lie about on every stack.
   */
  callers(symbols: SymbolTable): string[] {
    const { abi } = this;
    const first = this.returnAddress;
    const callers = [symbols.describe(first)];
    let inside = symbols.codeAt(first);
    const candidates = abi.framePointer === undefined ? this.words() : this.frameRecords(abi.framePointer);
    for (const address of candidates) {
      if (callers.length >= MOST_CALLERS || inside === undefined) break;
      const target = abi.callTarget(symbols, address);
      const called = target === undefined ? undefined : symbols.codeAt(target);
      if (called === undefined || wholeName(called.name) !== wholeName(inside.name)) continue;
      callers.push(symbols.describe(address));
      inside = symbols.codeAt(address);
    }
    return callers;
  }

  private *words(): Generator<bigint> {
    const first = this.abi.link === 'stack' ? 1 : 0;
    for (let index = first; (index + 1) * this.abi.wordBytes <= this.stack.length; index++) yield this.stackWord(index);
  }

  /** The return addresses of a chain of frame records, as far as the stack is known. */
  private *frameRecords(framePointer: number): Generator<bigint> {
    const { sp } = this.registers;
    let frame = this.registers.word(framePointer);
    for (;;) {
      const index = Number(frame - sp) / this.abi.wordBytes;
      if (!Number.isInteger(index) || index < 0 || (index + 2) * this.abi.wordBytes > this.stack.length) return;
      yield this.stackWord(index + 1);
      const next = this.stackWord(index);
      if (next <= frame) return;
      frame = next;
    }
  }

  private stackWord(index: number): bigint {
    return wordAt(this.stack, index * this.abi.wordBytes, this.abi.wordBytes);
  }
}

const MOST_CALLERS = 8;

/** The function that a compiler has cut a part out of. */
function wholeName(name: string): string {
  return name.replace(/\.(?:part|cold|constprop|isra)\b.*$/, '');
}
