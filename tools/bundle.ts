// Builds the single-file forms of the SDK: CommonJS for mini programs, one script for pages. Each gives the class
// itself, as the official packages do, and is checked to be plain ES2018 that asks nothing of its host when loaded.

import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Script, createContext } from 'node:vm';
import { parse } from 'acorn';
import { build, type Plugin } from 'vite';

type Bundle = {
  /** Source entry, whose default export the bundle hands out. */
  entry: string;
  file: string;
  format: 'cjs' | 'iife';
};

const sdk = join(import.meta.dirname, '..', 'packages', 'sdk');

const bundles: readonly Bundle[] = [
  { entry: 'src/wx.ts', file: 'miniprogram_dist/index.js', format: 'cjs' },
  { entry: 'src/wx/upload.ts', file: 'miniprogram_dist/upload.js', format: 'cjs' },
  { entry: 'src/web.ts', file: 'dist/cos.min.js', format: 'iife' },
];

for (const bundle of bundles) {
  if (!existsSync(join(sdk, bundle.entry))) {
    console.log(`packages/sdk/${bundle.entry} does not exist yet: no ${bundle.file}`);
    continue;
  }
  await write(bundle);
  await verify(bundle);
}

async function write({ entry, file, format }: Bundle): Promise<void> {
  const [folder = '', name = ''] = file.split('/');
  await build({
    configFile: false,
    root: sdk,
    logLevel: 'warn',
    publicDir: false,
    plugins: [onlyDefault(join(sdk, entry))],
    resolve: { conditions: ['@sampan/source', 'browser', 'import', 'module', 'default'] },
    build: {
      target: 'es2018',
      outDir: folder,
      emptyOutDir: false,
      minify: true,
      sourcemap: false,
      lib: { entry: bundleEntry, formats: [format], name: 'COS', fileName: () => name },
      rolldownOptions: { output: { exports: 'default' } },
    },
  });
}

const bundleEntry = 'sampan-bundle-entry';

/** Wraps an entry so that the bundle exports its default alone: `require()` then gives that value itself. */
function onlyDefault(entry: string): Plugin {
  return {
    name: 'only-default',
    resolveId: (id) => (id.endsWith(bundleEntry) ? bundleEntry : null),
    load: (id) =>
      id === bundleEntry ? `import value from ${JSON.stringify(entry)}; export default value;` : null,
  };
}

/** Loads the bundle in an engine with no Web, Node or WeChat API: loading must not need or touch any. */
async function verify({ file, format }: Bundle): Promise<void> {
  const path = join(sdk, file);
  const code = await readFile(path, 'utf8');
  parse(code, { ecmaVersion: 2018, sourceType: 'script' });

  const engine = createContext(
    { module: { exports: {} } },
    { codeGeneration: { strings: false, wasm: false } },
  );
  const result = format === 'cjs' ? 'module.exports' : 'COS';
  const kind: unknown = new Script(`${code}\n;typeof ${result}`, { filename: path }).runInContext(engine);
  const expected = file.endsWith('upload.js') ? ['function', 'object'] : ['function'];
  if (!expected.includes(String(kind)))
    throw new Error(`${file} gives ${String(kind)}, not the class itself`);

  console.log(`packages/sdk/${file}: ${(await stat(path)).size} bytes, ES2018, loads in a bare engine`);
}
