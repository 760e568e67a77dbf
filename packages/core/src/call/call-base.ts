import type { CpuId } from '../units/ids.ts';

/** What every call has: its name, and the CPU that made it (absent: CPU 0). */
export interface CallBase<T extends string> {
  readonly type: T;
  readonly cpu?: CpuId;
}
