// Builds the single-file forms of the SDK: CommonJS for mini programs, one script for pages. Each gives the class
// itself, as the official packages do, and is checked to be plain ES2018 that asks nothing of its host when loaded.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Script, createContext } from 'node:vm';
import { parse } from 'acorn';
import { build, type Plugin } from 'vite';
import { clientRows } from './bundle-client.ts';
import { shortNames } from './bundle-names.ts';
import { shortIdioms } from './bundle-idioms.ts';
import { shortFunctions } from './bundle-functions.ts';
import { shortTexts } from './bundle-texts.ts';

/** One single-file form. */
export type Bundle = {
  /** Source entry, whose default export the bundle hands out. */
  entry: string;
  file: string;
  format: 'cjs' | 'umd';
};

const bundleEntry = 'sampan-bundle-entry';
const sdk = join(import.meta.dirname, '..', 'packages', 'sdk');

/** The forms that the package carries. */
export const bundles = {
  miniProgram: { entry: 'src/entries/wx.ts', file: 'miniprogram_dist/index.js', format: 'cjs' },
  uploadOnly: { entry: 'src/entries/wx-upload.ts', file: 'miniprogram_dist/upload.js', format: 'cjs' },
  scriptTag: { entry: 'src/entries/web.ts', file: 'dist/cos.min.js', format: 'umd' },
} satisfies Record<string, Bundle>;

/** Bundles one form and gives its text. */
export async function bundleText({ entry, format }: Bundle): Promise<string> {
  const built = await build({
    configFile: false,
    root: sdk,
    logLevel: 'warn',
    publicDir: false,
    plugins: [
      onlyDefault(join(sdk, entry)),
      shortIdioms(),
      clientRows(),
      shortNames(join(sdk, entry)),
      shortFunctions(),
      shortTexts(),
    ],

    resolve: { conditions: ['@sampan/source', 'browser', 'import', 'module', 'default'] },
    build: {
      target: 'es2018',
      write: false,
      minify: true,
      sourcemap: false,
      lib: { entry: bundleEntry, formats: [format], name: 'COS', fileName: () => 'bundle.js' },
      rolldownOptions: {
        treeshake: { propertyReadSideEffects: false },
        output: { exports: 'default' },
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [];
  const chunk = output?.output[0];
  if (!chunk || output.output.length !== 1) throw new Error(`${entry} does not make exactly one file`);
  return chunk.code;
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
function verify(code: string, { file, format }: Bundle): void {
  parse(code, { ecmaVersion: 2018, sourceType: 'script' });
  const found = typesGiven(code, format);
  const expected = file.endsWith('upload.js') ? 'object' : 'function';
  if (!found.every((type) => type === expected))
    throw new Error(`${file} gives ${found.join(' and ')}, not ${expected}`);
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

async function main(): Promise<void> {
  for (const bundle of Object.values<Bundle>(bundles)) {
    const code = await bundleText(bundle);
    verify(code, bundle);
    const path = join(sdk, bundle.file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);
    console.log(
      `packages/sdk/${bundle.file}: ${Buffer.byteLength(code)} bytes, ES2018, loads in a bare engine`,
    );
  }
  // The package as a whole is ES modules; this folder is not.
  await writeFile(join(sdk, 'miniprogram_dist', 'package.json'), '{ "type": "commonjs" }\n');
}

if (process.argv[1] === import.meta.filename) await main();
