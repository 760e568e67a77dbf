import type { Mfn } from '../units/mfn.ts';
import type { CallBase } from './call-base.ts';

/** Takes a frame out of use, now if it is free, else when it is freed (OFF-1). */
export interface OfflinePage extends CallBase<'offline_page'> {
  readonly mfn: Mfn;
  /** The memory is faulty: it never comes back. */
  readonly broken: boolean;
}

/** Takes an offlined frame back (OFF-3). */
export interface OnlinePage extends CallBase<'online_page'> {
  readonly mfn: Mfn;
}

/** Asks for a frame's state. */
export interface QueryPageOffline extends CallBase<'query_page_offline'> {
  readonly mfn: Mfn;
}

/** Calls that take single frames out of use. */
export type OfflineCall = OfflinePage | OnlinePage | QueryPageOffline;

/** An errno (0, or negative) and the bits of Xen's status word. */
export interface PageOfflineResult {
  readonly errno: number;
  readonly status: number;
}

/** What {@link OfflineCall}s return. */
export interface OfflineResults {
  readonly offline_page: PageOfflineResult;
  readonly online_page: PageOfflineResult;
  readonly query_page_offline: PageOfflineResult;
}
