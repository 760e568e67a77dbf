import { frame } from '@heaplay/replay';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { parseFrame } from '../map/frame-text.ts';
import { pinInSight } from '../map/map-fields.ts';

/** Pins a frame that is typed; the one that is pinned stands in it. */
export function FrameForm(props: { readonly frames: number; readonly mfn: number | null }): JSX.Element {
  const { frames, mfn } = props;
  const problem = useSignal('');
  return (
    <form
      key={mfn}
      class="page-form"
      onSubmit={(event) => {
        event.preventDefault();
        const field = event.currentTarget.elements.namedItem('frame') as HTMLInputElement;
        const found = parseFrame(field.value, frames);
        problem.value = typeof found === 'string' ? found : '';
        if (typeof found === 'string') return;
        field.value = frame(found);
        pinInSight(found);
      }}
    >
      <label for="page-frame">Frame</label>
      <input
        id="page-frame"
        name="frame"
        type="text"
        size={mfn === null ? 18 : 12}
        defaultValue={mfn === null ? '' : frame(mfn)}
        spellcheck={false}
        autocomplete="off"
        placeholder="frame or address"
        title="A frame (0x7f3a2, or 521122), or a physical address with its unit: 0x7f3a2000@, 1.5G"
        aria-invalid={problem.value !== ''}
        aria-describedby="page-form-problem"
      />
      <button type="submit">Pin</button>
      <span class="map-problem" id="page-form-problem" role="status">
        {problem.value}
      </span>
    </form>
  );
}
