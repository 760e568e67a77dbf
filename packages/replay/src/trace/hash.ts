import { sha256 } from '@noble/hashes/sha2.js';

/** A hash that is fed piece by piece; Node's own `createHash('sha256')` is one. */
export interface IncrementalHash {
  /** Takes further bytes. They are read before the call returns. */
  update(bytes: Uint8Array): unknown;
  /** The hash of all bytes, once. */
  digest(): Uint8Array;
}

/** Makes a SHA-256. */
export type Sha256 = () => IncrementalHash;

/** A SHA-256 that runs anywhere. The browser's own cannot be fed piece by piece. */
export const portableSha256: Sha256 = () => sha256.create();
