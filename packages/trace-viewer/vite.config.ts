import { defineConfig } from 'vite';
import { singlePage } from './build/single-page.ts';

export default defineConfig({
  resolve: { conditions: ['@heaplay/source', 'module', 'browser', 'production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'iife' },
  build: {
    target: 'es2023',
    // One file, to be attached to a ticket: nothing may be left beside it.
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: { output: { codeSplitting: false } },
  },
  plugins: [singlePage()],
});
