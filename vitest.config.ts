import { defineConfig } from 'vitest/config';

/** Deadlines are for what never comes, not for what is slow: they hold on a machine that does ten other things. */
const shared = { pool: 'forks' as const, isolate: false, expect: { poll: { timeout: 15_000 } } };

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'unit', include: ['src/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          ...shared,
          expect: { poll: { timeout: 30_000 } },
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/support/build-cli.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
