import { count, frame, pages, plural } from '@heaplay/replay';
import type { JSX } from 'preact';
import { size } from '../explain/block-pictures.ts';
import type { FreeLists, ZoneLists } from './list-handlers.ts';
import { openList } from './lists-state.ts';

/** The free lists of all zones of all nodes, by order, the largest first; the highest zones first, as a search looks. */
export function ListTable({ lists }: { readonly lists: FreeLists }): JSX.Element {
  const zones = lists.zones.toReversed().toSorted((a, b) => a.node - b.node);
  const orders = Array.from({ length: lists.maxOrder + 1 }, (_, order) => order).toReversed();
  const largest = Math.max(1, ...orders.map((order) => totals(zones, order).free));
  return (
    <table class="lists">
      <caption class="away">Free blocks by order, and by node and zone, behind record {count(lists.record)}</caption>
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            Order
          </th>
          <th scope="col" rowSpan={2} class="number">
            Blocks
          </th>
          <th scope="col" rowSpan={2} class="number">
            Pages
          </th>
          {nodesOf(zones).map(({ node, width }) => (
            <th key={node} scope="colgroup" colSpan={width} class="node">
              Node {node}
            </th>
          ))}
        </tr>
        <tr>
          {zones.map((zone) => (
            <th
              key={`${zone.node}.${zone.zone}`}
              scope="col"
              class="number"
              title={`${pages(zone.pages)} free; ${reach(zone.zone)}`}
            >
              <span class="away">zone </span>z{zone.zone}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => {
          const all = totals(zones, order);
          return (
            <tr key={order} class={all.blocks === 0 ? 'empty' : ''}>
              <th scope="row">
                {order} <span class="size">{size(order)}</span>
              </th>
              <td class="number bar" style={{ '--share': share(all.free, largest) }}>
                {count(all.blocks)}
                <Change by={all.change} />
              </td>
              <td class="number">{count(all.free)}</td>
              {zones.map((zone) => (
                <ListCell key={`${zone.node}.${zone.zone}`} zone={zone} order={order} largest={largest} />
              ))}
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Pages</th>
          <td />
          <td class="number">{count(zones.reduce((sum, zone) => sum + zone.pages, 0))}</td>
          {zones.map((zone) => (
            <td key={`${zone.node}.${zone.zone}`} class="number">
              {count(zone.pages)}
            </td>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}

function ListCell(props: { readonly zone: ZoneLists; readonly order: number; readonly largest: number }): JSX.Element {
  const { zone, order, largest } = props;
  const blocks = zone.blocks[order] ?? 0;
  const change = zone.change[order] ?? 0;
  const open = openList.value;
  const isOpen = open !== null && open.node === zone.node && open.zone === zone.zone && open.order === order;
  if (blocks === 0 && change === 0 && !isOpen) {
    return (
      <td class="number none">
        <span aria-hidden="true">·</span>
        <span class="away">0</span>
      </td>
    );
  }
  const name = `Node ${zone.node}, zone ${zone.zone}, order ${order}`;
  const changed = change === 0 ? '' : `, ${change > 0 ? 'plus' : 'minus'} ${Math.abs(change)} by this record`;
  return (
    <td class="number bar" style={{ '--share': share(blocks * 2 ** order, largest) }}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={`${name}: ${plural(blocks, 'block')}${changed}`}
        title={`${name}: ${plural(blocks, 'block')}, ${pages(blocks * 2 ** order)}`}
        onClick={() => (openList.value = isOpen ? null : { node: zone.node, zone: zone.zone, order })}
      >
        {count(blocks)}
        <Change by={change} />
      </button>
    </td>
  );
}

function Change({ by }: { readonly by: number }): JSX.Element | null {
  if (by === 0) return null;
  return <span class={by > 0 ? 'more' : 'fewer'}>{by > 0 ? `+${count(by)}` : `−${count(-by)}`}</span>;
}

function totals(zones: readonly ZoneLists[], order: number): { blocks: number; free: number; change: number } {
  let [blocks, change] = [0, 0];
  for (const zone of zones) {
    blocks += zone.blocks[order] ?? 0;
    change += zone.change[order] ?? 0;
  }
  return { blocks, free: blocks * 2 ** order, change };
}

/** Length of a bar: by the logarithm, for one large block would hide all small ones. */
function share(free: number, largest: number): string {
  return `${Math.round((100 * Math.log2(1 + free)) / Math.log2(1 + largest))}%`;
}

function nodesOf(zones: readonly ZoneLists[]): { node: number; width: number }[] {
  const widths = new Map<number, number>();
  for (const { node } of zones) widths.set(node, (widths.get(node) ?? 0) + 1);
  return [...widths].map(([node, width]) => ({ node, width }));
}

/** The frames of a zone (ZONE-1). */
function reach(zone: number): string {
  return zone === 0 ? 'the separate xen heap' : `frames from ${frame(2 ** (zone - 1))} up to ${frame(2 ** zone - 1)}`;
}
