// Joins the service and the command line into few files, because Node loads some hundred modules one by one and keeps much
// for each: the service starts in two thirds of the time and each of its threads takes 3 to 6 MB less
// (docs/decisions/0017-profiles.md, 0021-memory-of-the-service.md). The SDK is built by bundle.ts.

import { globSync } from 'node:fs';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { build, type BuildEnvironmentOptions } from 'vite';

const packages = join(import.meta.dirname, '..', 'packages');

/** One package's files for Node. */
interface NodeFiles {
  readonly folder: string;
  /** Modules by the names of their files. */
  readonly entries: Readonly<Record<string, string>>;
  readonly target: string;
  /** What is found when it runs, not joined. */
  readonly external: NonNullable<BuildEnvironmentOptions['rolldownOptions']>['external'];
  /** Default: `dist` of the package. */
  readonly outFolder?: string;
  /** Default: ES modules. */
  readonly format?: 'es' | 'cjs';
}

async function writeFiles({
  folder,
  entries,
  target,
  external,
  outFolder,
  format = 'es',
}: NodeFiles): Promise<void> {
  await build({
    configFile: false,
    root: folder,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, resolve: { conditions: ['@sampan/source', 'node', 'import', 'default'] } },
    build: {
      ssr: true,
      target,
      outDir: outFolder ?? 'dist',
      emptyOutDir: false,
      minify: false,
      // The kit is small and is read as it is.
      sourcemap: format === 'es' && !('testing' in entries),
      rolldownOptions: {
        input: entries,
        external: external!,
        output: {
          format,
          entryFileNames: format === 'es' ? '[name].js' : '[name].cjs',
          chunkFileNames: 'shared-[name].js',
          // The package holds its sources, to which the maps lead.
          sourcemapExcludeSources: true,
        },
      },
    },
  });
}

/**
 * Writes the service: its entries, and one file for each of its threads beside them, where `startThread` looks for it. What
 * several of them have in common is in files that begin with `shared-`, so that no thread loads what only others need.
 * The compiler writes the declarations alone. Other packages than ours are not joined: they get their own fixes.
 */
export async function bundleService(outFolder?: string): Promise<void> {
  const folder = join(packages, 'server');
  const threads = globSync('src/**/*-worker.ts', { cwd: folder });
  const files = ['src/index.ts', 'src/main.ts', ...threads];
  const entries = Object.fromEntries(files.map((file) => [basename(file, '.ts'), join(folder, file)]));
  if (Object.keys(entries).length !== files.length) throw new Error('two threads have the same name');
  await removeScripts(outFolder ?? join(folder, 'dist'));
  await writeFiles({
    folder,
    entries,
    target: 'node22',
    external: (id) => isForeign(id) && !id.startsWith('@sampan/'),
    ...(outFolder === undefined ? {} : { outFolder }),
  });
}

/**
 * Writes the test kit, for old and new module systems: it runs on Node versions that the service does not run on, and in test
 * runners that have no `import()`. It finds the service when it starts one.
 */
async function bundleTestKit(): Promise<void> {
  const folder = join(packages, 'server');
  for (const format of ['es', 'cjs'] as const)
    await writeFiles({
      folder,
      entries: { testing: join(folder, 'src/kit/testing.ts') },
      target: 'node20',
      external: (id) => isForeign(id) && id !== '@sampan/protocol',
      format,
    });
  const declarations = await readFile(join(folder, 'dist/kit/testing.d.ts'), 'utf8');
  // A CommonJS file names types of an ES module with the way in which they are found.
  const common = declarations
    .replace(/ from '([^']*)';$/gm, " from '$1' with { 'resolution-mode': 'import' };")
    .replace(/^\/\/# sourceMappingURL.*$/m, '');
  await writeFile(join(folder, 'dist/kit/testing.d.cts'), common);
}

/** Writes the command line, as the service is written. The SDK and the service are found when they are needed. */
async function bundleCommandLine(): Promise<void> {
  const folder = join(packages, 'cli');
  await removeScripts(join(folder, 'dist'));
  await writeFiles({
    folder,
    entries: { main: join(folder, 'src/main.ts') },
    target: 'node22',
    external: (id) => isForeign(id) && id !== '@sampan/protocol',
  });
  // npm makes it a command when it installs the package, and not when it is built again.
  await chmod(join(folder, 'dist', 'main.js'), 0o755);
}

/** Whether an import names another package or a module of Node. */
function isForeign(id: string): boolean {
  return !isAbsolute(id) && /^[@\w]/.test(id);
}

/** What an earlier build left would not be missed, and be found. */
async function removeScripts(folder: string): Promise<void> {
  const scripts = globSync('**/*.{js,js.map,cjs,cjs.map}', { cwd: folder, exclude: ['console'] });
  for (const old of scripts) await rm(join(folder, old));
}

if (import.meta.main) {
  await bundleService();
  await bundleTestKit();
  await bundleCommandLine();
}
