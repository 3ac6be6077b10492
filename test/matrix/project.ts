/** An empty project with the packed SDK in it, as a user makes one. Its other packages are installed once and kept. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where a service runs that programs upload to. */
export interface Target {
  readonly port: number;
  readonly secretId: string;
  readonly secretKey: string;
  readonly Bucket: string;
  readonly Region: string;
}

/** A project in its folder. */
export interface Project {
  readonly folder: string;
  readonly target: Target;
  /** Writes a file of the project. */
  write(file: string, text: string): Promise<void>;
  /** Runs a program in the project and gives its output; throws with the output when it fails. */
  run(command: string, ...words: string[]): Promise<string>;
}

/** One line of the table. */
export interface Cell {
  readonly name: string;
  /** Packages beside the SDK, as `name@version`. */
  readonly needs: readonly string[];
  /** Content of package.json that differs from an empty one. */
  readonly manifest?: object;
  /**
   * Builds and runs a program that uploads to the key; the runner then reads the object back. A cell without an upload
   * gives undefined, and throws when what it checks does not hold.
   */
  readonly attempt: (project: Project, key: string) => Promise<void>;
  /** Whether the program uploads. Compilers only check types. */
  readonly uploads: boolean;
}

const cellTimeoutMs = 120_000;
const installTimeoutMs = 400_000;

/** Makes the project of a cell in `root`; `tarball` is the packed SDK. */
export async function makeProject(
  cell: Cell,
  { root, tarball, target }: { readonly root: string; readonly tarball: string; readonly target: Target },
): Promise<Project> {
  const id = createHash('sha256').update(cell.needs.join()).digest('hex').slice(0, 12);
  const kept = join(root, 'cache', id);
  if (!existsSync(join(kept, 'complete'))) {
    await rm(kept, { recursive: true, force: true });
    await mkdir(join(kept, 'node_modules'), { recursive: true });
    await writeFile(join(kept, 'package.json'), '{ "private": true }\n');
    if (cell.needs.length > 0) await command(kept, installTimeoutMs, npm, [...install, ...cell.needs]);
    await writeFile(join(kept, 'complete'), '');
  }
  const folder = join(root, 'projects', cell.name.replaceAll(/\W+/g, '-'));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // Links instead of copies: the packages are read and never written.
  await cp(join(kept, 'node_modules'), join(folder, 'node_modules'), {
    recursive: true,
    verbatimSymlinks: true,
    mode: 0,
  });
  const sdk = join(folder, 'node_modules', '@sampan', 'sdk');
  await rm(sdk, { recursive: true, force: true });
  await mkdir(sdk, { recursive: true });
  await command(folder, cellTimeoutMs, 'tar', ['-xzf', tarball, '-C', sdk, '--strip-components=1']);
  const project: Project = {
    folder,
    target,
    async write(file, text) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    },
    run: (name, ...words) => command(folder, cellTimeoutMs, name, words),
  };
  await project.write('package.json', JSON.stringify({ private: true, ...cell.manifest }));
  await project.write('localhost.cjs', localhost);
  return project;
}

const npm = 'npm';
const install = 'install --no-audit --no-fund --ignore-scripts --legacy-peer-deps --prefer-offline'.split(
  ' ',
);

/** Names below localhost are this machine for browsers; Node asks the system, which may not know them. */
const localhost = `
const dns = require('dns');
const lookup = dns.lookup;
dns.lookup = (name, options, done) => lookup(/localhost$/.test(name) ? '127.0.0.1' : name, options, done);
`;

async function command(
  folder: string,
  timeoutMs: number,
  name: string,
  words: readonly string[],
): Promise<string> {
  const env = { ...process.env, CI: '1', NODE_OPTIONS: '' };
  const child = spawn(name, words, {
    cwd: folder,
    env,
    timeout: timeoutMs,
    stdio: ['ignore', 'pipe', 'pipe'],
    // On Windows npm is a script of the shell.
    shell: process.platform === 'win32' && name === npm,
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => said.push(bytes));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const text = Buffer.concat(said).toString();
  if (status !== 0)
    throw new Error(
      `${name} ${words.join(' ').slice(0, 80)} ended with ${String(status)}\n${text.slice(-2000)}`,
    );
  return text;
}
