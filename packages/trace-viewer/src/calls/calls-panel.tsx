import type { JSX } from 'preact';
import { CallDetail } from './call-detail.tsx';
import { CallList } from './call-list.tsx';
import { FilterBar } from './filter-bar.tsx';
import { useFilter } from './use-filter.ts';
import './calls.css';

/** Every record of the run as a list, to be filtered and gone through. */
export function CallsPanel(): JSX.Element {
  const filter = useFilter();
  return (
    <div class="calls">
      <FilterBar filter={filter} />
      <CallList filtered={filter.filtered.value} />
      <CallDetail />
    </div>
  );
}
