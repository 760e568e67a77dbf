import { count } from '@heaplay/replay';
import { nth } from './owner-scheme.ts';
import { COMMON, outsideClass } from './scheme.ts';
import type { FrameClass, Scheme } from './scheme.ts';

const [FREE, OFFLINED, UNKNOWN, FIRST] = [2, 3, 4, 5] as const;

const CLASSES: readonly FrameClass[] = [
  ...COMMON,
  { label: 'free', tone: { tone: 'clean' }, pattern: 'none' },
  { label: 'offlined', tone: { tone: 'offlined' }, pattern: 'cross' },
  { label: 'in use, allocation not known', tone: { tone: 'quiet' }, pattern: 'none' },
];

const CALLER_CLASSES: readonly FrameClass[] = CLASSES.with(UNKNOWN, {
  label: 'in use, caller not known',
  tone: { tone: 'quiet' },
  pattern: 'none',
});

/** Ages are powers of two of records: the last one is older than any trace. */
const AGES = 32;
/** Ages beyond it look alike: a million records. */
const OLDEST = 20;

type Block = Parameters<Scheme['classOf']>[0];

/** The class of a block that is not in use by an allocation; undefined if it is. */
function unallocated(block: Block, region: Parameters<Scheme['classOf']>[1]): number | undefined {
  switch (block.state) {
    case 'outside':
      return outsideClass(region);
    case 'free':
      return FREE;
    case 'offlined':
      return OFFLINED;
    default:
      return undefined;
  }
}

/** How long ago frames were allocated. */
export const ageScheme: Scheme = {
  name: 'age',
  title: 'Age',
  about: 'how many records ago each page in use was allocated',
  byMarks: false,
  lasting: false,
  classes: FIRST + AGES,
  classOf(block, region, _, { record, bornAt }) {
    const other = unallocated(block, region);
    if (other !== undefined) return other;
    const born = bornAt(block.first, block.order);
    return born === 0 ? UNKNOWN : FIRST + 31 - Math.clz32(record - born + 1);
  },
  describe(id) {
    if (id < FIRST) return CLASSES[id] as FrameClass;
    const age = id - FIRST;
    const [from, to] = [2 ** age - 1, 2 ** (age + 1) - 2];
    const label = from === to ? 'allocated here' : `${count(from)}–${count(to)} records old`;
    return { label, tone: { ramp: 'age', at: Math.min(1, age / OLDEST) }, pattern: 'none' };
  },
};

/** Callers that have a colour of their own. */
export const NAMED_CALLERS = 24;

/** Which function allocated frames. */
export const callerScheme: Scheme = {
  name: 'caller',
  title: 'Caller',
  about: 'which function allocated each page in use',
  byMarks: false,
  lasting: false,
  classes: FIRST + NAMED_CALLERS + 1,
  classOf(block, region, _, { bornAt, callerOf }) {
    const other = unallocated(block, region);
    if (other !== undefined) return other;
    const born = bornAt(block.first, block.order);
    const caller = born === 0 ? -1 : callerOf(born);
    return caller < 0 ? UNKNOWN : FIRST + Math.min(caller, NAMED_CALLERS);
  },
  describe(id, { callers }) {
    if (id < FIRST) return CALLER_CLASSES[id] as FrameClass;
    const at = id - FIRST;
    if (at === NAMED_CALLERS) return { label: 'other callers', tone: { tone: 'others' }, pattern: 'back' };
    return nth(at, callers[at] ?? `caller ${at}`);
  },
};
