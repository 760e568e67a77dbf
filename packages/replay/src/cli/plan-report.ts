import { PAGE_SIZE } from '@heaplay/core';
import type { Machine } from '@heaplay/core';
import { addressMap } from '../plan/address-map.ts';
import type { AddressStretch } from '../plan/address-map.ts';
import type { LayoutPlan } from '../plan/layout-plan.ts';
import type { KeptRam } from '../plan/plan-layouts.ts';
import { pages, plural, size, table } from '../text/format.ts';
import { colors } from './terminal.ts';
import { framesIn } from '../rebase/ranges.ts';

/** The plans for people: a table, why some do not boot and what is lost, and a picture of the addresses under one of them. */
export function planReport(machine: Machine, plans: readonly LayoutPlan[], kept: readonly KeptRam[]): string {
  const total = framesIn(machine.ram);
  const shown = bestOf(plans.filter(({ offered }) => offered)) ?? bestOf(plans);
  return [
    `${colors.bold(machine.arch)}: ${pages(total)} of RAM in ${plural(machine.ram.length, 'bank')}, ${plural(machine.nodes.length, 'node')}\n\n`,
    planTable(plans),
    notes(
      'Does not boot',
      plans.flatMap((plan) => (plan.reason === null ? [] : [[plan.reason, nameOf(plan)] as const])),
    ),
    notes(
      'RAM lost',
      plans.flatMap((plan) => plan.losses.map((loss) => [`${pages(loss.pages)}: ${loss.why}`, nameOf(plan)] as const)),
    ),
    notes(
      'How to choose',
      plans.flatMap((plan) => plan.chosenBy.map((how, at) => [how, at === 0 ? plan.mode : plan.pdx] as const)),
    ),
    ...(shown === undefined ? [] : [`\nAddresses under ${nameOf(shown)}\n`, picture(machine, shown, kept)]),
  ].join('');
}

/** The layout that boots and leaves the most RAM usable; of equal ones the first. */
function bestOf(plans: readonly LayoutPlan[]): LayoutPlan | undefined {
  return plans.filter(({ fits }) => fits).toSorted((a, b) => b.usablePages - a.usablePages)[0];
}

function nameOf({ mode, pdx }: LayoutPlan): string {
  return `${mode}, PDX ${pdx}`;
}

function planTable(plans: readonly LayoutPlan[]): string {
  const head = [
    'layout',
    'PDX',
    'boots',
    'usable',
    'lost',
    'frame table',
    'spans',
    'xen heap up to',
    'direct map',
    'its tables',
  ];
  const rows = plans.map((plan) => [
    `${plan.mode}${plan.offered ? ' *' : ''}`,
    plan.pdx,
    plan.fits ? 'yes' : 'no',
    size(plan.usablePages * PAGE_SIZE),
    size(plan.lostPages * PAGE_SIZE),
    size(plan.frameTableBytes),
    size(plan.frameTableSpanBytes),
    size(plan.xenHeapCeilingPages * PAGE_SIZE),
    size(plan.directMapBytes),
    size(plan.pageTableBytes),
  ]);
  return `${table([head, ...rows], 'lllr')}${colors.dim('* what Xen offers on this architecture')}\n`;
}

/** Modes by compressions. */
const MOST = 12;

/** Sentences, each with the layouts that it is about. */
function notes(title: string, all: readonly (readonly [text: string, layout: string])[]): string {
  if (all.length === 0) return '';
  const texts = [...new Set(all.map(([text]) => text))];
  const rows = texts.map((text) => {
    const layouts = [...new Set(all.filter(([other]) => other === text).map(([, layout]) => layout))];
    return `  ${text}\n    ${colors.dim(layouts.length === MOST ? 'every layout' : layouts.join('; '))}\n`;
  });
  return `\n${title}\n${rows.join('')}`;
}

const BAR = 24;

/** From the top down, as memory maps are drawn; the bars' lengths are logarithms. */
function picture(machine: Machine, plan: LayoutPlan, kept: readonly KeptRam[]): string {
  const stretches = addressMap(machine, plan, kept);
  const largest = Math.max(...stretches.map(({ first, end }) => end - first));
  const rows = stretches.toReversed().map((stretch) => {
    const { first, end, kind, node, mapped } = stretch;
    const length = Math.max(1, Math.round((BAR * Math.log2(end - first + 1)) / Math.log2(largest + 1)));
    const mark = kind === 'hole' ? '·' : mapped ? '█' : '░';
    const where = node === null || machine.nodes.length === 1 ? '' : `, node ${node}`;
    const what = kind === 'hole' ? 'no RAM' : `RAM${where}`;
    const start = `0x${(first * PAGE_SIZE).toString(16).padStart(12, '0')}`;
    return [start, mark.repeat(length), size((end - first) * PAGE_SIZE), what, useOf(stretch)];
  });
  return table(rows, 'llrll');
}

function useOf({ kind, kept, mapped, xenHeap }: AddressStretch): string {
  if (kind === 'hole') return '';
  if (kept !== null) return `kept by ${kept}`;
  return `${mapped ? 'in the direct map' : 'mapped when it is used'}${xenHeap ? ', xen heap too' : ''}`;
}
