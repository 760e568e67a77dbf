import type { ComponentChildren, JSX } from 'preact';

/** Something that a person must know: what was wrong, and what is shown all the same. */
export function Notice(props: {
  readonly kind: 'error' | 'warning';
  readonly children: ComponentChildren;
}): JSX.Element {
  const { kind, children } = props;
  return (
    <p class={`notice ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <strong>{kind === 'error' ? 'Error' : 'Warning'}:</strong> {children}
    </p>
  );
}
