// Joins the SDK for Node into one file, in place of the module that the compiler wrote: it is the same module, but loads
// in a quarter of the time and with 8 MB less, because some hundred files are not looked for, opened and linked one by one
// (docs/decisions/0017-profiles.md). What else is in `dist` stays as it is, for bundlers of pages.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const sdk = join(import.meta.dirname, '..', 'packages', 'sdk');

/** Bundles the entry for Node and writes it. */
export async function bundleNode(): Promise<void> {
  await build({
    configFile: false,
    root: sdk,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, resolve: { conditions: ['@sampan/source', 'node', 'import', 'default'] } },
    build: {
      ssr: 'src/node.ts',
      // The oldest Node that the package names.
      target: 'node20',
      outDir: 'dist',
      emptyOutDir: false,
      minify: false,
      sourcemap: true,
      rolldownOptions: { external: /^node:/, output: { format: 'es', entryFileNames: 'node.js' } },
    },
  });
  // It must load where nothing but Node's own modules can be found.
  const { default: COS } = (await import(pathToFileURL(join(sdk, 'dist', 'node.js')).href)) as {
    readonly default: unknown;
  };
  if (typeof COS !== 'function') throw new Error('the bundle for Node does not export the class');
}

if (import.meta.main) await bundleNode();
