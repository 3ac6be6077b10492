// Builds what the SDK publishes, by one ordinary pipeline for every entry: a module that bundlers can shake, CommonJS that
// gives the class itself to `require`, and one script for pages. Each is checked in an engine that has no host.

import { globSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Script, createContext } from 'node:vm';
import { parse } from 'acorn';
import { build, type Plugin } from 'vite';
import { clientRows } from './bundle-client.ts';

type Format = 'es' | 'cjs' | 'umd';

/** One single-file form. */
export interface Bundle {
  /** Source entry. CommonJS and scripts hand out its default export, with the named exports as properties. */
  readonly entry: string;
  readonly file: string;
  readonly format: Format;
  /** Default: ES2018, which the oldest mini program clients read. */
  readonly target?: string;
}

const sdk = join(import.meta.dirname, '..', 'packages', 'sdk');
const commonMark = '?common';

/** What the entry for Node may take from around it. */
const nodeModule = /^node:/;
/** The oldest Node that the package names. */
const nodeTarget = 'node20';
/** Consumers' bundlers lower what their browsers lack; all browsers since 2020 lack nothing of it. */
const webTarget = 'es2020';

/** The single files. A page or a mini program may take each alone. */
export const bundles = {
  miniProgram: { entry: 'src/entries/wx.ts', file: 'miniprogram_dist/index.js', format: 'cjs' },
  uploadOnly: { entry: 'src/entries/wx-upload.ts', file: 'miniprogram_dist/wx/upload.js', format: 'cjs' },
  uploadOnlyModule: { entry: 'src/entries/wx-upload.ts', file: 'dist/wx-upload.mjs', format: 'es' },
  scriptTag: { entry: 'src/entries/web.ts', file: 'dist/cos.min.js', format: 'umd' },
  webModule: { entry: 'src/entries/web.ts', file: 'dist/web.mjs', format: 'es', target: webTarget },
  node: { entry: 'src/entries/node.ts', file: 'dist/node.js', format: 'cjs', target: nodeTarget },
} satisfies Record<string, Bundle>;

/** Entries of mini program hosts, by name. All but a few kB of them is the same, which is a file that they share. */
const miniEntries = globSync('src/entries/*.ts', { cwd: sdk })
  .map((file) => basename(file, '.ts'))
  .filter((name) => !/^(define-|web$|node$|wx-)|\.test$/.test(name));

/** Bundles one form and gives its text. */
export async function bundleText({ entry, format, target }: Bundle): Promise<string> {
  const path = join(sdk, entry);
  const files = await pipeline({ bundle: format === 'es' ? path : path + commonMark }, format, target);
  if (files.length !== 1) throw new Error(`${entry} does not make exactly one file`);
  return files[0]!.code;
}

/** The pipeline: rows as short texts, joined, lowered to what the target reads, minified. */
async function pipeline(
  entry: Readonly<Record<string, string>>,
  format: Format,
  target = 'es2018',
): Promise<{ readonly name: string; readonly code: string }[]> {
  const isNode = target === nodeTarget;
  const extension = format === 'es' ? 'mjs' : 'js';
  const built = await build({
    configFile: false,
    root: sdk,
    logLevel: 'warn',
    publicDir: false,
    plugins: [commonForm(), clientRows()],
    resolve: {
      conditions: ['@sampan/source', isNode ? 'node' : 'browser', 'import', 'module', 'default'],
      ...(isNode ? { mainFields: [] } : {}),
    },
    build: {
      target,
      write: false,
      minify: false,
      sourcemap: false,
      lib: { entry, formats: [format], name: 'COS', fileName: (_, name) => `${name}.${extension}` },
      rolldownOptions: {
        ...(isNode ? { external: nodeModule, platform: 'node' } : {}),
        treeshake: { propertyReadSideEffects: false },
        output: {
          // Vite would keep white space of modules to save the marks of calls without effects; rolldown keeps those.
          minify: true,
          comments: { annotation: true, legal: false, jsdoc: false },
          chunkFileNames: `shared-[name].${extension}`,
          ...(format === 'es' ? {} : { exports: 'default' }),
          ...(Object.keys(entry).length > 1
            ? { codeSplitting: { groups: [{ name: 'mini', minShareCount: 2 }] } }
            : {}),
        },
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [];
  return (output?.output ?? []).map((file) => {
    if (file.type !== 'chunk') throw new Error(`${file.fileName} is no script`);
    return { name: file.fileName, code: file.code };
  });
}

/** Gives an entry the form that `require` wants: its default export, which has the named exports as properties. */
function commonForm(): Plugin {
  return {
    name: 'common-form',
    resolveId: (id) => (id.endsWith(commonMark) ? id : null),
    load(id) {
      if (!id.endsWith(commonMark)) return null;
      const path = JSON.stringify(id.slice(0, -commonMark.length));
      return `import value, * as named from ${path}; export default Object.assign(value, named);`;
    },
  };
}

/** Loads a single file in an engine with no Web, Node or WeChat API: loading must not need or touch any. */
function verify(code: string, { file, format }: Bundle): void {
  if (format === 'es') {
    parse(code, { ecmaVersion: 2020, sourceType: 'module' });
    return;
  }
  parse(code, { ecmaVersion: 2018, sourceType: 'script' });
  const run = (globals: object, expression: string): unknown => {
    const engine = createContext(globals, { codeGeneration: { strings: false, wasm: false } });
    return new Script(`${code}\n;typeof ${expression}`).runInContext(engine);
  };
  const required = (member: string): unknown => {
    const exports = {};
    return run({ module: { exports }, exports }, `module.exports${member}`);
  };
  const found = [required(''), required('.default'), ...(format === 'umd' ? [run({}, 'COS')] : [])];
  const expected = file.endsWith('upload.js') ? 'object' : 'function';
  if (!found.every((type) => type === expected) || required('.isServiceError') !== 'function')
    throw new Error(`${file} gives ${found.join(' and ')}, not ${expected} with named exports`);
}

async function write(file: string, code: string): Promise<void> {
  const path = join(sdk, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code);
  console.log(`packages/sdk/${file}: ${Buffer.byteLength(code)} bytes`);
}

/** Named exports of the class of Node for `import`, so that both module systems have one class and one set of errors. */
async function nodeModuleText(): Promise<string> {
  const { default: _, COS: _class, ...named } = await import('../packages/sdk/src/entries/node.ts');
  return (
    `import COS from './node.js';\n` +
    `export { COS, COS as default };\n` +
    `export const { ${Object.keys(named).sort().join(', ')} } = COS;\n`
  );
}

async function main(): Promise<void> {
  // What an earlier build left would be published.
  for (const old of globSync('{dist,miniprogram_dist}/**/*.{js,mjs,map}', { cwd: sdk }))
    await rm(join(sdk, old));
  for (const bundle of Object.values<Bundle>(bundles)) {
    const code = await bundleText(bundle);
    if (bundle !== bundles.node) verify(code, bundle);
    await write(bundle.file, code);
  }
  await write('dist/node.mjs', await nodeModuleText());

  const paths = (mark = ''): Record<string, string> =>
    Object.fromEntries(miniEntries.map((name) => [name, `${join(sdk, 'src/entries', name)}.ts${mark}`]));
  const { wx: _single, ...others } = paths(commonMark);
  for (const { name, code } of [...(await pipeline(paths(), 'es')), ...(await pipeline(others, 'cjs'))])
    await write(`dist/${name}`, code);

  // WeChat's npm build copies this folder as it is; the names in it are those of `exports`.
  await write('miniprogram_dist/wx.js', `module.exports = require('./index.js');\n`);
  // The package as a whole is ES modules; in these folders a `.js` file is CommonJS.
  for (const folder of ['dist', 'miniprogram_dist'])
    await write(`${folder}/package.json`, '{ "type": "commonjs", "sideEffects": false }\n');
}

if (import.meta.main) await main();
