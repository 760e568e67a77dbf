import { useSignal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** How wide an element is, in CSS pixels, also when it becomes another; 0 before it is there. */
export function useWidth<T extends HTMLElement>(): {
  readonly box: RefObject<T | null>;
  readonly width: ReadonlySignal<number>;
} {
  const box = useRef<T>(null);
  const width = useSignal(0);
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const observer = new ResizeObserver(() => (width.value = current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return { box, width };
}
