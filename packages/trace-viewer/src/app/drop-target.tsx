import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { openFiles } from './open-files.ts';

/** The page as a place where files may be dropped. */
export function DropTarget({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const over = useSignal(false);
  return (
    <div
      class={over.value ? 'page dropping' : 'page'}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => (over.value = false)}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        openFiles(event.dataTransfer?.files);
      }}
    >
      {children}
    </div>
  );
}
