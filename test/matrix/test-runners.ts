/** Test runners with a page made by jsdom, and a server that renders pages. */
import { join } from 'node:path';
import { moduleText, uploadText } from './program.ts';
import type { Cell } from './project.ts';

const jsdomOptions = { url: 'http://127.0.0.1/' };

export const testRunnerCells: readonly Cell[] = [
  {
    name: 'Jest, Node',
    needs: ['jest@30.5.2', 'jest-environment-jsdom@30.5.2'],
    uploads: true,
    async attempt(project, key) {
      await project.write(
        'app.test.js',
        `const COS = require('@sampan/sdk');\n${uploadText(project.target, key)}\ntest('uploads', () => uploadWith(COS, COS.isServiceError));`,
      );
      await project.run(
        process.execPath,
        '--require',
        './localhost.cjs',
        join('node_modules', 'jest', 'bin', 'jest.js'),
        '--runInBand',
      );
    },
  },
  {
    name: 'Jest, jsdom',
    needs: ['jest@30.5.2', 'jest-environment-jsdom@30.5.2'],
    manifest: { jest: { testEnvironment: 'jsdom', testEnvironmentOptions: jsdomOptions } },
    uploads: true,
    async attempt(project, key) {
      await project.write(
        'app.test.js',
        `const COS = require('@sampan/sdk');\n${uploadText(project.target, key)}\ntest('uploads', () => uploadWith(COS, COS.isServiceError));`,
      );
      await project.run(
        process.execPath,
        '--require',
        './localhost.cjs',
        join('node_modules', 'jest', 'bin', 'jest.js'),
        '--runInBand',
      );
    },
  },
  {
    name: 'Vitest, jsdom',
    needs: ['vitest@5.1.1', 'vite@8.3.8', 'jsdom@31.0.1'],
    uploads: true,
    async attempt(project, key) {
      await project.write(
        'app.test.mjs',
        `// @vitest-environment jsdom
import { test } from 'vitest';
import COS, { isServiceError } from '@sampan/sdk/web';
${uploadText(project.target, key)}
test('uploads', () => uploadWith(COS, isServiceError));`,
      );
      await project.run(
        process.execPath,
        '--require',
        './localhost.cjs',
        join('node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--execArgv=--require=./localhost.cjs',
      );
    },
  },
  {
    name: 'rendering on a server',
    needs: [],
    uploads: true,
    async attempt(project, key) {
      // A framework loads a page's module on the server, renders, and calls the server's own code in the same process.
      await project.write(
        'app.mjs',
        `import Page, { isServiceError as guard } from '@sampan/sdk/web';
${moduleText(project.target, key)}
import { ServiceError } from '@sampan/sdk';
if (Page === COS || typeof Page.version !== 'string') throw new Error('not the build for pages');
if (!guard(new ServiceError({ Code: 'a', Message: 'b' }, 500))) throw new Error('the builds do not know each other');
`,
      );
      await project.run(process.execPath, '--require', './localhost.cjs', 'app.mjs');
    },
  },
];
