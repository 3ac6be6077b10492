// The mini program in apps/miniprogram: makes its `miniprogram_npm` as "Build npm" of WeChat DevTools does for packages
// that carry a mini program folder, and with --check weighs what an upload of the program would hold.

import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

const app = join(import.meta.dirname, '..', 'apps', 'miniprogram');
/** The mini program itself, as `miniprogramRoot` of project.config.json names it. */
export const programRoot = join(app, 'miniprogram');
/** WeChat takes 2 MB for a main package. This leaves room for a program around the uploads. */
const limitBytes = 500_000;

interface PackageJson {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly miniprogram?: string;
}

interface PackRule {
  readonly type: string;
  readonly value: string;
}

interface ComponentJson {
  readonly pages?: readonly string[];
  readonly usingComponents?: Readonly<Record<string, string>>;
}

/** Copies the mini program folder of every dependency, but for those in `except`, to `miniprogram_npm` below `target`. */
export async function buildNpm(target = programRoot, except: readonly string[] = []): Promise<void> {
  const { dependencies = {} } = await readJson<PackageJson>(join(app, 'package.json'));
  const find = createRequire(join(app, 'package.json'));
  for (const name of Object.keys(dependencies).filter((dependency) => !except.includes(dependency))) {
    const file = packageFile(find, name);
    const { miniprogram } = await readJson<PackageJson>(file);
    if (miniprogram === undefined) throw new Error(`${name} has no "miniprogram" folder`);
    const from = join(dirname(file), miniprogram);
    if (!ts.sys.directoryExists(from)) throw new Error(`${name} is not built: run npm run build`);
    const to = join(target, 'miniprogram_npm', name);
    await rm(to, { recursive: true, force: true });
    await cp(from, to, { recursive: true });
  }
}

function packageFile(find: NodeJS.Require, name: string): string {
  for (const folder of find.resolve.paths(name) ?? []) {
    const file = join(folder, name, 'package.json');
    if (ts.sys.fileExists(file)) return file;
  }
  throw new Error(`${name} is not installed: run npm ci`);
}

/** Turns TypeScript or an ES module into the CommonJS that a mini program runs, as DevTools does. */
export function commonJs(text: string, fileName: string): string {
  const { CommonJS } = ts.ModuleKind;
  const compilerOptions = { module: CommonJS, target: ts.ScriptTarget.ES2018, esModuleInterop: true };
  return ts.transpileModule(text, { fileName, compilerOptions }).outputText;
}

/**
 * Every file that `app.json` reaches by pages, components, scripts, styles and templates, relative to `root` and with
 * `/`. Throws when one that is named does not exist, with the file that names it.
 */
export async function reachableFiles(root = programRoot): Promise<string[]> {
  const files = (await readdir(root, { recursive: true })).map((file) => file.split(sep).join('/'));
  const known = new Set(files);
  const found = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    if (found.has(file)) return;
    found.add(file);
    for (const next of await referencesOf(root, file, known)) await visit(next);
  };
  await visit('app.json');
  for (const file of ['app.ts', 'app.wxss', 'sitemap.json']) await visit(file);
  return [...found].sort();
}

async function referencesOf(root: string, file: string, known: ReadonlySet<string>): Promise<string[]> {
  const text = await readFile(join(root, file), 'utf8');
  const wanted = (name: string, endings: readonly string[]): string => {
    const path = resolveName(file, name, endings, known);
    if (path === undefined) throw new Error(`${file} names ${name}, which does not exist`);
    return path;
  };
  const matches = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!);
  switch (posix.extname(file)) {
    case '.json': {
      const { pages = [], usingComponents = {} } = JSON.parse(text) as ComponentJson;
      const components = [
        ...(file === 'app.json' ? pages.map((page) => `/${page}`) : []),
        ...Object.values(usingComponents),
      ];
      return components.flatMap((name) => {
        const stem = wanted(name, ['.json']).slice(0, -'.json'.length);
        return ['.json', '.ts', '.js', '.wxml', '.wxss']
          .map((ending) => stem + ending)
          .filter((path) => known.has(path));
      });
    }
    case '.ts':
    case '.js':
      return scriptNames(text).map((name) => wanted(name, ['', '.ts', '.js', '/index.js']));
    case '.wxml':
      return matches(/<(?:import|include|wxs)[^>]*?\ssrc="([^"]+)"/g).map((name) =>
        wanted(name, ['', '.wxml']),
      );
    case '.wxs':
      return matches(/require\(['"]([^'"]+)['"]\)/g).map((name) => wanted(name, ['']));
    case '.wxss':
      return matches(/@import\s+['"]([^'"]+)['"]/g).map((name) => wanted(name, ['']));
    default:
      return [];
  }
}

/** What a script loads; type imports are erased and load nothing. */
function scriptNames(text: string): string[] {
  const output = commonJs(text, 'module.ts');
  return [...output.matchAll(/\brequire\(["']([^"']+)["']\)/g)].map((match) => match[1]!);
}

/** A name as WeChat resolves it: beside the file first, then in each `miniprogram_npm` on the way up. */
export function resolveName(
  file: string,
  name: string,
  endings: readonly string[],
  known: ReadonlySet<string>,
): string | undefined {
  const folder = posix.dirname(file);
  const stems = name.startsWith('/') ? [name.slice(1)] : [posix.join(folder, name)];
  if (!/^[./]/.test(name))
    for (let at = folder; ; at = posix.dirname(at)) {
      stems.push(posix.join(at, 'miniprogram_npm', name));
      if (at === '.') break;
    }
  for (const stem of stems)
    for (const ending of endings)
      if (known.has(stem + ending) && posix.extname(stem + ending) !== '') return stem + ending;
  return undefined;
}

/** Files that an upload of the program holds by `packOptions`, and those that it needs and would miss. */
export async function packedFiles(): Promise<{ readonly packed: string[]; readonly missing: string[] }> {
  const { packOptions } = await readJson<{ packOptions: { ignore: PackRule[]; include: PackRule[] } }>(
    join(app, 'project.config.json'),
  );
  const entries = await readdir(programRoot, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(programRoot, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const packed = files.filter(
    (file) =>
      !file.endsWith('.d.ts') && (!anyRule(packOptions.ignore, file) || anyRule(packOptions.include, file)),
  );
  const held = new Set(packed);
  return { packed, missing: (await reachableFiles()).filter((file) => !held.has(file)) };
}

function anyRule(rules: readonly PackRule[], file: string): boolean {
  return rules.some(({ type, value }) => {
    if (type === 'folder') return file.startsWith(`${value}/`);
    if (type === 'file') return file === value;
    throw new Error(`packOptions: rules of type ${type} are not weighed here`);
  });
}

async function check(): Promise<void> {
  const { packed, missing } = await packedFiles();
  if (missing.length > 0)
    throw new Error(`packOptions leaves out what the program needs: ${missing.join(', ')}`);
  const sizes = await Promise.all(
    packed.map(async (file) => {
      const text = await readFile(join(programRoot, file));
      return file.endsWith('.ts') ? Buffer.byteLength(commonJs(text.toString(), file)) : text.length;
    }),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`apps/miniprogram: ${packed.length} files, ${bytes} bytes of ${limitBytes}`);
  if (bytes > limitBytes) throw new Error('the main package is too large');
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}

if (process.argv[1] === import.meta.filename) {
  await buildNpm();
  if (process.argv.includes('--check')) await check();
}
