import type { PdxScheme } from '../machine/heap-config.ts';
import type { Machine } from '../machine/machine.ts';
import { frameGroups } from './frame-groups.ts';
import { FrameTable } from './frame-table.ts';
import { inBytes, machinePdx, pdxFrames } from './machine-pdx.ts';
import type { PdxConfig } from './machine-pdx.ts';
import { MaskCompression } from './mask-compression.ts';
import type { PdxVerdict } from './pdx-compression.ts';
import { pdxLimits } from './pdx-limits.ts';

/** Something of the frame table: the part that has memory behind it, and all of it up to the last record. */
export interface FrameTableShare {
  readonly backed: number;
  readonly spanned: number;
}

/** What a frame table costs a machine under a scheme (PDX-6). */
export interface FrameTablePlan {
  /** Is anything compressed? */
  readonly ok: boolean;
  /** What came of setup; `none` if the scheme is none. */
  readonly why: PdxVerdict | 'none';
  /** Has every frame of RAM a record? If not, Xen cannot use all of it under this scheme. */
  readonly covered: boolean;
  /** The frame behind the last one of RAM, and the PDX behind the last one. */
  readonly maxPage: number;
  readonly maxPdx: number;
  /** Records in a group. */
  readonly groupPages: number;
  /** Groups of records. */
  readonly groups: FrameTableShare;
  /** Bytes, of whole groups. */
  readonly frameTableBytes: FrameTableShare;
}

/** Works out the frame table of a machine under a scheme. A separate xen heap is RAM like any other: `machine.ram` must hold it. */
export function planFrameTable(machine: Machine, scheme: PdxScheme): FrameTablePlan {
  const config: PdxConfig = { pdx: scheme, xenHeap: null };
  const compression = machinePdx(machine, config) ?? MaskCompression.off();
  const { groupPages, recordBytes } = pdxLimits(machine.arch);
  const table = FrameTable.of(machine, config);
  const found = frameGroups(compression, inBytes(pdxFrames(machine, null)), groupPages);
  const [maxPage, maxPdx] = [Number(found?.maxPage ?? 0n), Number(found?.maxPdx ?? 0n)];
  const backed = (found?.backed ?? []).reduce((sum, { count }) => sum + Number(count), 0);
  const groups = { backed, spanned: Math.ceil(maxPdx / groupPages) };
  const bytes = groupPages * recordBytes;
  return {
    ok: compression.ok,
    why: scheme === 'none' ? 'none' : compression.why,
    covered: machine.ram.every(([first, end]) => first >= end || table.firstInvalid(first, end) === end),
    maxPage,
    maxPdx,
    groupPages,
    groups,
    frameTableBytes: { backed: groups.backed * bytes, spanned: groups.spanned * bytes },
  };
}
