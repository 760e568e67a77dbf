import type { JSX } from 'preact';
import { pinnedFrame } from '../state/cursor.ts';

/** A text in which frames can be pinned. */
export function FrameText({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {text
        .split(/\b(0x[0-9a-f]{1,10})\b/)
        .map((part, at) => (part.startsWith('0x') ? <FrameButton key={at} mfn={Number(part)} /> : part))}
    </>
  );
}

/** A frame, to be pinned. */
export function FrameButton({ mfn }: { readonly mfn: number }): JSX.Element {
  const text = `0x${mfn.toString(16)}`;
  return (
    <button
      type="button"
      class="frame"
      title={`Pin frame ${text}`}
      aria-pressed={pinnedFrame.value === mfn}
      onClick={() => (pinnedFrame.value = mfn)}
    >
      {text}
    </button>
  );
}
