import { render } from 'preact';
import { App } from './app/app.tsx';
import { RunPanel } from './run-panel/run-panel.tsx';
import { followLocation } from './state/location.ts';
import { openTraces } from './state/open.ts';
import { panels } from './state/panels.ts';
import { tracesOfPage } from './state/sources.ts';
import { followTheme } from './state/theme.ts';
import './styles/tokens.css';
import './styles/page.css';

panels.value = [{ id: 'run', title: 'Run', component: RunPanel }];

followTheme();
followLocation();
render(<App />, document.getElementById('app') as HTMLElement);
await openTraces(await tracesOfPage());
