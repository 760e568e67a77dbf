import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { RunSummary } from '../engine/run.ts';
import { frame } from '@heaplay/replay';
import { openPagePanel } from '../page-panel/page-state.ts';
import { parseFrame } from './frame-text.ts';
import type { FrameOrderName } from './frame-order.ts';
import type { MapModel } from './map-model.ts';
import { SCHEMES } from './schemes/all-schemes.ts';
import { differenceScheme } from './schemes/difference-scheme.ts';
import type { SchemeName } from './schemes/scheme.ts';

const ORDERS: Readonly<Record<FrameOrderName, string>> = {
  folded: 'MFN, holes folded',
  mfn: 'MFN',
  pdx: 'PDX',
};

/** What a map shows, in which order, and where to. */
export function MapToolbar(props: {
  readonly model: MapModel;
  readonly run: RunSummary;
  readonly comparing: boolean;
}): JSX.Element {
  const { model, run, comparing } = props;
  const { scheme, order, highlight } = model.fields;
  const schemes = comparing ? [...SCHEMES, differenceScheme] : SCHEMES;
  const shown = schemes.find(({ name }) => name === scheme.value) ?? schemes[0];
  return (
    <div class="map-toolbar" role="toolbar" aria-label="Map">
      <label title={shown?.about ?? ''}>
        Show{' '}
        <select
          value={shown?.name}
          onChange={(event) => {
            highlight.value = null;
            scheme.value = event.currentTarget.value as SchemeName;
          }}
        >
          {schemes.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        Order{' '}
        <select
          value={order.value}
          onChange={(event) => {
            model.fit();
            model.cursor.value = null;
            order.value = event.currentTarget.value as FrameOrderName;
          }}
        >
          {Object.entries(ORDERS).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <GoToFrame model={model} frames={run.machine.frames} />
      <button
        type="button"
        disabled={model.pinned.value === null}
        aria-label="Page panel of the pinned frame"
        title={pinnedTitle(model.pinned.value)}
        onClick={openPagePanel}
      >
        Page ▸
      </button>
      <span class="map-zoom">
        <button type="button" aria-label="Zoom out" title="Zoom out (-)" onClick={() => model.zoom(-1)}>
          −
        </button>
        <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => model.zoom(1)}>
          +
        </button>
        <button type="button" disabled={model.fits.value} title="All of the machine (0)" onClick={() => model.fit()}>
          Fit
        </button>
      </span>
    </div>
  );
}

function pinnedTitle(pinned: number | null): string {
  return pinned === null ? 'Pin a frame first' : `Frame ${frame(pinned)}: what it is, and its life (i)`;
}

function GoToFrame({ model, frames }: { readonly model: MapModel; readonly frames: number }): JSX.Element {
  const problem = useSignal('');
  return (
    <form
      class="map-goto"
      onSubmit={(event) => {
        event.preventDefault();
        const field = event.currentTarget.elements.namedItem('frame') as HTMLInputElement;
        const found = parseFrame(field.value, frames);
        problem.value = typeof found === 'string' ? found : '';
        if (typeof found === 'string') return;
        model.pinned.value = found;
        if (!model.showFrame(found)) problem.value = 'This order of frames leaves it out.';
      }}
    >
      <input
        name="frame"
        type="text"
        size={16}
        spellcheck={false}
        autocomplete="off"
        aria-label="Go to a frame or a physical address"
        placeholder="frame, address"
        title="A frame (0x7f3a2, or 521122), or a physical address with its unit: 0x7f3a2000@, 1.5G"
        aria-invalid={problem.value !== ''}
        aria-describedby={`${model.pane}-goto-problem`}
      />
      <button type="submit">Go</button>
      <span class="map-problem" id={`${model.pane}-goto-problem`} role="status">
        {problem.value}
      </span>
    </form>
  );
}
