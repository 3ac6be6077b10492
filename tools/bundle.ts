// Builds the single-file forms of the SDK: CommonJS for mini programs, one script for pages. Each gives the class
// itself, as the official packages do, and is checked to be plain ES2018 that asks nothing of its host when loaded.

import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Script, createContext } from 'node:vm';
import { parse } from 'acorn';
import { build, type Plugin } from 'vite';

type Bundle = {
  /** Source entry, whose default export the bundle hands out. */
  entry: string;
  file: string;
  format: 'cjs' | 'umd';
};

const bundleEntry = 'sampan-bundle-entry';
const sdk = join(import.meta.dirname, '..', 'packages', 'sdk');

const bundles: readonly Bundle[] = [
  { entry: 'src/wx.ts', file: 'miniprogram_dist/index.js', format: 'cjs' },
  { entry: 'src/wx/upload.ts', file: 'miniprogram_dist/upload.js', format: 'cjs' },
  { entry: 'src/web.ts', file: 'dist/cos.min.js', format: 'umd' },
];

await mkdir(join(sdk, 'miniprogram_dist'), { recursive: true });
// The package as a whole is ES modules; this folder is not.
await writeFile(join(sdk, 'miniprogram_dist', 'package.json'), '{ "type": "commonjs" }\n');

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

  const found = typesGiven(code, format);
  const expected = file.endsWith('upload.js') ? ['function', 'object'] : ['function'];
  if (!found.every((type) => expected.includes(type)))
    throw new Error(`${file} gives ${found.join(' and ')}, not the class itself`);

  console.log(`packages/sdk/${file}: ${(await stat(path)).size} bytes, ES2018, loads in a bare engine`);
}

/** What `require()` gives, and for a script-tag build also what a page finds in its global. */
function typesGiven(code: string, format: Bundle['format']): string[] {
  const run = (globals: object, expression: string): string => {
    const engine = createContext(globals, { codeGeneration: { strings: false, wasm: false } });
    return String(new Script(`${code}\n;typeof ${expression}`).runInContext(engine));
  };
  const exports = {};
  const required = run({ module: { exports }, exports }, 'module.exports');
  return format === 'umd' ? [required, run({}, 'COS')] : [required];
}
