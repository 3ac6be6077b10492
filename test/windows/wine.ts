/**
 * Runs programs for Windows under Wine: Node, with the packed packages in an empty project (`install.sh` makes both).
 * Standard output goes to files, because Node for Windows cannot write to the pipes of another system.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { logFolder, type RunningService } from '../service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.tmp', 'windows');
const node = join(folder, 'node', 'node.exe');
/** An empty project with the packed packages installed. */
export const project = join(folder, 'project');
/** The command line as npm installed it there. */
export const sampanMain = join(project, 'node_modules', 'sampan', 'dist', 'main.js');
const longestMs = 120_000;

/** Says why Windows tests cannot run here; undefined when they can. */
export const missing = whatIsMissing();
if (missing !== undefined) console.log(`Windows tests are skipped: ${missing}`);

function whatIsMissing(): string | undefined {
  const isReady = join(project, '.ready');
  if (process.platform === 'win32') return 'they run under Wine; on Windows itself run `npm test`';
  if (!existsSync(node) || !existsSync(isReady))
    return 'run `apt-get install wine`, `npm run build` and `test/windows/install.sh`';
  const packedMs = statSync(isReady).mtimeMs;
  const changed = ['protocol', 'sdk', 'server', 'cli'].find(
    (name) => newestMs(join(root, 'packages', name, 'src')) > packedMs,
  );
  if (changed === undefined) return undefined;
  return `packages/${changed} changed since it was packed: run \`npm run build\` and \`test/windows/install.sh\``;
}

function newestMs(path: string): number {
  const times = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(...times);
}

/** The path as Windows programs see it: Wine shows the root of this machine as drive Z. */
export function windowsPath(path: string): string {
  return `Z:${resolve(path).replaceAll('/', '\\')}`;
}

/** The path on this machine of one on drive C, which is a folder of Wine. */
export function pathOnDriveC(path: string): string {
  return join(folder, 'prefix', 'drive_c', ...path.replace(/^C:\\/, '').split('\\'));
}

export interface WindowsOptions {
  /** A path of this machine. Default: the project. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Bytes for stdin; default none. */
  readonly input?: Uint8Array;
  /** Longest that it may take; 0: any time. Default two minutes. */
  readonly limitMs?: number;
}

export interface Ended {
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when the two together match; rejects when the program ends before. */
  seen(pattern: RegExp): Promise<void>;
}

const scratch = join(root, '.tmp', 'windows', 'runs');
const started = new Set<ChildProcess>();
const made: string[] = [];
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
});

/** Makes a folder that is removed after the tests of the file. */
export async function temporaryFolder(): Promise<string> {
  await mkdir(scratch, { recursive: true });
  const path = await mkdtemp(join(scratch, 'run-'));
  made.push(path);
  return path;
}

/** Starts Node for Windows. `SIGINT` to its process is Ctrl-C there. */
export async function startNode(
  words: readonly string[],
  { cwd = project, env = {}, input, limitMs = longestMs }: WindowsOptions = {},
): Promise<Running> {
  const place = await temporaryFolder();
  const [outFile, errFile, inFile] = [join(place, 'stdout'), join(place, 'stderr'), join(place, 'stdin')];
  await writeFile(inFile, input ?? '');
  const files = await Promise.all([open(inFile, 'r'), open(outFile, 'w'), open(errFile, 'w')]);
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(SAMPAN_|NODE_OPTIONS|NO_COLOR|FORCE_COLOR)/.test(name),
    ),
  );
  const child = spawn('wine', [node, ...words], {
    cwd,
    env: {
      ...inherited,
      WINEPREFIX: join(folder, 'prefix'),
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree=;mshtml=',
      DISPLAY: '',
      ...env,
    },
    stdio: files.map((file) => file.fd),
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  started.add(child);
  const status = new Promise<Ended['status']>((end, fail) => {
    child.once('error', fail);
    child.once('exit', (code, signal) => end(code ?? signal));
  });
  await Promise.all(files.map((file) => file.close()));
  const text = (file: string) => readFileSync(file, 'utf8');
  const ended = status.then(async (code): Promise<Ended> => {
    started.delete(child);
    return { status: code, stdout: await readFile(outFile), stderr: text(errFile) };
  });
  let isOver = false;
  const over = () => void (isOver = true);
  ended.then(over, over);
  return {
    child,
    ended,
    stdout: () => text(outFile),
    stderr: () => text(errFile),
    async seen(pattern) {
      for (;;) {
        const wasOver = isOver;
        const said = `${text(outFile)}\n${text(errFile)}`;
        if (pattern.test(said)) return;
        if (wasOver) throw new Error(`ended before ${String(pattern)} was seen: ${said.slice(0, 2000)}`);
        await new Promise((later) => setTimeout(later, 50));
      }
    },
  };
}

/** Runs Node for Windows to its end. */
export async function runNode(words: readonly string[], options: WindowsOptions = {}): Promise<Ended> {
  return (await startNode(words, options)).ended;
}

/** Starts `sampan serve` there on a free port. Ctrl-C stops it; `kill9` is what the task manager does. */
export async function startWindowsService(
  options: {
    readonly dataDir?: string;
    readonly flags?: readonly string[];
    /** The service makes its own key pair, so that --data suffices to reach it. */
    readonly makesKeys?: boolean;
  } = {},
): Promise<RunningService> {
  const dataDir = options.dataDir ?? join(await temporaryFolder(), 'data');
  let [secretId, secretKey] = [
    `AKIDwindows${randomBytes(6).toString('hex')}`,
    randomBytes(16).toString('hex'),
  ];
  await mkdir(logFolder, { recursive: true });
  const logFile = join(logFolder, `windows-${randomBytes(4).toString('hex')}.log`);
  const keyFlags = options.makesKeys ? [] : ['--secret-id', secretId, '--secret-key', secretKey];
  const words = [
    'serve',
    '--port',
    '0',
    '--data',
    windowsPath(dataDir),
    ...keyFlags,
    ...(options.flags ?? []),
  ];
  const start = async () => {
    const running = await startNode([windowsPath(sampanMain), ...words], { limitMs: 0 });
    await running.seen(/^sampan listening on /m);
    return { running, url: new URL(/^sampan listening on (\S+)/m.exec(running.stdout())![1]!) };
  };
  const over = async ({ running }: typeof service) => {
    const { status, stderr } = await running.ended;
    await appendFile(logFile, stderr);
    return typeof status === 'number' ? status : null;
  };
  let service = await start();
  if (options.makesKeys)
    ({ secretId, secretKey } = JSON.parse(
      await readFile(join(dataDir, 'credentials.json'), 'utf8'),
    ) as RunningService);
  // A new key pair is shown once, by design.
  else await writeFile(`${logFile}.secret`, secretKey, { mode: 0o600 });
  return {
    get url() {
      return service.url.origin;
    },
    get host() {
      return service.url.host;
    },
    get port() {
      return Number(service.url.port);
    },
    get pid() {
      return service.running.child.pid ?? 0;
    },
    appId: '1250000000',
    region: 'ap-guangzhou',
    secretId,
    secretKey,
    dataDir,
    logFile,
    stdout: () => service.running.stdout(),
    async stop() {
      service.running.child.kill('SIGINT');
      return over(service);
    },
    async kill9() {
      const { pid } = JSON.parse(await readFile(join(dataDir, 'address.json'), 'utf8')) as { pid: number };
      await runNode(['-e', `process.kill(${pid})`]);
      await over(service);
    },
    async restart() {
      service = await start();
    },
  };
}
