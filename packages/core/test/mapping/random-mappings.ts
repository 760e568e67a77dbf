import type { HeapCall } from '../../src/call/call.ts';
import type { MappingCall } from '../../src/call/mapping-calls.ts';
import type { CpuId, DomainId } from '../../src/units/ids.ts';
import type { Mfn, VirtualAddress } from '../../src/units/mfn.ts';

/** One random choice: which call, and numbers from which its arguments follow. */
export type MappingChoice = readonly [kind: number, a: number, b: number, c: number];

/** Blocks of 512 frames that begin their search at three slots, so that they meet. */
const BLOCKS = [0, 1024, 2048, 1, 1025, 3, 3 + 5 * 1024];

/** Turns random choices into mapping calls that fit what came of those before, and some that do not. */
export class RandomMappings {
  private readonly returned: bigint[] = [];
  private readonly frames: number;

  /** `frames`: where the frame table ends. */
  constructor(frames: number) {
    this.frames = frames;
  }

  /** The call that a choice stands for. */
  call([kind, a, b, c]: MappingChoice): HeapCall & MappingCall {
    const cpu = (c % 3) as CpuId;
    const mfn = this.frame(a, b);
    const owner = c % 4 === 0 ? {} : { domain: (c % 4) as DomainId, ...(c % 5 === 0 ? {} : { vcpu: c % 2 }) };
    const va = this.address(a, b);
    switch (kind % 16) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return { type: 'map_domain_page', mfn, cpu, ...owner };
      case 5:
      case 6:
      case 7:
        // Mostly one that was mapped: a wrong one stops a debug build.
        return { type: 'unmap_domain_page', va: b % 40 === 0 ? va : this.returnedBefore(a), cpu };
      case 8:
        return { type: 'map_domain_page_global', mfn, cpu, ...(b % 3 === 0 ? { result: va } : {}) };
      case 9:
        return { type: 'unmap_domain_page_global', va };
      case 10:
        return {
          type: 'vmap',
          mfns: Array.from({ length: b % 9 }, (_, at) => this.frame(a, b + at)),
          cpu,
          ...(c % 3 === 0 ? { result: va } : {}),
        };
      case 11:
        return { type: 'vunmap', va };
      case 12:
        return { type: 'mfn_to_virt', mfn };
      case 13:
        return { type: 'virt_to_mfn', va, cpu };
      default:
        return { type: 'access', va, write: b % 2 === 0, cpu };
    }
  }

  /** Takes note of what a call returned. */
  note(result: unknown): void {
    if (typeof result === 'bigint') this.returned.push(result);
  }

  private frame(a: number, b: number): Mfn {
    if (a % 3 === 0) return ((b * 7) % this.frames) as Mfn;
    return ((BLOCKS[a % BLOCKS.length] ?? 0) * 512 + (b % 4)) as Mfn;
  }

  private address(a: number, b: number): VirtualAddress {
    const near = BigInt([0, 0, 0, 17, 4096, -4096, 8192, 5 * 4096][b % 8] ?? 0);
    const va = this.returnedBefore(a) + near;
    return (va < 0n ? 0n : va) as VirtualAddress;
  }

  private returnedBefore(a: number): VirtualAddress {
    // The last ones are more often live.
    const recent = this.returned.slice(-24);
    return (recent[a % Math.max(recent.length, 1)] ?? 0n) as VirtualAddress;
  }
}
