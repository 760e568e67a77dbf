/** Xen's options that bear on memory, as `docs/misc/xen-command-line` describes them. Absent: not given. */
export interface XenOptions {
  readonly dmaBits?: number;
  readonly bootScrub?: 'idle' | 'on' | 'off';
  /** First and last frame, both included. */
  readonly badPages?: readonly (readonly [first: number, last: number])[];
  readonly xenheapMegabytes?: number;
  /** Bytes. */
  readonly lowMemVirqLimit?: number;
  /** RAM at and above this address is not used, bytes (x86). */
  readonly mem?: number;
  /** At most so much RAM is used, bytes (x86). */
  readonly availmem?: number;
  readonly scrubDomheap?: boolean;
  readonly numa?: string;
  readonly pdxCompress?: boolean;
}

/** An option that was there, and its value could not be read. */
export interface BadOption {
  readonly option: string;
  readonly expected: string;
}

/** What a command line says. */
export interface ReadOptions {
  readonly options: XenOptions;
  readonly bad: readonly BadOption[];
}

type Value = string | true;
type Parse = (value: Value) => Partial<XenOptions> | undefined;

interface OptionReader {
  readonly expected: string;
  readonly parse: Parse;
}

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const TRUE = new Set(['1', 'yes', 'on', 'true', 'enable']);
const FALSE = new Set(['0', 'no', 'off', 'false', 'disable']);

const OPTIONS: Readonly<Record<string, OptionReader>> = {
  dma_bits: number('a width in bits', (dmaBits) => ({ dmaBits })),
  xenheap_megabytes: number('a number of MiB', (xenheapMegabytes) => ({ xenheapMegabytes })),
  low_mem_virq_limit: size((lowMemVirqLimit) => ({ lowMemVirqLimit })),
  mem: size((mem) => ({ mem })),
  availmem: size((availmem) => ({ availmem })),
  bootscrub: {
    expected: 'a boolean or "idle"',
    parse: (value) => {
      if (value === 'idle') return { bootScrub: 'idle' };
      const on = readBoolean(value);
      return on === undefined ? undefined : { bootScrub: on ? 'on' : 'off' };
    },
  },
  'scrub-domheap': boolean((scrubDomheap) => ({ scrubDomheap })),
  'pdx-compress': boolean((pdxCompress) => ({ pdxCompress })),
  badpage: {
    expected: 'frames or ranges of frames FIRST-LAST, with commas between them',
    parse: (value) => {
      const badPages = value === true ? undefined : readFrames(value);
      return badPages === undefined ? undefined : { badPages };
    },
  },
  numa: { expected: 'on, off, noacpi or fake=NODES', parse: (value) => ({ numa: value === true ? 'on' : value }) },
};

/** Reads the options of Xen's command line that bear on memory. Of an option that comes twice the last one counts. */
export function readXenOptions(text: string): ReadOptions {
  const options: XenOptions = {};
  const bad: BadOption[] = [];
  for (const word of text.split(/\s+/)) {
    const { name, value } = splitOption(word);
    const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (option === undefined) continue;
    const said = option.parse(value);
    if (said === undefined) bad.push({ option: word, expected: option.expected });
    else Object.assign(options, said);
  }
  return { options, bad };
}

/** `name=value`; a bare name is true, and `no-name` is false. */
function splitOption(word: string): { readonly name: string; readonly value: Value } {
  const equals = word.indexOf('=');
  if (equals >= 0) return { name: word.slice(0, equals), value: word.slice(equals + 1) };
  return word.startsWith('no-') ? { name: word.slice(3), value: 'off' } : { name: word, value: true };
}

function boolean(take: (value: boolean) => Partial<XenOptions>): OptionReader {
  return {
    expected: 'a boolean',
    parse: (value) => {
      const read = readBoolean(value);
      return read === undefined ? undefined : take(read);
    },
  };
}

function number(expected: string, take: (value: number) => Partial<XenOptions>): OptionReader {
  return {
    expected,
    parse: (value) => {
      const read = value === true ? undefined : readInteger(value);
      return read === undefined ? undefined : take(read);
    },
  };
}

/** Without a unit, KiB are meant. */
function size(take: (value: number) => Partial<XenOptions>): OptionReader {
  return {
    expected: 'a size with a unit B, K, M, G or T',
    parse: (value) => {
      const [, digits, unit] = (value === true ? null : /^(0x[0-9a-f]+|\d+)([bkmgt]?)$/i.exec(value)) ?? [];
      return digits === undefined ? undefined : take(Number(digits) * (UNITS[(unit || 'k').toLowerCase()] ?? 1));
    },
  };
}

function readInteger(text: string): number | undefined {
  return /^(?:0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : undefined;
}

function readBoolean(value: Value): boolean | undefined {
  if (value === true || TRUE.has(value)) return true;
  return FALSE.has(value) ? false : undefined;
}

function readFrames(text: string): readonly (readonly [number, number])[] | undefined {
  const ranges: (readonly [number, number])[] = [];
  for (const part of text.split(',')) {
    const [first, last] = (part.includes('-') ? part.split('-', 2) : [part, part]).map(readInteger);
    if (first === undefined || last === undefined || last < first) return undefined;
    ranges.push([first, last]);
  }
  return ranges;
}
