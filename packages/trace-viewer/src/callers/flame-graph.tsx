import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { framesOf, matches } from './caller-tree.ts';
import type { CallerNode, FlameFrame } from './caller-tree.ts';
import { figure, share } from './caller-words.ts';
import { callerChosen, callerMeasure, callerWord, callerZoom } from './callers-state.ts';

/** Height of a row in pixels. */
const ROW = 24;
/** Pixels below which a caller is not drawn. */
const NARROWEST = 2;
/** Pixels from which on a caller's name is written. */
const NAMED = 36;

/** The callers as frames, each on what called it: the outermost one at the bottom. */
export function FlameGraph(props: {
  readonly tree: CallerNode;
  readonly zoomed: CallerNode;
  readonly chosen: CallerNode;
}): JSX.Element {
  const { tree, zoomed, chosen } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => (width.value = current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  const frames = width.value === 0 ? [] : framesOf(tree, zoomed, NARROWEST / width.value);
  const depth = frames.reduce((most, frame) => Math.max(most, frame.depth), 0);
  const chosenDrawn = frames.some(({ node }) => node === chosen);
  useEffect(() => {
    document.getElementById(idOf(chosen))?.scrollIntoView({ block: 'nearest' });
  }, [chosen.path, zoomed.path]);
  return (
    <div
      ref={box}
      class="flame"
      role="tree"
      aria-label="Callers, the outermost one first"
      aria-describedby="flame-keys"
      aria-activedescendant={chosenDrawn ? idOf(chosen) : undefined}
      tabIndex={0}
      onKeyDown={(event) => onFlameKey(event, chosen, zoomed, frames)}
    >
      <div class="flame-room" role="presentation" style={{ height: `${(depth + 1) * ROW}px` }}>
        {frames.map((frame) => (
          <Frame key={frame.node.path} frame={frame} depth={depth} width={width.value} tree={tree} chosen={chosen} />
        ))}
      </div>
    </div>
  );
}

function Frame(props: {
  readonly frame: FlameFrame;
  readonly depth: number;
  readonly width: number;
  readonly tree: CallerNode;
  readonly chosen: CallerNode;
}): JSX.Element {
  const { frame, depth, width, tree, chosen } = props;
  const { node } = frame;
  const word = callerWord.value;
  const kind = matches(node, word) ? ' found' : word === '' ? '' : ' faint';
  const isOuter = frame.width === 1 && node.path !== callerZoom.value && node.depth < (chosen.depth || 1);
  const told = `${node.name}: ${figure(callerMeasure.value, node.value)}, ${share(node.value, tree.value)}`;
  return (
    <div
      id={idOf(node)}
      role="treeitem"
      aria-level={frame.depth + 1}
      aria-selected={node === chosen}
      aria-label={told}
      title={told}
      class={`flame-frame tint-${tint(node.name)}${kind}${isOuter ? ' outer' : ''}`}
      style={{
        left: `${frame.left * 100}%`,
        width: `calc(${frame.width * 100}% - 1px)`,
        top: `${(depth - frame.depth) * ROW}px`,
      }}
      onClick={() => {
        callerChosen.value = node.path;
        callerZoom.value = node.path;
      }}
    >
      {frame.width * width >= NAMED && node.name}
    </div>
  );
}

function onFlameKey(event: KeyboardEvent, chosen: CallerNode, zoomed: CallerNode, frames: readonly FlameFrame[]): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const drawn = new Set(frames.map(({ node }) => node));
  const siblings = (chosen.parent?.children ?? []).filter((node) => drawn.has(node));
  const at = siblings.indexOf(chosen);
  const steps: Readonly<Record<string, () => CallerNode | null | undefined>> = {
    ArrowUp: () => chosen.children.find((node) => drawn.has(node)),
    ArrowDown: () => chosen.parent,
    ArrowLeft: () => siblings[at - 1],
    ArrowRight: () => siblings[at + 1],
    Home: () => frames[0]?.node,
  };
  const step = steps[event.key];
  const isZoom = event.key === 'Enter' || event.key === ' ';
  const isOut = event.key === 'Escape' || event.key === 'Backspace';
  if (step === undefined && !isZoom && !isOut) return;
  event.preventDefault();
  event.stopPropagation();
  if (isZoom) callerZoom.value = chosen.path;
  if (isOut && zoomed.parent !== null) {
    callerZoom.value = zoomed.parent.path;
    callerChosen.value = zoomed.parent.path;
  }
  const next = step?.();
  if (next !== null && next !== undefined) callerChosen.value = next.path;
}

function idOf({ path }: CallerNode): string {
  return `caller ${path}`.replaceAll(/\s/g, '_');
}

/** Neighbours look different, and a function looks the same everywhere: a tint by its name. */
function tint(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = (hash * 31 + name.charCodeAt(at)) % 997;
  return hash % 5;
}
