import type { JSX } from 'preact';
import { openPanel, panels } from '../state/panels.ts';

/** The panels beside the map, one open at a time; arrow keys go from tab to tab. */
export function PanelColumn(): JSX.Element {
  const { value: all } = panels;
  const current = all.find(({ id }) => id === openPanel.value) ?? all[0];
  const Component = current?.component;
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = all.findIndex((panel) => panel === current);
    const places = new Map([
      ['ArrowRight', at + 1],
      ['ArrowLeft', at - 1],
      ['Home', 0],
      ['End', all.length - 1],
    ]);
    const to = places.get(event.key);
    const next = to === undefined ? undefined : all.at(to % all.length);
    if (next === undefined) return;
    event.preventDefault();
    openPanel.value = next.id;
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <aside class="panels" id="panels" aria-label="Panels" tabIndex={-1}>
      <div role="tablist" aria-label="Panels" onKeyDown={onKeyDown}>
        {all.map(({ id, title }) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === current?.id}
            aria-controls="panel"
            tabIndex={id === current?.id ? 0 : -1}
            onClick={() => (openPanel.value = id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div
        class="panel"
        id="panel"
        data-title={current?.title}
        role="tabpanel"
        aria-labelledby={`tab-${current?.id ?? ''}`}
        tabIndex={0}
      >
        {Component !== undefined && <Component />}
      </div>
    </aside>
  );
}
