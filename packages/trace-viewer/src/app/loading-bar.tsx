import type { JSX } from 'preact';
import { loading } from '../state/runs.ts';

/** How far the reading of a trace has come; it can be stopped. */
export function LoadingBar(): JSX.Element | null {
  const { value } = loading;
  if (value === null) return null;
  const { name, read, bytes, cancel } = value;
  return (
    <div class="loading">
      <label>
        Reading {name}{' '}
        {bytes > 0 ? <progress max={bytes} value={Math.min(read, bytes)} /> : <span>{mebibytes(read)}</span>}
      </label>
      <button type="button" onClick={cancel}>
        Stop
      </button>
    </div>
  );
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
