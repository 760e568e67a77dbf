import { count } from '@heaplay/replay';
import type { JSX } from 'preact';
import { record } from '../state/cursor.ts';
import { run, runId, runs } from '../state/runs.ts';
import { themeChoice } from '../state/theme.ts';
import type { ThemeChoice } from '../state/theme.ts';
import { LiveBadge } from './live-badge.tsx';
import { printPage } from './print.ts';

const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

/** The line at the top: which run, where in it, and how it looks. */
export function Header(): JSX.Element {
  const { value: here } = run;
  return (
    <header class="top">
      <h1>Heaplay</h1>
      {here !== undefined && (
        <>
          {runs.value.length > 1 ? <RunChoice /> : <span class="run-name">{here.name}</span>}
          <output aria-label="Record" class="where">
            record {count(record.value)} of {count(here.length)}
          </output>
          <LiveBadge />
        </>
      )}
      {here !== undefined && (
        <button
          type="button"
          class="print"
          title="Map, legend, timeline and the open panel (Ctrl + P)"
          onClick={() => void printPage()}
        >
          Print
        </button>
      )}
      <label class="theme">
        Theme{' '}
        <select
          value={themeChoice.value}
          onChange={(event) => (themeChoice.value = event.currentTarget.value as ThemeChoice)}
        >
          {THEMES.map((theme) => (
            <option key={theme} value={theme}>
              {theme}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}

function RunChoice(): JSX.Element {
  return (
    <label>
      Run{' '}
      <select value={runId.value} onChange={(event) => (runId.value = Number(event.currentTarget.value))}>
        {runs.value.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
