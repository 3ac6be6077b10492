/**
 * Turns the mini program in apps/miniprogram into what both runtimes load: a folder with the files that `app.json`
 * reaches, scripts as CommonJS, and names of npm packages as paths. The templates and styles stay as they are.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { arch, platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { bundles, bundleText } from '../../tools/bundle.ts';
import { buildNpm, commonJs, programRoot, reachableFiles, resolveName } from '../../tools/miniprogram.ts';

const scratch = fileURLToPath(new URL('../../.tmp', import.meta.url));

/** Names that WeChat's module wrapper declares, so that they are undefined in a mini program. */
const absent =
  'window, document, frames, self, location, navigator, localStorage, history, screen, alert, fetch';
/** What a run of the program has of its own; `program.ts` puts it there before a script is loaded. */
const own = 'wx, App, getApp, getCurrentPages, setTimeout, clearTimeout, setInterval, clearInterval';
const prelude = `const { ${own} } = globalThis.miniProgramRun; let ${absent}, XMLHttpRequest, WebSocket;`;

/** Whether WeChat's compilers, which npm carries for processors of x86 alone, run here; macOS translates them. */
export const compilersRun = arch === 'x64' || platform === 'darwin';
if (!compilersRun) console.log('The mini program is not tested: its compilers need a machine with x86-64.');

/** A change to one file of the program: a fault that a test plants. */
export interface Plant {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Compiles the program into a folder of its own, which is removed when the test is over. */
export async function compiledProgram(plant?: Plant): Promise<string> {
  await mkdir(scratch, { recursive: true });
  const whole = await mkdtemp(join(scratch, 'miniprogram-whole-'));
  const root = await mkdtemp(join(scratch, 'miniprogram-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  try {
    await cp(programRoot, whole, { recursive: true, filter: (file) => !file.includes('miniprogram_npm') });
    await buildNpm(whole, ['@sampan/sdk']);
    await write(join(whole, 'miniprogram_npm/@sampan/sdk/index.js'), await sdk());
    await compileInto(root, whole, plant);
  } finally {
    await rm(whole, { recursive: true, force: true });
  }
  return root;
}

let sdkText: Promise<string> | undefined;

/** The SDK's file for mini programs, made from its sources, because tests do not need a build. */
function sdk(): Promise<string> {
  sdkText ??= bundleText(bundles.miniProgram);
  return sdkText;
}

async function compileInto(root: string, whole: string, plant?: Plant): Promise<void> {
  const files = await reachableFiles(whole);
  const known = new Set(files);
  await write(join(root, 'package.json'), '{ "type": "commonjs" }');
  for (const file of files) {
    const source = await readFile(join(whole, file), 'utf8');
    const text = plant?.file === file ? planted(source, plant) : source;
    await write(join(root, file.replace(/\.ts$/, '.js')), compiled(file, text, known));
  }
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function planted(source: string, { file, from, to }: Plant): string {
  if (!source.includes(from)) throw new Error(`${file} does not hold ${from}`);
  return source.replace(from, to);
}

function compiled(file: string, text: string, known: ReadonlySet<string>): string {
  switch (posix.extname(file)) {
    case '.ts':
    case '.js':
      return prelude + withPaths(file, commonJs(text, file), known);
    case '.json':
      return file === 'app.json' ? text : withComponentPaths(file, text, known);
    default:
      return text;
  }
}

function withPaths(file: string, script: string, known: ReadonlySet<string>): string {
  return script.replaceAll(/\brequire\("([^".][^"]*)"\)/g, (whole, name: string) => {
    const path = resolveName(file, name, ['.js', '/index.js'], known);
    return path === undefined ? whole : `require("${pathBetween(file, path)}")`;
  });
}

function withComponentPaths(file: string, text: string, known: ReadonlySet<string>): string {
  const json = JSON.parse(text) as { usingComponents?: Record<string, string> };
  for (const [tag, name] of Object.entries(json.usingComponents ?? {})) {
    const path = resolveName(file, name, ['.json'], known);
    if (path !== undefined && json.usingComponents)
      json.usingComponents[tag] = pathBetween(file, path.slice(0, -'.json'.length));
  }
  return JSON.stringify(json);
}

function pathBetween(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}
