/**
 * Thousands of uploads through every fault, in virtual time. `SCENARIOS=20000` plays more, `SEED=123` one alone; a seed
 * plays the same scenario everywhere.
 */
import { expect, test } from 'vitest';
import { violations } from './oracle.ts';
import { play, type Story } from './scenario.ts';

const only = process.env['SEED'];
const first = Number(only ?? process.env['FIRST_SEED'] ?? 1);
const scenarios = only === undefined ? Number(process.env['SCENARIOS'] ?? 2000) : 1;

test(
  `${scenarios} scenarios from seed ${first} keep every rule`,
  async () => {
    const counts = new Map<string, number>();
    const failures: string[] = [];
    const outcomes = new Map<string, number>();
    const pauses: { sumMs: number; count: number }[] = [];
    const add = (map: Map<string, number>, name: string, n = 1): void =>
      void map.set(name, (map.get(name) ?? 0) + n);
    for (let seed = first; seed < first + scenarios; seed++) {
      const story = await play(seed);
      for (const [kind, n] of story.counts) add(counts, kind, n);
      for (const { triesBefore, ms } of story.processes.flatMap(({ network }) => network.ledger.pauses)) {
        const { sumMs, count } = pauses[triesBefore] ?? { sumMs: 0, count: 0 };
        pauses[triesBefore] = { sumMs: sumMs + ms, count: count + 1 };
      }
      for (const {
        data,
        error,
        process: { isAlive },
      } of story.told)
        add(outcomes, data ? 'success' : error ? (error.code ?? error.name) : isAlive ? 'pending' : 'killed');
      if (only !== undefined) console.log(detailsOf(story));
      for (const violation of violations(story)) failures.push(`SEED=${seed}: ${violation}`);
    }

    const table = (map: Map<string, number>): string =>
      [...map]
        .sort(([, a], [, b]) => b - a)
        .map(([name, n]) => `  ${String(n).padStart(8)} ${name}`)
        .join('\n');
    console.log(
      `seeds ${first} to ${first + scenarios - 1}\nfaults\n${table(counts)}\noutcomes\n${table(outcomes)}`,
    );
    expect(failures.slice(0, 40)).toEqual([]);
    // A service that answers 5xx is asked again after growing pauses, of the client and then of the part.
    const means = pauses.map(({ sumMs, count }) => (count < 20 ? undefined : Math.round(sumMs / count)));
    if (only === undefined) console.log(`mean pause before try 2, 3, …: ${means.slice(1).join(', ')} ms`);
    for (const mean of means) if (mean !== undefined) expect(mean).toBeGreaterThan(200);
  },
  Math.max(300_000, scenarios * 100),
);

/** What someone who looks into one seed wants to see. */
function detailsOf({ told, service, counts }: Story): string {
  const calls = told.map(({ key, kind, size, data, error, process }) => {
    const end = data ? `success ${data.UploadId ?? ''}` : (error?.message ?? 'nothing');
    return `${process.device.name} ${process.isAlive ? '' : '(killed) '}${key} ${kind} ${size}: ${end}`;
  });
  const left = [...service.uploads].map(
    ([id, { key, parts }]) => `left: ${id} of ${key}, ${parts.size} parts`,
  );
  return [...calls, ...left, [...counts].join(' '), service.calls.join(' ')].join('\n');
}
