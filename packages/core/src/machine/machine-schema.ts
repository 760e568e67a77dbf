import { z } from 'zod';
import { type FieldProblem, type Decoded, decoded, refused } from '../schema/decoded.ts';
import { decodeWith } from '../schema/decode-with.ts';
import { describeValue } from '../schema/describe-value.ts';
import { openObject } from '../schema/open-object.ts';
import { findOverlap, mfnRangeSchema } from '../schema/range-schema.ts';
import { integerSchema, oneOfSchema } from '../schema/scalars.ts';
import { NODE_ANY, type NodeId } from '../units/ids.ts';
import { MFN_LIMIT, type MfnRange } from '../units/mfn.ts';
import type { Architecture, Machine, MachineNode } from './machine.ts';

/** Every architecture. */
export const ARCHITECTURES: readonly Architecture[] = ['x86_64', 'arm64', 'arm32', 'riscv64', 'ppc64'];

/** A machine as a trace's header writes it: what has a default may be missing. */
export interface MachineInput {
  readonly arch: Architecture;
  readonly frames: number;
  readonly ram: readonly MfnRange[];
  readonly nodes?: readonly MachineNode[];
  readonly cpus?: readonly NodeId[];
  readonly reserved?: readonly MfnRange[];
}

const nodeIdSchema = z.custom<NodeId>(
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < NODE_ANY,
  'the id of a NUMA node: an integer from 0 to 254',
);

const rangesSchema = z.array(mfnRangeSchema, 'a list of ranges [first, end]');

const nodeSchema: z.ZodType<MachineNode> = openObject({ id: nodeIdSchema, ranges: rangesSchema });

/** The keys of a machine, without what must hold between them. */
export const machineInputSchema: z.ZodType<MachineInput> = openObject({
  arch: oneOfSchema(ARCHITECTURES),
  // A link of a list holds an MFN + 1 in 40 bits: the very last MFN would be none.
  frames: integerSchema(1, MFN_LIMIT - 1, 'how many frames the frame table covers'),
  ram: rangesSchema,
  nodes: z.array(nodeSchema, 'a list of nodes { id, ranges }').exactOptional(),
  cpus: z.array(nodeIdSchema, 'a list: the node of CPU 0, 1, ...').exactOptional(),
  reserved: rangesSchema.exactOptional(),
});

/** Reads a machine. One node with all frames, one CPU on the first node and nothing reserved are the defaults. */
export function decodeMachine(value: unknown): Decoded<Machine> {
  const read = decodeWith(machineInputSchema, value);
  if (!read.ok) return read;
  const machine = completeMachine(read.value);
  const problem = checkMachine(machine);
  return problem === undefined ? decoded(machine) : refused(problem);
}

/** A machine with its defaults filled in. */
export function completeMachine(input: MachineInput): Machine {
  const nodes = input.nodes ?? [{ id: 0 as NodeId, ranges: [[0, input.frames]] }];
  const first = nodes[0];
  const cpus = input.cpus ?? (first === undefined ? [] : [first.id]);
  const { arch, frames, ram, reserved = [] } = input;
  return { ...input, arch, frames, ram, nodes, cpus, reserved };
}

/** What is wrong between the keys of a machine, if anything: frames that belong to nothing or to two nodes, CPUs on no node. */
export function checkMachine(machine: Machine): FieldProblem | undefined {
  if (machine.nodes.length === 0) {
    return { field: 'nodes', found: 'an empty list', expected: 'at least one node' };
  }
  return checkRanges(machine) ?? checkNodes(machine) ?? checkCpus(machine);
}

function checkRanges(machine: Machine): FieldProblem | undefined {
  const overlap = findOverlap(machine.ram);
  if (overlap !== undefined) {
    return {
      field: 'ram',
      found: `${describeValue(overlap[0])} and ${describeValue(overlap[1])}, which share frames`,
      expected: 'ranges that share no frame',
    };
  }
  const lists: readonly (readonly [string, readonly MfnRange[]])[] = [
    ['ram', machine.ram],
    ...machine.nodes.map((node, i) => [`nodes[${i}].ranges`, node.ranges] as const),
  ];
  for (const [field, ranges] of lists) {
    const i = ranges.findIndex(([first, end]) => first < end && end > machine.frames);
    if (i >= 0) {
      return {
        field: `${field}[${i}]`,
        found: describeValue(ranges[i]),
        expected: `a range that ends at frame ${machine.frames} (machine.frames) or before`,
        hint: 'correct the range, or raise machine.frames to the end of the last one',
      };
    }
  }
  return undefined;
}

function checkNodes(machine: Machine): FieldProblem | undefined {
  const ids = machine.nodes.map((node) => node.id);
  const twice = ids.findIndex((id, i) => ids.indexOf(id) < i);
  if (twice >= 0) {
    return { field: `nodes[${twice}].id`, found: `${ids[twice]} for the second time`, expected: 'an id of its own' };
  }
  const overlap = findOverlap(machine.nodes.flatMap((node) => node.ranges));
  return overlap === undefined
    ? undefined
    : {
        field: 'nodes',
        found: `the ranges ${describeValue(overlap[0])} and ${describeValue(overlap[1])}, which share frames`,
        expected: 'every frame on one node',
      };
}

function checkCpus(machine: Machine): FieldProblem | undefined {
  const ids = machine.nodes.map((node) => node.id);
  const cpu = machine.cpus.findIndex((node) => !ids.includes(node));
  if (cpu < 0) return undefined;
  return {
    field: `cpus[${cpu}]`,
    found: `node ${machine.cpus[cpu]}`,
    expected: `a node of machine.nodes: ${ids.join(', ')}`,
  };
}
