import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { matches } from './caller-tree.ts';
import type { CallerNode } from './caller-tree.ts';
import { share, shortFigure } from './caller-words.ts';
import { callerChosen, callerMeasure, callerWord } from './callers-state.ts';

/** Rows that are drawn at most: the largest callers come first. */
const MOST = 500;

/** The callers as a table to be opened, the same figures as the graph. */
export function CallerTable(props: { readonly tree: CallerNode; readonly chosen: CallerNode }): JSX.Element {
  const { tree, chosen } = props;
  const opened = useSignal<ReadonlySet<string>>(new Set(['']));
  const set = (path: string, isOpen: boolean): void => {
    const next = new Set(opened.peek());
    if (isOpen) next.add(path);
    else next.delete(path);
    opened.value = next;
  };
  useEffect(() => {
    // Who is chosen is seen.
    const outer: string[] = [];
    for (let node = chosen.parent; node !== null; node = node.parent) outer.push(node.path);
    if (outer.some((path) => !opened.peek().has(path))) opened.value = new Set([...opened.peek(), ...outer]);
  }, [chosen.path]);
  useEffect(() => {
    document.getElementById(rowId(chosen))?.scrollIntoView({ block: 'nearest' });
  }, [chosen.path]);
  const rows = rowsOf(tree, opened.value);
  const shown = rows.slice(0, MOST);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = shown.indexOf(chosen);
    const isOpen = opened.peek().has(chosen.path);
    const acts: Readonly<Record<string, () => CallerNode | null | undefined>> = {
      ArrowDown: () => shown[at + 1],
      ArrowUp: () => shown[at - 1],
      Home: () => shown[0],
      End: () => shown.at(-1),
      ArrowRight: () => {
        if (isOpen || chosen.children.length === 0) return chosen.children[0];
        set(chosen.path, true);
        return null;
      },
      ArrowLeft: () => {
        if (!isOpen || chosen.children.length === 0) return chosen.parent;
        set(chosen.path, false);
        return null;
      },
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = act();
    if (next !== null && next !== undefined) callerChosen.value = next.path;
  };
  const unit = callerMeasure.value === 'calls' || callerMeasure.value === 'failed' ? 'Calls' : 'Pages';
  return (
    <div
      class="caller-table"
      role="treegrid"
      aria-label="Callers"
      aria-readonly="true"
      aria-activedescendant={shown.includes(chosen) ? rowId(chosen) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="row" class="caller-row head">
        <span role="columnheader">Caller</span>
        <span role="columnheader">{unit}</span>
        <span role="columnheader">Itself</span>
        <span role="columnheader">Share</span>
      </div>
      {shown.map((node) => {
        const isOpen = opened.value.has(node.path);
        const isLeaf = node.children.length === 0;
        return (
          <div
            key={node.path}
            id={rowId(node)}
            role="row"
            class={`caller-row${matches(node, callerWord.value) ? ' found' : ''}`}
            aria-level={node.depth + 1}
            aria-expanded={isLeaf ? undefined : isOpen}
            aria-selected={node === chosen}
            onClick={() => {
              if (!isLeaf) set(node.path, node === chosen ? !isOpen : true);
              callerChosen.value = node.path;
            }}
          >
            <span role="gridcell" class="caller-name" title={node.name} style={{ paddingLeft: `${node.depth * 12}px` }}>
              <span class="caller-twist" aria-hidden="true">
                {isLeaf ? '' : isOpen ? '▾' : '▸'}
              </span>
              {node.name}
            </span>
            <span role="gridcell">{shortFigure(node.value)}</span>
            <span role="gridcell">{shortFigure(node.own)}</span>
            <span role="gridcell">{share(node.value, tree.value)}</span>
          </div>
        );
      })}
      {rows.length > MOST && <p class="callers-quiet">Close some callers to see the other {rows.length - MOST}.</p>}
    </div>
  );
}

function rowsOf(node: CallerNode, opened: ReadonlySet<string>): readonly CallerNode[] {
  const rows: CallerNode[] = [];
  const add = (one: CallerNode): void => {
    rows.push(one);
    if (opened.has(one.path)) for (const child of one.children) add(child);
  };
  add(node);
  return rows;
}

function rowId({ path }: CallerNode): string {
  return `caller-row ${path}`.replaceAll(/\s/g, '_');
}
