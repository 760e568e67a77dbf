import type { JSX } from 'preact';
import { loading } from '../state/runs.ts';
import { openFiles } from './open-files.ts';

/** The page without a trace: what it is, and how to give it one. */
export function EmptyPage(): JSX.Element {
  if (loading.value !== null) {
    return (
      <main class="empty">
        <p>The heap appears as soon as its first records were read.</p>
      </main>
    );
  }
  return (
    <main class="empty">
      <h2>Look at a heap of Xen</h2>
      <p>
        Drop a trace anywhere on this page, or choose one. Plain, gzip and zstd will do; nothing leaves this computer.
      </p>
      <label class="choose">
        Choose traces <input type="file" multiple onChange={(event) => openFiles(event.currentTarget.files)} />
      </label>
      <p>
        A trace comes from <code>heaplay record</code>, <code>heaplay import</code>, or the corpus of Heaplay itself.
      </p>
    </main>
  );
}
