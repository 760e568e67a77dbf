import { count, frame, plural } from '@heaplay/replay';
import type { RunSummary } from '../engine/run.ts';

/** What is known of a run, as pairs of a name and a text. */
export function runFacts(run: RunSummary): readonly (readonly [name: string, value: string])[] {
  const { machine, heap, bug } = run;
  const ram = machine.ram.reduce((pages, [first, end]) => pages + end - first, 0);
  return [
    ['Trace', run.name],
    ['Recorded by', run.recorder],
    ['Architecture', machine.arch],
    ['Xen', heap.xen],
    ['Layout', heap.mode],
    ['PDX compression', heap.pdx],
    ['Frames', `${count(machine.frames)}, up to ${frame(machine.frames - 1)}`],
    ['RAM', `${count(ram)} pages in ${plural(machine.ram.length, 'range')}`],
    ['NUMA', `${plural(machine.nodes.length, 'node')}: ${machine.nodes.map(({ id }) => id).join(', ')}`],
    ['Records', run.growing ? `${count(run.length)} so far` : count(run.length)],
    ['Xen stops', bug === null ? 'no' : `at record ${bug.record}: ${bug.kind} [${bug.rule}] ${bug.message}`],
  ];
}
