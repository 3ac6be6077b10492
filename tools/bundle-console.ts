// Builds the console (`apps/console`) into what the service's package carries: static files that ask nothing of another
// host and need no inline script or style, so that a strict Content-Security-Policy holds.

import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

const root = join(import.meta.dirname, '..');

/** Where the service looks for the files. */
export const consoleFolder = join(root, 'packages', 'server', 'dist', 'console');

/** What the first page may load, compressed. It is kept below what sixteen of TDesign's components take with Vue. */
const firstLoadLimitBytes = 160_000;

/** Needed by the first page or by several of the others. */
const isShared = /[\\/](node_modules|packages|console[\\/]src[\\/](ui|text|session|[^\\/]+$))/;

/** Writes the console's files into `outFolder`. What the first page needs has names that begin with `first-`. */
export async function bundleConsole(outFolder = consoleFolder): Promise<void> {
  // Written beside and moved, so that a service that runs meanwhile never serves half of them.
  const fresh = `${outFolder}.${process.pid}`;
  const built = await build({
    configFile: false,
    root: join(root, 'apps', 'console'),
    base: './',
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'vue' } },
    define: {
      // Vitest sets `test`, which would bring the warnings of Vue along.
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    resolve: { conditions: ['@sampan/source', 'browser', 'import', 'module', 'default'] },
    build: {
      target: 'es2022',
      outDir: fresh,
      emptyOutDir: true,
      // Inlined as data addresses, fonts and pictures would need a wider policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      cssCodeSplit: false,
      rolldownOptions: {
        output: {
          entryFileNames: 'assets/entry-[hash].js',
          chunkFileNames: 'assets/[name]-[hash].js',
          assetFileNames: 'assets/[name]-[hash][extname]',
          codeSplitting: { groups: [{ name: 'first', test: isShared }] },
        },
      },
    },
  });
  if (!('output' in built)) throw new Error('the console was not built once');
  checkFirstLoad(built.output);
  await rm(outFolder, { recursive: true, force: true });
  await rename(fresh, outFolder);
}

/** Adds up the page and all that it names, with what that needs before it runs. */
function checkFirstLoad(output: Rolldown.RolldownOutput['output']): void {
  const files = new Map(output.map((file) => [file.fileName, file]));
  const first = new Set<string>();
  const add = (name: string): void => {
    const file = files.get(name);
    if (!file || first.has(name)) return;
    first.add(name);
    if (file.type === 'chunk') file.imports.forEach(add);
  };
  const page = textOf(files.get('index.html'));
  add('index.html');
  for (const [, name] of page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)) add(name!);
  const scripts = [...first].filter((name) => name.endsWith('.js'));
  if (scripts.length === 0) throw new Error('the page of the console names no script');
  const bytes = [...first].reduce((sum, name) => sum + gzipSync(textOf(files.get(name))).length, 0);
  console.log(`console: the first page loads ${bytes} bytes with gzip, at most ${firstLoadLimitBytes}`);
  if (bytes > firstLoadLimitBytes) throw new Error(`the first page of the console loads ${bytes} bytes`);
}

function textOf(file: Rolldown.RolldownOutput['output'][number] | undefined): string {
  if (!file) return '';
  return file.type === 'chunk' ? file.code : Buffer.from(file.source).toString();
}

if (import.meta.main) await bundleConsole();
