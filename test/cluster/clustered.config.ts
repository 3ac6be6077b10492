/** The tests of clients and of conformance, with two processes behind nginx in the place of each service. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inRoot = (path: string): string => `${root}${path}`;

export default defineConfig({
  ...base,
  root,
  test: {
    ...base.test,
    globalSetup: [
      'test/run.ts',
      'test/log-secrets.ts',
      'test/error-answers.ts',
      'test/cluster/stores.ts',
    ].map(inRoot),
    setupFiles: [inRoot('test/cluster/each-file.ts')],
    hookTimeout: 120_000,
  },
});
