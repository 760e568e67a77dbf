import { z } from 'zod';
import { type Decoded, type FieldProblem, decoded, refused } from '../schema/decoded.ts';
import { decodeWith } from '../schema/decode-with.ts';
import { describeValue } from '../schema/describe-value.ts';
import { openObject } from '../schema/open-object.ts';
import { mfnRangeSchema } from '../schema/range-schema.ts';
import { booleanSchema, countSchema, integerSchema, oneOfSchema } from '../schema/scalars.ts';
import { FrameTable } from '../pdx/frame-table.ts';
import { pdxSource } from '../pdx/machine-pdx.ts';
import { MFN_LIMIT } from '../units/mfn.ts';
import { MAX_ORDER } from '../units/order.ts';
import type { BootScrub, HeapConfig, HeapMode, PdxScheme, XenVersion } from './heap-config.ts';
import type { Machine } from './machine.ts';
import { defaultMode, heapPreset } from './presets.ts';

/** Every Xen version whose behaviour the model knows. */
export const XEN_VERSIONS: readonly XenVersion[] = ['4.23', '4.17', '4.6'];
/** Every way to share RAM between the heaps. */
export const HEAP_MODES: readonly HeapMode[] = [
  'separate-xenheap',
  'direct-map-all',
  'direct-map-partial',
  'direct-map-on-demand',
];
/** Every choice of when memory is scrubbed at boot. */
export const BOOT_SCRUBS: readonly BootScrub[] = ['idle', 'on', 'off'];
/** Every scheme of squeezing frame numbers. */
export const PDX_SCHEMES: readonly PdxScheme[] = ['none', 'mask', 'offset'];

/** A configuration as a trace's header writes it: only the mode has no default. */
export type HeapConfigInput = Pick<HeapConfig, 'mode'> & { readonly [K in keyof HeapConfig]?: HeapConfig[K] };

const mfnOrNull = integerSchema(0, MFN_LIMIT, 'an MFN').nullable();
const bits = integerSchema(0, 64, 'a width in bits, 0 for none');

/** The keys of a configuration, without what must hold between them. */
export const heapConfigInputSchema: z.ZodType<HeapConfigInput> = openObject({
  xen: oneOfSchema(XEN_VERSIONS).exactOptional(),
  mode: oneOfSchema(HEAP_MODES),
  paddrBits: integerSchema(32, 52, 'the width of a physical address in bits').exactOptional(),
  maxOrder: integerSchema(0, MAX_ORDER, 'the greatest order of a free block').exactOptional(),
  directMapEnd: mfnOrNull.exactOptional(),
  xenHeap: mfnRangeSchema.nullable().exactOptional(),
  xenheapMaxMfn: mfnOrNull.exactOptional(),
  dmaBits: bits.exactOptional(),
  dmaBitsDefault: bits.exactOptional(),
  bootScrub: oneOfSchema(BOOT_SCRUBS).exactOptional(),
  scrubDomheap: booleanSchema.exactOptional(),
  lowMemVirq: countSchema.nullable().exactOptional(),
  badPages: z.array(mfnRangeSchema, 'a list of ranges [first, end]').exactOptional(),
  nodeHeapPages: integerSchema(1, 1024, 'the pages that the list heads of a node take').exactOptional(),
  debug: booleanSchema.exactOptional(),
  pdx: oneOfSchema(PDX_SCHEMES).exactOptional(),
});

/** Reads a configuration of a machine; presets fill in what is missing. */
export function decodeHeapConfig(value: unknown, machine: Machine): Decoded<HeapConfig> {
  const read = decodeWith(heapConfigInputSchema, value);
  if (!read.ok) {
    const { problem } = read;
    if (problem.field !== 'mode' || problem.found !== 'nothing') return read;
    return refused({ ...problem, hint: `Xen's own choice on ${machine.arch} is "${defaultMode(machine.arch)}"` });
  }
  const config = completeHeapConfig(read.value, machine);
  const problem = checkHeapConfig(config, machine);
  return problem === undefined ? decoded(config) : refused(problem);
}

/** A configuration with its defaults filled in. */
export function completeHeapConfig(input: HeapConfigInput, machine: Machine): HeapConfig {
  return { ...heapPreset(machine.arch, input.mode), ...input };
}

/** What is wrong between the keys of a configuration and its machine, if anything. */
export function checkHeapConfig(config: HeapConfig, machine: Machine): FieldProblem | undefined {
  const problem = config.mode === 'separate-xenheap' ? checkSeparate(config, machine) : checkDirectMap(config);
  return problem ?? checkPdx(config, machine);
}

/** With compression, RAM that it was not set up from has no place in the frame table (PDX-7). */
function checkPdx(config: HeapConfig, machine: Machine): FieldProblem | undefined {
  const { pdx, xenHeap } = config;
  const table = FrameTable.of(machine, config);
  const ranges = [...machine.ram, ...(xenHeap === null ? [] : [xenHeap])];
  const outside = ranges.find(([first, end]) => first < end && table.firstInvalid(first, end) !== end);
  if (outside === undefined) return undefined;
  return {
    field: 'pdx',
    found: `${describeValue(pdx)}, under which some of the frames ${describeValue(outside)} lie in a hole of the frame table`,
    expected: `a compression that covers all RAM: it is set up from ${pdxSource(machine)}`,
    hint: 'correct these ranges, or choose "none"',
  };
}

function checkSeparate(config: HeapConfig, machine: Machine): FieldProblem | undefined {
  const { xenHeap } = config;
  if (xenHeap === null) {
    return {
      field: 'xenHeap',
      found: 'null',
      expected: 'a range [first, end]: with mode "separate-xenheap" some frames are the xen heap',
      hint: 'say which frames the architecture set apart, or choose another mode',
    };
  }
  if (xenHeap[0] < xenHeap[1] && xenHeap[1] > machine.frames) {
    return {
      field: 'xenHeap',
      found: describeValue(xenHeap),
      expected: `a range that ends at frame ${machine.frames} (machine.frames) or before`,
    };
  }
  return (
    mustBeNull('directMapEnd', config.directMapEnd, 'there is no direct map with mode "separate-xenheap"') ??
    mustBeNull('xenheapMaxMfn', config.xenheapMaxMfn, 'only mode "direct-map-partial" has it')
  );
}

function checkDirectMap(config: HeapConfig): FieldProblem | undefined {
  if (config.directMapEnd === null) {
    return {
      field: 'directMapEnd',
      found: 'null',
      expected: `the first MFN behind the direct map, in mode "${config.mode}"`,
    };
  }
  const problem = mustBeNull('xenHeap', config.xenHeap, 'only mode "separate-xenheap" has it');
  if (problem !== undefined || config.mode === 'direct-map-partial') return problem;
  return mustBeNull('xenheapMaxMfn', config.xenheapMaxMfn, 'only mode "direct-map-partial" has it');
}

function mustBeNull(field: string, found: unknown, why: string): FieldProblem | undefined {
  if (found === null) return undefined;
  return {
    field,
    found: describeValue(found),
    expected: `null: ${why}`,
    hint: `take "${field}" out, or change the mode`,
  };
}
