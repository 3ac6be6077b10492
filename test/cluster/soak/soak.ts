/**
 * A soak: clients change and read keys through two processes behind nginx, while processes and stores are killed, and every
 * answer is compared with what the others were answered.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, programOf } from '../../../packages/server/src/blobs/s3/testing/temporary-seaweed.ts';
import {
  postgresBinaries,
  startPostgres,
} from '../../../packages/server/src/metadata/postgres/testing/temporary-postgres.ts';
import { clientFor } from '../../conformance/client.ts';
import { runFolder } from '../../run.ts';
import { startAlone, type RunningService } from '../../service.ts';
import { startNginx } from '../clustered-service.ts';
import { findNginx } from '../stores.ts';
import { wreakHavoc } from './chaos.ts';
import { newTrail, readAll, runClients, writeSources } from './clients.ts';
import { startGate } from '../../../packages/server/src/metadata/postgres/testing/gate.ts';
import { judge, type Judgement } from './history.ts';
import { startSeaweedCluster } from './seaweed-cluster.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Default 64. */
  readonly clients?: number;
  /** Whether anything is broken. Default true. */
  readonly chaos?: boolean;
  /** A fault in the service, which the check must find: changes take no locks. */
  readonly withoutLocks?: boolean;
  say?(line: string): void;
}

/** What a soak found. */
export interface SoakReport extends Judgement {
  readonly happenings: number;
  /** Answers by operation and status; 0: none came. */
  readonly answers: Readonly<Record<string, number>>;
  readonly versions: number;
  /** Answers that are wrong by themselves. */
  readonly wrongAnswers: readonly string[];
  readonly file: string;
}

/** The programs that a soak needs; undefined when one is missing. */
export function programsForSoak() {
  const [binaries, weed, nginx] = [postgresBinaries(), programOf('weed'), findNginx()];
  return binaries && weed && nginx ? { binaries, weed, nginx } : undefined;
}

/** Loaded before the service: in place of the module that names locks comes one that names none. */
const noLocks = `import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (!url.endsWith('/metadata/sql/locks.ts')) return next(url, context);
    return { format: 'module', source: 'export const locksOf = () => [];', shortCircuit: true };
  },
});`;

/** Runs a soak from the start of its stores to their end. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seed, seconds, clients = 64, chaos = true, withoutLocks = false, say = () => undefined } = options;
  const { binaries, weed, nginx } = programsForSoak()!;
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const database = await startPostgres(binaries);
    ends.push(() => database.stop());
    const bytes = await startSeaweedCluster(weed, 'soak');
    ends.push(() => bytes.stop());
    const gate = await startGate(Number(new URL(database.url).port));
    ends.push(() => gate.close());

    const { endpoint, credentials } = bytes.address;
    const keys = `${credentials!.accessKeyId}:${credentials!.secretAccessKey}`;
    const keyPair = { secretId: 'AKIDsoak', secretKey: randomBytes(16).toString('hex') };
    const url = new URL(database.url);
    url.port = String(gate.port);
    const stores = [
      '--database',
      url.href,
      '--blobs',
      `s3://${keys}@soak/blobs?endpoint=${encodeURIComponent(endpoint!)}`,
    ];
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    const env = withoutLocks
      ? { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(noLocks)}` }
      : {};
    const processes = await Promise.all(
      ports
        .slice(1)
        .map((port, n) =>
          startAlone({ name: `soak-${n + 1}`, port, flags: [...stores, '--threads', '1'], keyPair, env }),
        ),
    );
    ends.push(() => Promise.all(processes.map((process) => process.stop())));
    const front = await startNginx(nginx, ports[0], ports.slice(1));
    ends.push(() => front.stop());
    const service: RunningService = Object.create(processes[0]!, {
      port: { value: ports[0] },
      host: { value: `localhost:${ports[0]}` },
    }) as RunningService;

    const [bucket, kept] = ['soak-1250000000', 'kept-1250000000'];
    const first = clientFor(service, bucket);
    await answered(first.send({ method: 'PUT' }));
    await answered(first.send({ method: 'PUT', bucket: kept }));
    const enabled = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await answered(first.send({ method: 'PUT', bucket: kept, query: { versioning: '' }, body: enabled }));
    const copied = await writeSources(service, bucket);

    const trail = newTrail();
    const untilMs = performance.now() + seconds * 1000;
    const place = { service, bucket, kept, clients, seed, untilMs, trail };
    const havoc = chaos
      ? wreakHavoc({ processes, database, gate, bytes }, { seed, seconds, say })
      : Promise.resolve(0);
    const [happenings] = await Promise.all([havoc, runClients(place, copied)]);
    await ready(processes);
    // What a process that was cut off may still have under way ends before the last look.
    await sleep(1000);
    for (const [n, process] of processes.entries()) await readAll(place, process, clients + n);

    const folder = join(runFolder(), 'soak');
    await mkdir(folder, { recursive: true });
    const file = join(folder, `seed-${seed}.jsonl`);
    const judgement = await judge(trail.events, file);
    return {
      ...judgement,
      happenings,
      answers: Object.fromEntries([...trail.answers].sort(([a], [b]) => (a < b ? -1 : 1))),
      versions: trail.versions.length,
      wrongAnswers: trail.wrong,
      file,
    };
  } finally {
    for (const end of ends.reverse()) await end().catch((error: unknown) => say(String(error)));
  }
}

async function answered(sent: Promise<{ readonly status: number; readonly text: string }>): Promise<void> {
  const { status, text } = await sent;
  if (status !== 200) throw new Error(`the stage could not be set: ${status} ${text}`);
}

const readyMs = 60_000;

async function ready(processes: readonly RunningService[]): Promise<void> {
  const untilMs = performance.now() + readyMs;
  for (const { url } of processes)
    for (;;) {
      const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
      if (answer?.status === 200) break;
      if (performance.now() > untilMs) throw new Error('a process is not ready a minute after all was calm');
      await sleep(200);
    }
}
