import { count } from '@heaplay/replay';
import type { JSX } from 'preact';
import type { ChangedBlock, ExplainedChanges } from './explained.ts';
import { FrameText } from './frame-text.tsx';

/** What a record changed, in words. */
export function ChangesPart({ changes }: { readonly changes: ExplainedChanges }): JSX.Element {
  const { counts, vanished, appeared, more, mappings } = changes;
  const nothing = counts.length + vanished.length + appeared.length + mappings.length === 0;
  return (
    <section aria-label="What changed">
      <h3>What changed</h3>
      {nothing && <p>Nothing.</p>}
      {counts.length + mappings.length > 0 && (
        <ul>
          {[...counts, ...mappings].map((text) => (
            <li key={text}>
              <FrameText text={text} />
            </li>
          ))}
        </ul>
      )}
      <Blocks title="Blocks before" blocks={vanished} />
      <Blocks title="Blocks behind" blocks={appeared} />
      {more > 0 && <p class="aside">and {count(more)} blocks more</p>}
    </section>
  );
}

function Blocks({
  title,
  blocks,
}: {
  readonly title: string;
  readonly blocks: readonly ChangedBlock[];
}): JSX.Element | null {
  if (blocks.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul>
        {blocks.map(({ mfn, text }) => (
          <li key={mfn}>
            <FrameText text={text} />
          </li>
        ))}
      </ul>
    </>
  );
}
