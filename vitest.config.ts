import { defineConfig } from 'vitest/config';
import { CountsReporter } from './tools/counts-reporter.ts';

const conditions = ['@sampan/source', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  // Packages that are not inlined are found by Node, also by their own `require`: `import` would hand that a module.
  ssr: { resolve: { conditions, externalConditions: ['@sampan/source', 'node', 'default'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'test/**/*.test.ts',
      'tools/**/*.test.ts',
    ],
    // At the end of a run no log of a service may hold a secret, and every error answered was the documented one.
    globalSetup: ['test/run.ts', 'test/log-secrets.ts', 'test/error-answers.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests of real processes share a machine in CI with whatever else it does; a second try is named in the report.
    retry: process.env['CI'] ? 1 : 0,
    // Workers start child services from source, which need the same export condition.
    execArgv: ['--conditions=@sampan/source'],
    reporters: ['default', new CountsReporter()],
  },
});
