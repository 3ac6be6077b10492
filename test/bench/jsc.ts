/**
 * What an upload costs a mini program on iOS, where JavaScript runs without a compiler: JavaScriptCore's shell (Debian:
 * `libjavascriptcoregtk-4.0-bin`) with its JIT off, our bundle and the official one in the same host, which does nothing
 * itself. Processor time is what counts: the logic thread is the only one that a mini program has.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc64, crc64Text } from '@sampan/protocol';
import { before, file, root } from './contender.ts';
import { MiB, noise } from './content.ts';
import type { Figures, Settings, Work } from './rounds.ts';
import { short } from './statistics.ts';

/** Names of the tasks of this benchmark. */
export const jscTasks = ['jsc'];

/** What the host in `jsc/host.js` is told. */
interface Order {
  /** The bundle, a CommonJS file. */
  readonly sdk: string;
  /** Size of the file to upload; 0 loads the bundle and ends. */
  readonly mebibytes: number;
  /** A file with the MiB that the uploaded file repeats. */
  readonly block: string;
  /** Of so many MiB: what the service answers. */
  readonly checksums: Readonly<Record<number, { readonly md5: string; readonly crc64: string }>>;
}

const ours = 'packages/sdk/miniprogram_dist/index.js';
const bundles = {
  sampan: { path: join(root, ours), note: 'CRC-64' },
  ...(before === undefined ? {} : { before: { path: join(before, ours), note: 'CRC-64' } }),
  'cos-wx': {
    path: join(root, 'node_modules/cos-wx-sdk-v5/dist/cos-wx-sdk-v5.min.js'),
    note: 'MD5 of parts',
  },
};

/** Uploads a file with each bundle; rates are MiB for a second of processor time, without loading the bundle. */
export function benchJsc(settings: Settings): Work[] {
  const mebibytes = settings.quick ? 8 : 32;
  const work = `jsc without JIT, uploadFile of ${mebibytes} MiB`;
  const unit = 'MiB/CPU s';
  if (spawnSync('jsc', ['-e', '0']).status !== 0)
    return [
      { work, unit, figures: [], skipped: ['jsc is not installed (Debian: libjavascriptcoregtk-4.0-bin)'] },
    ];

  const block = join(settings.folder, 'block');
  const bytes = noise(MiB);
  writeFileSync(block, bytes);
  const checksums = Object.fromEntries(
    Array.from({ length: mebibytes }, (_, i) => {
      const run = Buffer.concat(Array.from({ length: i + 1 }, () => bytes));
      return [i + 1, { md5: createHash('md5').update(run).digest('hex'), crc64: crc64Text(crc64(run)) }];
    }),
  );
  const names = settings.contenders(Object.keys(bundles) as (keyof typeof bundles)[]);
  const orders = names.map((name) => {
    const order: Order = { sdk: bundles[name]!.path, mebibytes, block, checksums };
    const loading: Order = { ...order, mebibytes: 0 };
    const paths = { upload: join(settings.folder, name), load: join(settings.folder, `${name}-load`) };
    writeFileSync(paths.upload, JSON.stringify(order));
    writeFileSync(paths.load, JSON.stringify(loading));
    return { name, paths };
  });

  const figures = new Map<string, Figures>();
  for (let round = 0; round <= settings.rounds; round++)
    for (const { name, paths } of orders) {
      const loaded = run(paths.load);
      const uploaded = run(paths.upload);
      if (uploaded.failure !== undefined) throw new Error(`${name}: ${uploaded.failure}`);
      if (uploaded.sentBytes !== mebibytes * MiB)
        throw new Error(`${name}: ${uploaded.sentBytes} of ${mebibytes * MiB} bytes arrived`);
      const cpuSeconds = uploaded.cpuSeconds - loaded.cpuSeconds;
      const rate = mebibytes / cpuSeconds;
      settings.note(
        `${work} ${round}/${settings.rounds} ${name} ${short(rate)}${round === 0 ? ' (warm-up)' : ''}`,
      );
      if (round === 0) continue;
      const before = figures.get(name);
      figures.set(name, {
        name,
        note: bundles[name]!.note,
        rates: [...(before?.rates ?? []), rate],
        cpuSeconds: (before?.cpuSeconds ?? 0) + cpuSeconds,
        peakBytes: Math.max(before?.peakBytes ?? 0, uploaded.peakBytes),
      });
    }
  return [{ work, unit, figures: [...figures.values()], skipped: [] }];
}

interface Outcome {
  readonly failure?: string;
  readonly sentBytes: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Runs one order in a process of its own, timed by the shell that starts it. */
function run(order: string): Outcome {
  const timed = 'TIMEFORMAT="cpu %U %S"; time jsc --footprint "$@"';
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-c', timed, 'bash', file('jsc/host.js'), '--', order],
    { encoding: 'utf8', env: { ...process.env, JSC_useJIT: 'false' }, timeout: 240_000 },
  );
  const [user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr)?.slice(1).map(Number) ?? [];
  const said = /^\{.*\}$/m.exec(stdout)?.[0];
  if (status !== 0 || said === undefined || user === undefined || system === undefined)
    return { failure: `the shell ended: ${stderr.slice(0, 500)}`, sentBytes: 0, cpuSeconds: 0, peakBytes: 0 };
  return {
    ...(JSON.parse(said) as { readonly sentBytes: number }),
    cpuSeconds: user + system,
    peakBytes: Number(/Peak Footprint: (\d+)/.exec(stdout)?.[1] ?? 0),
  };
}
