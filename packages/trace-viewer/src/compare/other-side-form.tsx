import { messageOf } from '../remote/message-of.ts';
import { HEAP_MODES, XEN_VERSIONS } from '@heaplay/core';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { run, runs } from '../state/runs.ts';
import { comparedWith } from './compare-state.ts';
import { BadChange, NO_CHANGE, formatOtherSide, parseOtherSide } from './run-change.ts';
import type { OtherSide } from './run-change.ts';

/** Chooses what the run is compared with: another configuration of it, or another trace. */
export function OtherSideForm(): JSX.Element | null {
  const { value: here } = run;
  const problem = useSignal('');
  if (here === undefined) return null;
  const others = runs.value.filter(({ id }) => id !== here.id);
  const { change, trace } = shown(comparedWith.value);
  const submit = (form: HTMLFormElement): void => {
    const values = new FormData(form);
    const said = (name: string): string => String(values.get(name) ?? '').trim();
    const named = said('trace');
    try {
      const set = said('set')
        .split(/\s+/)
        .filter((word) => word !== '');
      const other: OtherSide =
        named === ''
          ? { kind: 'change', change: { ...change, mode: said('mode'), xen: said('xen'), set } }
          : { kind: 'trace', name: named };
      const next = formatOtherSide(other);
      // What is written must be what is read.
      const read = parseOtherSide(next);
      if (read === null) throw new BadChange('nothing is otherwise. Next: choose a mode, a version or a key');
      problem.value = '';
      comparedWith.value = next;
    } catch (error) {
      problem.value = messageOf(error);
    }
  };
  return (
    <form
      class="other-side"
      key={comparedWith.value}
      onSubmit={(event) => {
        event.preventDefault();
        submit(event.currentTarget);
      }}
    >
      {others.length > 0 && (
        <label>
          <span>With</span>
          <select name="trace" aria-label="Compare with">
            <option value="">this run, otherwise configured</option>
            {others.map(({ id, name }) => (
              <option key={id} value={name} selected={name === trace}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span>Mode</span>
        <select name="mode">
          <option value="">{here.heap.mode} (as recorded)</option>
          {HEAP_MODES.filter((mode) => mode !== here.heap.mode).map((mode) => (
            <option key={mode} value={mode} selected={mode === change.mode}>
              {mode}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Xen</span>
        <select name="xen">
          <option value="">{here.heap.xen} (as recorded)</option>
          {XEN_VERSIONS.filter((xen) => xen !== here.heap.xen).map((xen) => (
            <option key={xen} value={xen} selected={xen === change.xen}>
              {xen}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Keys</span>
        <input
          name="set"
          type="text"
          spellcheck={false}
          autocomplete="off"
          placeholder="heap.dmaBits=32"
          defaultValue={change.set.join(' ')}
          aria-invalid={problem.value !== ''}
          aria-describedby="other-side-problem"
        />
      </label>
      <p class="compare-problem" id="other-side-problem" role="alert" hidden={problem.value === ''}>
        {problem.value}
      </p>
      <div class="compare-line">
        <button type="submit" class="main-action">
          Compare
        </button>
      </div>
    </form>
  );
}

function shown(written: string): { readonly change: typeof NO_CHANGE; readonly trace: string } {
  try {
    const other = parseOtherSide(written);
    if (other?.kind === 'trace') return { change: NO_CHANGE, trace: other.name };
    return { change: other?.change ?? NO_CHANGE, trace: '' };
  } catch {
    return { change: NO_CHANGE, trace: '' };
  }
}
