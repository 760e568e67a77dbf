import { render } from 'preact';
import { App } from './app/app.tsx';
import { BisectPanel } from './bisect/bisect-panel.tsx';
import { CallersPanel } from './callers/callers-panel.tsx';
import { registerLayoutKeys } from './app/layout-keys.ts';
import { followPrinting } from './app/print.ts';
import { registerCallKeys } from './calls/call-keys.ts';
import { CallsPanel } from './calls/calls-panel.tsx';
import { ComparePanel } from './compare/compare-panel.tsx';
import { startCompare } from './compare/compare-state.ts';
import { ExplainPanel } from './explain/explain-panel.tsx';
import { registerListKeys } from './free-lists/list-keys.ts';
import { ListsPanel } from './free-lists/lists-panel.tsx';
import { registerMapKeys } from './map/map-keys.ts';
import { PagePanel } from './page-panel/page-panel.tsx';
import { registerPageKeys } from './page-panel/page-state.ts';
import { RunPanel } from './run-panel/run-panel.tsx';
import { followKeys } from './state/keys.ts';
import { followLocation } from './state/location.ts';
import { openTraces } from './state/open.ts';
import { panels } from './state/panels.ts';
import { addTrouble } from './state/runs.ts';
import { tracesOfPage } from './state/sources.ts';
import { followTheme } from './state/theme.ts';
import { startTimeline } from './timeline/start-timeline.ts';
import { WhatIfPanel } from './what-if/what-if-panel.tsx';
import './styles/tokens.css';
import './styles/page.css';
import './styles/print.css';

panels.value = [
  { id: 'run', title: 'Run', component: RunPanel },
  { id: 'calls', title: 'Calls', component: CallsPanel },
  { id: 'explain', title: 'Explain', component: ExplainPanel },
  { id: 'page', title: 'Page', component: PagePanel },
  { id: 'lists', title: 'Free lists', component: ListsPanel },
  { id: 'callers', title: 'Callers', component: CallersPanel },
  { id: 'compare', title: 'Compare', component: ComparePanel },
  { id: 'what-if', title: 'What if', component: WhatIfPanel },
  { id: 'bisect', title: 'Bisect', component: BisectPanel },
];

followTheme();
followPrinting();
followLocation();
followKeys();
startTimeline();
startCompare();
registerMapKeys();
registerPageKeys();
registerCallKeys();
registerListKeys();
registerLayoutKeys();
render(<App />, document.getElementById('app') as HTMLElement);
try {
  await openTraces(await tracesOfPage());
} catch {
  addTrouble('the list of traces could not be fetched. Next: is "heaplay view" still running? Start it again');
}
