import type { PageOfflineResult } from '../call/offline-calls.ts';
import {
  FLAG_BROKEN,
  FLAG_OFFLINING,
  FLAG_XEN_HEAP,
  KIND_OFFLINED,
  isFree,
  isInUse,
  kindOf,
  orderOf,
} from '../state/block-record.ts';
import { removeBlock } from '../state/page-list.ts';
import type { Transaction } from '../state/transaction.ts';
import type { MfnRange } from '../units/mfn.ts';
import { writeInUse } from './block-surgery.ts';
import { freeBlock } from './buddy-free.ts';
import { EINVAL, EPERM } from './errno.ts';
import { freeHeadOf, takeOutOffline } from './offline-block.ts';
import { changeFlags } from './page-flags.ts';
import { hex, stop } from './xen-stop.ts';

/** Bits of the status of `offline_page` and `online_page` (OFF-1). */
const OFFLINED = 2;
const PENDING = 4;
const FAILED = 8;
const OWNER_XEN = 0x100;
const OWNER_ANONYMOUS = 0x400;
const NOT_RAM = 0x800;
const OWNED = 0x1000;
const BROKEN = 0x2000;
const DOMID_XEN = 0x7ff2 * 0x10000;
const DOMID_NOBODY = 0x7ff4 * 0x10000;

/** Bits of the status of `query_page_offline`. */
const QUERY_OFFLINED = 2;
const QUERY_PENDING = 8;
const QUERY_BROKEN = 16;

function inRanges(ranges: readonly MfnRange[], mfn: number): boolean {
  return ranges.some(([first, end]) => mfn >= first && mfn < end);
}

/** Takes a frame out of use, now or when it is freed (OFF-1). */
export function offlinePage(tx: Transaction, mfn: number, broken: boolean): PageOfflineResult {
  const { platform, blocks } = tx;
  if (!platform.isValid(mfn)) return { errno: EINVAL, status: 0 };
  const { ram, reserved } = platform.machine;
  if (inRanges(reserved, mfn)) return { errno: EPERM, status: DOMID_XEN + OWNER_XEN + FAILED };
  if (!inRanges(ram, mfn)) return { errno: EINVAL, status: FAILED + NOT_RAM };

  const more = broken ? BROKEN : 0;
  const meta = blocks.find(mfn);
  if (kindOf(meta) === KIND_OFFLINED) {
    if (broken) markBroken(tx, mfn);
    return { errno: 0, status: OFFLINED + more };
  }
  if (isFree(meta)) {
    takeOutOffline(tx, freeHeadOf(tx, mfn), [{ mfn, broken }]);
    return { errno: 0, status: OFFLINED + more };
  }
  const owner = blocks.word1(blocks.head, orderOf(meta)) & 0xffff;
  if (owner !== 0 && (meta & FLAG_BROKEN) !== 0) return { errno: 0, status: 16 };
  changeFlags(tx, mfn, 0, FLAG_OFFLINING | (broken ? FLAG_BROKEN : 0), 0);
  if (owner !== 0) return { errno: 0, status: (owner - 1) * 0x10000 + OWNED + PENDING + more };
  if ((meta & FLAG_XEN_HEAP) !== 0) return { errno: 0, status: DOMID_XEN + OWNER_XEN + PENDING + more };
  return { errno: 0, status: DOMID_NOBODY + OWNER_ANONYMOUS + FAILED + more };
}

/** An offlined page turns out to be broken. */
function markBroken(tx: Transaction, mfn: number): void {
  const meta = tx.blocks.find(mfn);
  tx.probe?.onTouch?.(mfn, 0);
  tx.blocks.setMeta(mfn, (meta | FLAG_BROKEN) >>> 0);
}

/** Takes an offlined frame back (OFF-3, OFF-4). */
export function onlinePage(tx: Transaction, mfn: number): PageOfflineResult {
  const { platform, blocks } = tx;
  if (!platform.isValid(mfn)) return { errno: EINVAL, status: 0 };
  const meta = blocks.find(mfn);
  const broken = !isFree(meta) && (meta & FLAG_BROKEN) !== 0;
  if (broken && platform.xen.refusesBrokenOnline && platform.config.debug) {
    stop('ASSERT', 'VER-5', `page ${hex(mfn)} is broken, and put online`);
  }
  if (kindOf(meta) === KIND_OFFLINED) {
    if (broken) {
      if (platform.xen.refusesBrokenOnline) return { errno: EINVAL, status: BROKEN + FAILED };
      stop('BUG', 'OFF-4', `page ${hex(mfn)} is broken, and freed by online_page all the same`);
    }
    removeBlock(tx.offlined, blocks, mfn, 0);
    writeInUse(tx, mfn, 0);
    freeBlock(tx, mfn, 0, false);
    return { errno: 0, status: OFFLINED };
  }
  if (isInUse(meta) && (meta & FLAG_OFFLINING) !== 0) {
    if (broken) return { errno: EINVAL, status: BROKEN + FAILED };
    changeFlags(tx, mfn, 0, 0, FLAG_OFFLINING);
    return { errno: 0, status: OFFLINED };
  }
  return { errno: 0, status: 0 };
}

/** Asks for a frame's state. */
export function queryPageOffline(tx: Transaction, mfn: number): PageOfflineResult {
  const { platform } = tx;
  if (!platform.isValid(mfn) || !inRanges(platform.machine.ram, mfn)) return { errno: EINVAL, status: 0 };
  const meta = tx.blocks.find(mfn);
  let status = 0;
  if (isInUse(meta) && (meta & FLAG_OFFLINING) !== 0) status += QUERY_PENDING;
  if (kindOf(meta) === KIND_OFFLINED) status += QUERY_OFFLINED;
  if (!isFree(meta) && (meta & FLAG_BROKEN) !== 0) status += QUERY_BROKEN;
  return { errno: 0, status };
}
