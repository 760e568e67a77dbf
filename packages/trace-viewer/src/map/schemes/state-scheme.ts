import { COMMON, describeFrom, outsideClass } from './scheme.ts';
import type { FrameClass, Scheme } from './scheme.ts';

const [USED, XEN, OFFLINING, OFFLINED, BROKEN, CLEAN, DIRTY] = [2, 3, 4, 5, 6, 7, 8] as const;

const CLASSES: readonly FrameClass[] = [
  ...COMMON,
  { label: 'in use', tone: { tone: 'used' }, pattern: 'none' },
  { label: 'xen heap', tone: { tone: 'xen' }, pattern: 'diagonal' },
  { label: 'in use, to be offlined', tone: { tone: 'offlining' }, pattern: 'back' },
  { label: 'offlined', tone: { tone: 'offlined' }, pattern: 'cross' },
  { label: 'broken', tone: { tone: 'broken' }, pattern: 'cross' },
  { label: 'free', tone: { tone: 'clean' }, pattern: 'none' },
  { label: 'free, to be scrubbed', tone: { tone: 'dirty' }, pattern: 'horizontal' },
];

/** What frames are. */
export const stateScheme: Scheme = {
  name: 'state',
  title: 'State',
  about: 'what each page is: free, in use, offline',
  byMarks: true,
  lasting: true,
  classes: CLASSES.length,
  classOf(block, region, dirty) {
    if (block.broken) return BROKEN;
    switch (block.state) {
      case 'free':
        return dirty ? DIRTY : CLEAN;
      case 'in-use':
        return block.xenMark || region.xenPlace ? XEN : USED;
      case 'offlining':
        return OFFLINING;
      case 'offlined':
        return OFFLINED;
      default:
        return outsideClass(region);
    }
  },
  describe: describeFrom(CLASSES),
};

const DIRTY_CLASSES: readonly FrameClass[] = [
  ...COMMON,
  { label: 'in use', tone: { tone: 'quiet' }, pattern: 'none' },
  { label: 'offlined', tone: { tone: 'offlined' }, pattern: 'cross' },
  { label: 'free, clean', tone: { tone: 'clean' }, pattern: 'none' },
  { label: 'free, to be scrubbed', tone: { tone: 'dirty' }, pattern: 'horizontal' },
];

/** Which free frames have to be scrubbed. A mark on a page that is in use means nothing. */
export const dirtyScheme: Scheme = {
  name: 'dirty',
  title: 'Scrubbing',
  about: 'which free pages must be scrubbed before somebody else may see them',
  byMarks: true,
  lasting: true,
  classes: DIRTY_CLASSES.length,
  classOf(block, region, dirty) {
    if (block.state === 'outside') return outsideClass(region);
    if (block.state === 'free') return dirty ? 5 : 4;
    return block.state === 'offlined' ? 3 : 2;
  },
  describe: describeFrom(DIRTY_CLASSES),
};

const HEAP_CLASSES: readonly FrameClass[] = [
  ...COMMON,
  { label: 'xen heap, in use', tone: { tone: 'xen' }, pattern: 'diagonal' },
  { label: 'xen heap, free', tone: { hue: 8 }, pattern: 'horizontal' },
  { label: 'dom heap, in use', tone: { tone: 'used' }, pattern: 'none' },
  { label: 'free', tone: { tone: 'clean' }, pattern: 'none' },
  { label: 'offlined', tone: { tone: 'offlined' }, pattern: 'cross' },
];

/** Which of the two heaps frames belong to. Where they share the memory, a free frame belongs to neither. */
export const heapScheme: Scheme = {
  name: 'heap',
  title: 'Heap',
  about: 'which of the two heaps each page belongs to',
  byMarks: false,
  lasting: true,
  classes: HEAP_CLASSES.length,
  classOf(block, region) {
    if (block.state === 'outside') return outsideClass(region);
    if (block.state === 'offlined') return 6;
    const xen = block.xenMark || region.xenPlace;
    if (block.state === 'free') return xen ? 3 : 5;
    return xen ? 2 : 4;
  },
  describe: describeFrom(HEAP_CLASSES),
};
