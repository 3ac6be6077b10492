/** What goes wrong during a soak, and when: a plan drawn from the seed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TemporaryPostgres } from '../../../packages/server/src/metadata/postgres/testing/temporary-postgres.ts';
import type { RunningService } from '../../service.ts';
import type { Gate } from '../../../packages/server/src/metadata/postgres/testing/gate.ts';
import type { SeaweedCluster } from './seaweed-cluster.ts';
import { numbers } from './values.ts';

/** What can be broken. */
export interface Breakable {
  readonly processes: readonly RunningService[];
  readonly database: TemporaryPostgres;
  /** Between the processes and the database. */
  readonly gate: Gate;
  readonly bytes: SeaweedCluster;
}

interface Happening {
  readonly atMs: number;
  readonly what: string;
  run(): Promise<void>;
}

/** Does everything that the plan of a seed holds, and resolves when all is well again. */
export async function wreakHavoc(
  broken: Breakable,
  { seed, seconds, say }: { readonly seed: number; readonly seconds: number; say(line: string): void },
): Promise<number> {
  const startMs = performance.now();
  const plan = planOf(broken, seed, seconds);
  await Promise.all(
    plan.map(async ({ atMs, what, run }) => {
      await sleep(Math.max(0, startMs + atMs - performance.now()));
      say(`${((performance.now() - startMs) / 1000).toFixed(1)} s: ${what}`);
      await run();
    }),
  );
  return plan.length;
}

/** Times scale with the length of a soak; a process is killed every 20 s, or three times in a short one. */
function planOf({ processes, database, gate, bytes }: Breakable, seed: number, seconds: number): Happening[] {
  const random = numbers(seed);
  const lengthMs = seconds * 1000;
  const around = (share: number): number => lengthMs * (share + (random() - 0.5) * 0.04);
  const everyMs = Math.min(20_000, lengthMs / 4);
  const plan: Happening[] = [];
  for (let atMs = everyMs; atMs < lengthMs - 2000; atMs += everyMs) {
    const index = Math.floor(random() * processes.length);
    const downMs = 200 + random() * 2500;
    plan.push({
      atMs,
      what: `process ${index + 1} is killed, for ${Math.round(downMs)} ms`,
      async run() {
        await processes[index]!.kill9();
        await sleep(downMs);
        await startAgain(processes[index]!);
      },
    });
  }
  for (const share of [0.2, 0.65]) {
    const downMs = 300 + random() * 3000;
    plan.push({
      atMs: around(share),
      what: `PostgreSQL is ended at once, for ${Math.round(downMs)} ms`,
      async run() {
        await database.kill();
        await sleep(downMs);
        await database.start();
      },
    });
  }
  const cutMs = Math.min(8000, lengthMs / 8) * (0.5 + random());
  plan.push({
    atMs: around(0.4),
    what: `PostgreSQL is cut off for ${Math.round(cutMs)} ms`,
    async run() {
      gate.shut();
      await sleep(cutMs);
      gate.open();
    },
  });
  const volume = `volume${1 + Math.floor(random() * 3)}` as 'volume1' | 'volume2' | 'volume3';
  plan.push({
    atMs: around(0.3),
    what: `${volume} is killed, and stays away for a third of the time`,
    async run() {
      await bytes.kill(volume);
      await sleep(lengthMs / 3);
      bytes.start(volume);
    },
  });
  const gatewayMs = Math.min(20_000, lengthMs / 6);
  plan.push({
    atMs: around(0.8),
    what: `the S3 gateway is stopped for ${Math.round(gatewayMs)} ms`,
    async run() {
      await bytes.kill('s3');
      await sleep(gatewayMs);
      bytes.start('s3');
    },
  });
  return plan;
}

const startAgainMs = 60_000;

/** A process refuses to start while its stores are away, as a supervisor's next attempt does not. */
async function startAgain(process: RunningService): Promise<void> {
  const untilMs = performance.now() + startAgainMs;
  for (;;) {
    try {
      await process.restart();
      return;
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await sleep(500);
    }
  }
}
