/**
 * Runs a client that is not JavaScript: a small program of its own language, which drives it and prints one line of
 * JSON for each case. Its tool chain and packages live in `.clients`, which `.ci/run` fills; without them, tests are
 * skipped by name.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startService } from '../service.ts';
import { allowing, temporaryKeys } from './temporary-keys.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = join(root, '.tmp');

/** What tool chains and packages are found below. */
export const clientFolder = join(root, '.clients');
/** Where the programs are. */
export const programFolder = join(root, 'test/clients');

export interface Program {
  /** Of the client, as it is published. */
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  /** Files without which it cannot run. */
  readonly needs: readonly string[];
  /** Added to the environment. */
  readonly env?: (url: string) => Readonly<Record<string, string>>;
  /** No fewer cases than this; the program may not lose any silently. */
  readonly atLeast: number;
}

interface Outcome {
  readonly case: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Declares one test for each case of a program, after running it against a service of its own. */
export async function testsOf(program: Program): Promise<void> {
  const missing = program.needs.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    test(`${program.name} against the service`, (context) => {
      context.skip(
        `not installed here; .ci/run installs it where its tool chain is (looked for ${missing[0]!})`,
      );
    });
    return;
  }
  const { outcomes, end, status, stderr } = await run(program);
  test.each(outcomes)('$case', ({ ok, detail }) => {
    expect(ok ? '' : detail).toBe('');
  });
  test('every case was run', () => {
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(end).toBe(outcomes.length);
    expect(outcomes.length).toBeGreaterThanOrEqual(program.atLeast);
  });
}

async function run(program: Program) {
  const service = await startService({
    name: program.name,
    flags: ['--bucket', 'examplebucket-1250000000', '--region', 'ap-guangzhou'],
  });
  const mayWrite = allowing(['name/cos:PutObject', 'name/cos:GetObject'], 'temporary/');
  const temporary = await temporaryKeys(service, mayWrite);
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, 'client-'));
  try {
    const inherited = Object.entries(process.env).filter(([name]) => !/_proxy$|^SAMPAN_/i.test(name));
    const { status, stdout, stderr } = await lines(program, {
      ...Object.fromEntries(inherited),
      SERVICE_URL: service.url,
      SERVICE_SECRET_ID: service.secretId,
      SERVICE_SECRET_KEY: service.secretKey,
      // Keys that put and get below temporary/ and do nothing else.
      TEMPORARY_ID: temporary.TmpSecretId,
      TEMPORARY_KEY: temporary.TmpSecretKey,
      TEMPORARY_TOKEN: temporary.Token,
      SCRATCH: folder,
      HOME: folder,
      ...program.env?.(service.url),
    });
    const objects = stdout.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as object);
    return {
      outcomes: objects.filter((line): line is Outcome => 'case' in line),
      end: objects.map((line) => ('done' in line ? line.done : undefined)).at(-1),
      status,
      stderr: stderr.slice(-4000),
    };
  } finally {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function lines(program: Program, env: NodeJS.ProcessEnv) {
  return new Promise<{ status: number | null; stdout: string[]; stderr: string }>((resolve, reject) => {
    const child = spawn(program.command, program.arguments, {
      env,
      cwd: programFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 240_000,
      killSignal: 'SIGKILL',
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout: stdout.split('\n'), stderr }));
  });
}
