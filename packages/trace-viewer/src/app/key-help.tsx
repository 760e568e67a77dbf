import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { helpShown, keyGroups, singleKeys } from '../state/keys.ts';
import './key-help.css';

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
};

/** All keys of the page, in a dialog over it. */
export function KeyHelp(): JSX.Element | null {
  return helpShown.value ? <KeyDialog /> : null;
}

function KeyDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="key-help" aria-labelledby="key-help-title" onClose={() => (helpShown.value = false)}>
      <form method="dialog">
        <h2 id="key-help-title">Keys</h2>
        <button type="submit">Close</button>
      </form>
      {keyGroups.value.map(({ title, bindings }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl>
            {bindings.map(({ keys, what, shown = keys }) => (
              <div key={what}>
                <dt>
                  {shown.map((key) => (
                    <kbd key={key}>{NAMES[key] ?? key}</kbd>
                  ))}
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label class="key-switch">
        <input
          type="checkbox"
          checked={singleKeys.value === 'on'}
          onChange={(event) => (singleKeys.value = event.currentTarget.checked ? 'on' : 'off')}
        />{' '}
        Keys work everywhere on the page
      </label>
    </dialog>
  );
}
