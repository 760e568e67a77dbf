import { Stop } from './wire.ts';

/** The domain page slots of one CPU, as ARM32MAP-1 to ARM32MAP-8 say it. */
export class NaiveSlots {
  private readonly slots = Array.from({ length: 1024 }, () => ({ block: -1, references: 0 }));

  map(mfn: number): number {
    const block = Math.floor(mfn / 512);
    for (let tries = 0; tries < 1024; tries++) {
      const at = (block + tries) % 1024;
      const slot = this.slots[at] as { block: number; references: number };
      if (slot.references !== 0 && (slot.block !== block || slot.references === 15)) continue;
      slot.block = block;
      slot.references++;
      return at;
    }
    throw new Stop('BUG', 'no slot');
  }

  unmap(at: number): boolean {
    const slot = this.slots[at];
    if (slot === undefined || slot.references === 0) return false;
    slot.references--;
    return true;
  }
}

interface Line {
  readonly mfn: number;
  readonly slot: number;
  references: number;
}

/** The map cache of one domain, as X86MAP-1 to X86MAP-13 say it; flushes change no slot, so there are none. */
export class NaiveCache {
  private vcpus = 0;
  private cursor = 0;
  private readonly state: ('clear' | 'used' | 'garbage')[] = [];
  private readonly entries: number[] = [];
  private readonly lines: (Line | undefined)[][] = [];

  map(vcpu: number, mfn: number): number {
    while (this.vcpus <= vcpu) {
      this.vcpus++;
      this.lines.push([]);
      for (let slot = 0; slot < 16; slot++) this.state.push('clear');
    }
    const lines = this.lines[vcpu] ?? [];
    const line = lines[mfn % 8];
    if (line?.mfn === mfn) {
      line.references++;
      return line.slot;
    }
    let slot = this.state.findIndex((state, at) => at >= this.cursor && state === 'clear');
    if (slot < 0) {
      this.state.forEach((state, at) => {
        if (state === 'garbage') this.state[at] = 'clear';
      });
      slot = this.state.indexOf('clear');
      if (slot < 0) slot = NaiveCache.giveUp(lines, mfn);
    }
    this.state[slot] = 'used';
    this.entries[slot] = mfn;
    this.cursor = slot + 1;
    return slot;
  }

  unmap(vcpu: number, slot: number): void {
    const mfn = this.entries[slot] ?? 0;
    const lines = this.lines[vcpu] ?? [];
    const line = lines[mfn % 8];
    if (line?.slot === slot) {
      if (line.references === 0) throw new Stop('ASSERT', 'idle');
      line.references--;
    } else if (line !== undefined && line.references > 0) {
      this.discard(slot);
    } else {
      if (line !== undefined) this.discard(line.slot);
      lines[mfn % 8] = { mfn, slot, references: 0 };
    }
  }

  private discard(slot: number): void {
    this.state[slot] = 'garbage';
    this.entries[slot] = 0;
  }

  private static giveUp(lines: (Line | undefined)[], mfn: number): number {
    for (let step = 0; step < 8; step++) {
      const at = (mfn + step) % 8;
      const line = lines[at];
      if (line?.references !== 0) continue;
      lines[at] = undefined;
      return line.slot;
    }
    throw new Stop('BUG', 'full');
  }
}
