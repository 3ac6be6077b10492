// Builds what consumers get: small programs that import the built SDK, through the bundlers that most of them use, with
// those bundlers' own defaults. size-limit then holds the results, and the built files, against `.size-limit.js`.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild-wasm';
import webpack from 'webpack';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.tmp', 'size');

/** Programs by name. Each uses what it imports, so that nothing of it can be dropped. */
const programs: Readonly<Record<string, string>> = {
  wx: `import COS from '@sampan/sdk/wx'; globalThis.app = new COS({});`,
  'wx-upload': `import * as sdk from '@sampan/sdk/wx/upload';
    globalThis.app = [sdk.createUploader({}), sdk.uploadFile, sdk.uploadFiles, sdk.cancelTask, sdk.pauseTask];`,
  uni: `import COS from '@sampan/sdk/uni'; globalThis.app = new COS({});`,
  web: `import COS from '@sampan/sdk'; globalThis.app = new COS({});`,
  'web-guard': `import { isServiceError } from '@sampan/sdk'; globalThis.app = isServiceError;`,
  'wx-guard': `import { isServiceError } from '@sampan/sdk/wx'; globalThis.app = isServiceError;`,
};

async function withEsbuild(name: string, program: string): Promise<void> {
  await build({
    stdin: { contents: program, resolveDir: root },
    outfile: join(folder, `${name}.esbuild.js`),
    bundle: true,
    minify: true,
    logLevel: 'error',
  });
}

/** What is used of webpack. Its own declarations name packages of types that are not installed. */
type Webpack = (
  settings: object,
  done: (error: Error | null, stats?: { hasErrors(): boolean; toString(kind: string): string }) => void,
) => void;

async function withWebpack(name: string, program: string): Promise<void> {
  const entry = join(folder, `${name}.entry.js`);
  await writeFile(entry, program);
  const settings = {
    mode: 'production',
    entry,
    context: root,
    output: { path: folder, filename: `${name}.webpack.js` },
    resolve: { modules: [join(root, 'node_modules')] },
    performance: { hints: false },
  };
  const stats = await promisify(webpack as unknown as Webpack)(settings);
  if (stats?.hasErrors()) throw new Error(stats.toString('errors-only'));
}

await mkdir(folder, { recursive: true });
for (const [name, program] of Object.entries(programs)) {
  await withEsbuild(name, program);
  await withWebpack(name, program);
}
