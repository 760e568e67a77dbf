import type { StopReply } from './stop-reply.ts';

/**
 * A stopped or running machine, as a debugger has it. All of it throws {@link RemoteError} where the machine does not
 * do as asked.
 */
export interface RemoteTarget {
  /** The registers of a CPU, in the order in which GDB has them. */
  readonly readRegisters: (thread: string | undefined) => Promise<Uint8Array>;
  /** `length` bytes of virtual memory from `address` on. */
  readonly readMemory: (address: bigint, length: number) => Promise<Uint8Array>;
  readonly insertBreakpoint: (address: bigint) => Promise<void>;
  readonly removeBreakpoint: (address: bigint) => Promise<void>;
  /** Carries out one instruction; sometimes none. */
  readonly step: () => Promise<StopReply>;
  /** Goes on until something stops it. */
  readonly resume: () => Promise<StopReply>;
  /** Asks a running machine to stop; is lost if it has stopped already. */
  readonly interrupt: () => void;
  /** How many CPUs there are. */
  readonly threads: () => Promise<number>;
}
