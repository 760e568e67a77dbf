import { count, plural } from '@heaplay/replay';
import type { JSX } from 'preact';
import { duration } from '../timeline/durations.ts';
import { goIntoSight } from '../timeline/jump.ts';
import type { PageOrigin } from './page-handlers.ts';

/** Who allocated a page, and how long ago. */
export function OriginPart({ origin }: { readonly origin: PageOrigin }): JSX.Element | null {
  const { allocation, age, record } = origin;
  if (allocation === null) return null;
  const { row } = allocation;
  const [caller, ...outer] = row.stack;
  return (
    <section aria-label="Who allocated it">
      <h3>Allocated</h3>
      <p>
        by{' '}
        <button type="button" class="link" onClick={() => goIntoSight(row.record)}>
          record {count(row.record)}
        </button>{' '}
        <code>{row.call}</code>
        {row.args.length > 0 && ` (${row.args.join(' · ')})`},{' '}
        {record === row.record ? 'just now' : `${plural(record - row.record, 'record')} ago`}
        {age !== null && age > 0 && ` (${duration(age)})`}
      </p>
      {caller !== undefined && (
        <p class="page-caller">
          from <code>{caller}</code>
          {outer.length > 0 && (
            <>
              {' '}
              in <code>{outer.join(' ← ')}</code>
            </>
          )}
        </p>
      )}
    </section>
  );
}
