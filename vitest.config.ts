import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    // Two cores is what a small CI machine has; more workers only fight over them.
    maxWorkers: 2,
  },
});
