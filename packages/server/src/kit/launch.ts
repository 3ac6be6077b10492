/** Runs the service: in this process where it can, otherwise in a Node of its own. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CheckedOptions } from './options.ts';

/** A service that listens. */
export interface Launched {
  readonly url: string;
  readonly credentials: { readonly secretId: string; readonly secretKey: string };
  stop(): Promise<void>;
}

type Launching = Pick<CheckedOptions, 'buckets' | 'flags' | 'mode' | 'node'>;

/** Starts it on a free port. Rejects with what keeps it from starting. */
export async function launch({ buckets, flags, mode, node }: Launching): Promise<Launched> {
  const credentials = {
    secretId: `AKIDtest${randomBytes(12).toString('hex')}`,
    secretKey: randomBytes(20).toString('hex'),
  };
  const args = [
    ...['--ephemeral', '--port', '0', '--inspect', 'on', '--console', 'off'],
    ...['--secret-id', credentials.secretId, '--secret-key', credentials.secretKey],
    ...buckets.flatMap((name) => ['--bucket', name]),
    ...(flags.some((flag) => flag.startsWith('--log-level')) ? [] : ['--log-level', 'silent']),
    ...flags,
  ];
  const here = mode === 'child' || node !== undefined ? undefined : await inProcess(args, mode);
  const { url, end } = here ?? (await inChild(args, node));
  let ending: Promise<void> | undefined;
  return { url, credentials, stop: () => (ending ??= end()) };
}

interface Started {
  readonly url: string;
  end(): Promise<void>;
}

/** Gives undefined where this process cannot run it: an older Node, another runtime, a test runner that has no `import()`. */
async function inProcess(args: readonly string[], mode: Launching['mode']): Promise<Started | undefined> {
  let server: typeof import('@sampan/server');
  try {
    if (!isNewEnough(process.versions.node))
      throw new Error(`it needs Node ${wantedNode}, this is ${process.version}`);
    server = await import('@sampan/server');
  } catch (cause) {
    if (mode !== 'in-process') return undefined;
    throw new Error(`startSampan: the service cannot run in this process: ${reasonOf(cause)}`, { cause });
  }
  const service = await server.createService(server.readConfig(args, {}, process.cwd()));
  try {
    await service.listen();
  } catch (error) {
    await service.close(0);
    throw error;
  }
  return { url: service.url, end: () => service.close(0) };
}

const wantedNode = '22.18 or later';

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** The child ends with this process, however that ends. */
const endWithParent = "process.on('disconnect', () => process.exit()); process.channel?.unref();";
const startMs = 30_000;

async function inChild(args: readonly string[], node: string | undefined): Promise<Started> {
  const program = node ?? (await findNode());
  const file = fileURLToPath(import.meta.url);
  const isSource = file.endsWith('.ts');
  const main = isSource ? join(dirname(file), '..', 'main.ts') : join(dirname(file), 'main.js');
  const words = [
    ...(isSource ? ['--conditions=@sampan/source'] : []),
    ...[
      '--disable-warning=ExperimentalWarning',
      `--import=data:text/javascript,${encodeURIComponent(endWithParent)}`,
    ],
  ];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(SAMPAN_|NODE_OPTIONS$|NODE_V8_COVERAGE$|VITEST|JEST_)/.test(name),
    ),
  );
  const child = spawn(program, [...words, main, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const url = await urlOf(child, program);
  // A test that forgets to stop it can still end.
  child.unref();
  child.channel?.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();
  return {
    url,
    async end() {
      process.off('exit', kill);
      child.ref();
      child.kill();
      await ended;
    },
  };
}

/** Where it says that it listens. */
function urlOf(child: ChildProcess, program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    let complaints = '';
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(
        new Error(`startSampan: the service did not start with ${program}: ${complaints.trim() || why}`),
      );
    };
    const timer = setTimeout(() => fail(`it said nothing for ${startMs / 1000} s`), startMs);
    child.stdout!.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const found = /listening on (\S+)/.exec(said);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]!);
    });
    child.stderr!.on('data', (bytes: Buffer) => (complaints += bytes.toString()));
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => fail(`it ended with ${code}`));
  });
}

/** A Node that can run the service: this one, the package `node` of the project, or the one on the path. */
async function findNode(): Promise<string> {
  const tried: string[] = [];
  for (const candidate of [process.execPath, packagedNode(), 'node']) {
    if (candidate === undefined) continue;
    const version = await versionOf(candidate);
    if (version !== undefined && isNewEnough(version)) return candidate;
    tried.push(`${candidate} (${version ?? 'no Node'})`);
  }
  throw new Error(
    `startSampan: the service needs Node ${wantedNode} and found ${tried.join(', ')}. ` +
      'Install one for the tests, such as "npm install -D node@24", or name one with the option node.',
  );
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 10_000 });
    return /^v\d+\.\d+/.test(stdout) ? stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

function packagedNode(): string | undefined {
  try {
    const require = createRequire(join(process.cwd(), 'package.json'));
    const folder = dirname(require.resolve('node/package.json'));
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
