import type { JSX } from 'preact';
import { CompareMaps } from '../compare/compare-maps.tsx';
import { comparison } from '../compare/compare-state.ts';
import { MapView } from '../map/map-view.tsx';
import { loading, run, trouble } from '../state/runs.ts';
import { TimelineView } from '../timeline/timeline-view.tsx';
import { DropTarget } from './drop-target.tsx';
import { EmptyPage } from './empty-page.tsx';
import { Header } from './header.tsx';
import { KeyHelp } from './key-help.tsx';
import { mapHeight, mapWidth } from './layout-state.ts';
import { LoadingBar } from './loading-bar.tsx';
import { Notice } from './notice.tsx';
import { PanelColumn } from './panel-column.tsx';
import { Splitter } from './splitter.tsx';
import { StopNotice } from './stop-notice.tsx';

/** The whole page. */
export function App(): JSX.Element {
  const nothing = run.value === undefined;
  return (
    <DropTarget>
      <a class="skip" href="#panels">
        Skip to the panels
      </a>
      <Header />
      {loading.value !== null && <LoadingBar />}
      {trouble.value !== null && <Notice kind="error">{trouble.value}</Notice>}
      {run.value !== undefined && run.value.warning !== '' && <Notice kind="warning">{run.value.warning}</Notice>}
      <StopNotice />
      {nothing ? <EmptyPage /> : <Workspace />}
      <KeyHelp />
    </DropTarget>
  );
}

/** What a run is looked at with, each as large as somebody wants it. */
function Workspace(): JSX.Element {
  const shares = { '--map-width': percent(mapWidth.value), '--map-height': percent(mapHeight.value) };
  return (
    <main class="workspace" style={shares}>
      {(comparison.value?.b ?? null) === null ? <MapView /> : <CompareMaps />}
      <Splitter along="height" label="Border between map and timeline" share={mapHeight} />
      <TimelineView />
      <Splitter along="width" label="Border between map and panels" share={mapWidth} />
      <PanelColumn />
    </main>
  );
}

/** As the style sheet has it; null: what it says itself. */
function percent(share: number | null): string | null {
  return share === null ? null : `${share}%`;
}
