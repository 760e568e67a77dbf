import type { RemoteTarget } from './target.ts';
import type { WatchedFunction } from './watched-function.ts';

/** Where a machine stops: at the first instructions of functions, and where calls in flight return to. */
export class Breakpoints {
  private readonly target: RemoteTarget;
  private readonly entries = new Map<bigint, WatchedFunction>();
  private readonly places = new Map<bigint, string>();
  /** How many calls in flight return there. */
  private readonly returns = new Map<bigint, number>();

  constructor(target: RemoteTarget) {
    this.target = target;
  }

  /** Watches a function. */
  async watch(address: bigint, watched: WatchedFunction): Promise<void> {
    this.entries.set(address, watched);
    await this.target.insertBreakpoint(address);
  }

  /** Stops at a place as well, which has a name. */
  async stopAt(address: bigint, name: string): Promise<void> {
    if (this.places.has(address)) return;
    this.places.set(address, name);
    await this.target.insertBreakpoint(address);
  }

  /** The name of a place where the machine stops as well. */
  placeAt(address: bigint): string | undefined {
    return this.places.get(address);
  }

  /** The function that begins there, if it is watched. */
  entryAt(address: bigint): WatchedFunction | undefined {
    return this.entries.get(address);
  }

  /** Does a call in flight return there? */
  isReturn(address: bigint): boolean {
    return this.returns.has(address);
  }

  /** Does the machine stop there? */
  has(address: bigint): boolean {
    return this.entries.has(address) || this.returns.has(address) || this.places.has(address);
  }

  /** A call has begun that returns there. */
  async expectReturn(address: bigint): Promise<void> {
    const expected = this.returns.get(address) ?? 0;
    this.returns.set(address, expected + 1);
    if (expected === 0 && !this.entries.has(address)) await this.target.insertBreakpoint(address);
  }

  /** A call has returned there, or never will. */
  async forgetReturn(address: bigint): Promise<void> {
    const expected = this.returns.get(address) ?? 0;
    if (expected > 1) {
      this.returns.set(address, expected - 1);
      return;
    }
    this.returns.delete(address);
    if (!this.entries.has(address)) await this.target.removeBreakpoint(address);
  }
}
