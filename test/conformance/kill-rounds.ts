/** Ends a service in the middle of mixed changes, again and again, and compares it with a model each time. */
import { clientInNewBucket } from './client.ts';
import { MixedWorker, seeded } from './mixed-load.ts';
import type { RunningService } from '../service.ts';

/** What came of the rounds. */
export interface KillRounds {
  readonly answered: number;
  /** Differences between the service and the model. */
  readonly wrong: readonly string[];
}

const workers = 16;
const mostAnswers = 150;

/** Each round ends after a random number of answers. `done` hears of each round. */
export async function killRounds(
  service: RunningService,
  {
    rounds,
    seed,
    done,
  }: {
    readonly rounds: number;
    readonly seed: number;
    readonly done?: (round: number, differences: number) => void;
  },
): Promise<KillRounds> {
  const client = await clientInNewBucket(service);
  const versioned = await clientInNewBucket(service);
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  const enabled = await versioned.send({ method: 'PUT', query: { versioning: '' }, body });
  if (enabled.status !== 200) throw new Error(`versioning: ${enabled.status} ${enabled.text}`);
  const random = seeded(`${seed}`);
  const crew = Array.from(
    { length: workers },
    (_, at) => new MixedWorker(`worker-${at}`, { client, versioned }, `${seed}`),
  );
  const wrong: string[] = [];
  let answered = 0;
  for (let round = 0; round < rounds; round += 1) {
    const killAt = answered + 1 + random(mostAnswers);
    let killed: Promise<void> | undefined;
    await Promise.all(
      crew.map((worker) =>
        worker.run(() => {
          answered += 1;
          if (answered >= killAt) killed ??= service.kill9();
        }),
      ),
    );
    await killed;
    await service.restart();
    for (const differences of await Promise.all(crew.map((worker) => worker.check())))
      wrong.push(...differences.map((text) => `round ${round}: ${text}`));
    const present = crew.flatMap((worker) => worker.present()).sort();
    const listed = await client.keys().catch(() => client.keys());
    if (JSON.stringify(listed.toSorted()) !== JSON.stringify(present))
      wrong.push(`round ${round}: ${listed.length} keys are listed, ${present.length} are there`);
    done?.(round, wrong.length);
  }
  return { answered, wrong };
}
