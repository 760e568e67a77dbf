import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@heaplay/source'] },
  ssr: { resolve: { conditions: ['@heaplay/source'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
    // Some start processes or replay whole traces; a machine with other work to do is several times slower.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
