import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { ByteRange } from '../../src/pdx/byte-range.ts';

const FOLDER: string = fileURLToPath(new URL('../../../../corpus/mapping/', import.meta.url));

/** What real code made of some ranges of RAM; the fields are told in the README beside the files. */
export interface PdxCase {
  readonly id: string;
  readonly src: string;
  readonly arch: 'x86' | 'arm';
  readonly base: string;
  readonly ranges: readonly (readonly [start: string, size: string])[];
  readonly pdx_compress?: false;
  readonly ok: boolean;
  readonly why: string;
  readonly compressible: readonly (0 | 1)[];
  readonly covered: boolean;
  readonly probes: readonly (readonly [address: string, pages: string, passes: 0 | 1])[];
  readonly max_page?: string;
  readonly max_pdx?: string;
  readonly groups?: readonly (readonly [first: number, count: number])[];
  readonly pfns: readonly (readonly [pfn: string, pdx: string, back: 1 | string, valid?: 0 | 1])[];
  readonly dmap: readonly (readonly [address: string, offset: string, back: string])[];
}

/** A case of mask compression. */
export interface MaskCase extends PdxCase {
  readonly bottom_mask: string;
  readonly hole_shift: number;
  readonly hole_mask: string;
  readonly top_mask: string;
  readonly ma_bottom_mask: string;
  readonly ma_top_mask: string;
}

/** A case of offset compression. */
export interface OffsetCase extends PdxCase {
  readonly truncated: boolean;
  readonly pfn_index_shift: number;
  readonly pdx_index_shift: number;
  readonly region_size: string;
  readonly regions?: readonly (readonly [base: string, pages: string])[];
  readonly tbl_pfn?: readonly (readonly [index: number, base: string, offset: string])[];
  readonly tbl_pdx?: readonly string[];
}

/** The limits that the header of a file states. */
interface PdxHeader {
  readonly cases: number;
  readonly pdx_group: Readonly<Record<'x86' | 'arm', number>>;
  readonly max_ranges: Readonly<Record<'x86' | 'arm', number>>;
}

/** Every case of a file, and its header. */
export function goldenCases<T extends PdxCase>(
  name: string,
): { readonly header: PdxHeader; readonly cases: readonly T[] } {
  const [header = '', ...lines] = gunzipSync(readFileSync(`${FOLDER}${name}.jsonl.gz`))
    .toString()
    .trimEnd()
    .split('\n');
  return { header: JSON.parse(header) as PdxHeader, cases: lines.map((line) => JSON.parse(line) as T) };
}

/** A number as the cases write it: hex, with or without 0x. */
export function fromHex(text: string): bigint {
  return BigInt(text.startsWith('0x') ? text : `0x${text}`);
}

/** A number as the masks and tables are written: as C's `%#lx` does. */
export function prefixed(value: bigint): string {
  return value === 0n ? '0' : `0x${value.toString(16)}`;
}

/** The ranges of a case. */
export function rangesOf({ ranges }: PdxCase): readonly ByteRange[] {
  return ranges.map(([start, size]) => ({ start: fromHex(start), size: fromHex(size) }));
}
