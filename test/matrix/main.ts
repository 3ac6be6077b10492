/**
 * `npm run matrix [-- slice…]`: packs the SDK, makes an empty project for each cell, runs it against a served process, reads
 * back what it uploaded and prints one table. `--tarball FILE` takes another package, as one that is broken on purpose.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import COS from '@sampan/sdk';
import { startProgram } from './service.ts';
import { slices } from './cells.ts';
import { bodyBytes } from './program.ts';
import { makeProject, type Cell, type Target } from './project.ts';

const root = join(import.meta.dirname, '..', '..', '.tmp', 'matrix');
const Bucket = 'matrix-1250000000';
const Region = 'ap-guangzhou';

interface Line {
  readonly name: string;
  readonly problem: string | undefined;
  readonly seconds: number;
}

/** Packs the built SDK as npm would publish it. */
async function pack(): Promise<string> {
  const folder = join(root, 'packed');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const words = ['pack', '--silent', '--pack-destination', folder];
  const cwd = join(import.meta.dirname, '..', '..', 'packages', 'sdk');
  const { status } = spawnSync('npm', words, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  const [tarball] = globSync('*.tgz', { cwd: folder });
  if (status !== 0 || !tarball) throw new Error('the SDK cannot be packed: run npm run build first');
  return join(folder, tarball);
}

/** Compares what a cell uploaded with what it should have. */
async function verify(cos: COS, Key: string): Promise<void> {
  const { Body } = await cos.getObject({ Bucket, Region, Key });
  const got = Body as unknown as Buffer;
  const isRight = got.length === bodyBytes && got.every((byte, at) => byte === ((at * 31) & 255));
  if (!isRight) throw new Error(`${got.length} bytes arrived, or others`);
}

async function tryCell(cell: Cell, given: { tarball: string; target: Target; cos: COS }): Promise<Line> {
  const startedAt = performance.now();
  const key = `${cell.name.replaceAll(/\W+/g, '-')}.bin`;
  let problem: string | undefined;
  try {
    const project = await makeProject(cell, { root, tarball: given.tarball, target: given.target });
    await cell.attempt(project, key);
    if (cell.uploads) await verify(given.cos, key);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  return { name: cell.name, problem, seconds: (performance.now() - startedAt) / 1000 };
}

const { values, positionals } = parseArgs({
  options: { tarball: { type: 'string' } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in slices));
if (unknown.length > 0)
  throw new Error(`no slice ${unknown.join(', ')}: there are ${Object.keys(slices).join(', ')}`);

const names = positionals.length > 0 ? positionals : Object.keys(slices);
const cells = names.flatMap((name) => slices[name] ?? []);
const tarball = values.tarball === undefined ? await pack() : resolve(values.tarball);
const service = await startProgram(Bucket, join(root, 'data'));
const target: Target = {
  port: service.port,
  secretId: service.secretId,
  secretKey: service.secretKey,
  Bucket,
  Region,
};
const cos = new COS({
  SecretId: service.secretId,
  SecretKey: service.secretKey,
  Proxy: `http://127.0.0.1:${service.port}`,
  Protocol: 'http',
});

const lines: Line[] = [];
try {
  // Cells with the same packages follow each other, so that two never install the same at once.
  const groups = [...Map.groupBy(cells, ({ needs }) => needs.join()).values()];
  const lane = async (): Promise<void> => {
    for (let group = groups.shift(); group; group = groups.shift())
      for (const cell of group) {
        const line = await tryCell(cell, { tarball, target, cos });
        lines.push(line);
        console.log(
          `${line.problem === undefined ? 'ok    ' : 'FAILED'} ${line.name} (${line.seconds.toFixed(1)} s)`,
        );
      }
  };
  await Promise.all(Array.from({ length: Math.min(2, cpus().length) }, lane));
} finally {
  await service.stop();
}

const failed = lines.filter(({ problem }) => problem !== undefined);
console.log(`\n${'cell'.padEnd(44)} result`);
for (const { name } of cells) {
  const line = lines.find((one) => one.name === name);
  console.log(`${name.padEnd(44)} ${line?.problem === undefined ? 'ok' : 'FAILED'}`);
}
for (const { name, problem } of failed) console.log(`\n== ${name}\n${problem}`);
console.log(`\n${lines.length - failed.length} of ${cells.length} cells hold`);
if (failed.length > 0) process.exitCode = 1;
