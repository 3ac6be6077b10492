/**
 * A slice of the soak, and what its checker sees. `soak/main.ts` runs longer ones. Needs PostgreSQL, nginx, SeaweedFS and a
 * checker that Go builds; elsewhere it is skipped with a line that says how to have them.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runFolder } from '../run.ts';
import { canJudge, howToEnable, judge, type Event } from './soak/history.ts';
import { programsForSoak, soak } from './soak/soak.ts';
import { bodyOf, valueOf } from './soak/values.ts';

const programs = programsForSoak();
if (!canJudge()) process.stdout.write(`soak: ${howToEnable}\n`);
if (!programs)
  process.stdout.write('soak: skipped: needs PostgreSQL, nginx and `bash test/cluster/install.sh`\n');

/** A history in few words: operation, value, outcome, call and return. */
function history(
  ...lines: readonly (readonly [Event['op'], string, Event['outcome'], number, number, number?])[]
): Event[] {
  return lines.map(([op, value, outcome, call, end, position = 0], client) => ({
    key: 'k',
    client,
    op,
    value,
    bytes: 16,
    position,
    outcome,
    call,
    return: end,
  }));
}

describe.skipIf(!canJudge())('the checker', () => {
  const right: readonly (readonly [string, Event[]])[] = [
    ['a read sees the write before it', history(['put', '1', 'ok', 0, 1], ['get', '1', 'ok', 2, 3])],
    [
      'a write that nothing is known of was made',
      history(['put', '1', 'unknown', 0, 1], ['get', '1', 'ok', 8, 9]),
    ],
    [
      'a write that nothing is known of was not made',
      history(['put', '1', 'unknown', 0, 1], ['get', '', 'ok', 8, 9]),
    ],
    [
      'of two that race either is last',
      history(['put', '1', 'ok', 0, 5], ['put', '2', 'ok', 0, 5], ['get', '1', 'ok', 6, 7]),
    ],
    [
      'appends follow each other',
      history(['append', '1', 'ok', 0, 1, 0], ['append', '2', 'ok', 2, 3, 16], ['get', '1,2', 'ok', 4, 5]),
    ],
  ];
  const wrong: readonly (readonly [string, Event[]])[] = [
    ['an acknowledged write is lost', history(['put', '1', 'ok', 0, 1], ['get', '', 'ok', 2, 3])],
    [
      'a read is stale',
      history(['put', '1', 'ok', 0, 1], ['put', '2', 'ok', 2, 3], ['get', '1', 'ok', 4, 5]),
    ],
    [
      'what was read is gone and comes back',
      history(
        ['put', '1', 'ok', 0, 1],
        ['put', '2', 'ok', 2, 9],
        ['get', '2', 'ok', 3, 4],
        ['get', '1', 'ok', 5, 6],
      ),
    ],
    ['two are first', history(['create', '1', 'ok', 0, 5], ['create', '2', 'ok', 0, 5])],
    ['a refusal has no reason', history(['create', '1', 'refused', 0, 1])],
    [
      'two appends find the same end',
      history(['append', '1', 'ok', 0, 5, 0], ['append', '2', 'ok', 0, 5, 0]),
    ],
    [
      'an append is lost',
      history(['append', '1', 'ok', 0, 1, 0], ['append', '2', 'ok', 2, 3, 16], ['get', '1', 'ok', 4, 5]),
    ],
    [
      'a deletion is undone',
      history(['put', '1', 'ok', 0, 1], ['delete', '', 'ok', 2, 3], ['get', '1', 'ok', 4, 5]),
    ],
  ];
  const verdict = async (events: readonly Event[]) => {
    const folder = join(runFolder(), 'soak');
    await mkdir(folder, { recursive: true });
    return (await judge(events, join(folder, 'history.jsonl'))).wrong;
  };

  test.each(right)('takes it that %s', async (_, events) => {
    expect(await verdict(events)).toEqual([]);
  });

  test.each(wrong)('finds that %s', async (_, events) => {
    expect(await verdict(events)).toEqual(['k']);
  });
});

test('a body is known whole, in a row of others, and not when a byte is in the wrong place', () => {
  const [one, two] = [bodyOf(1, 5000), bodyOf(2, 300_000)];
  const swapped = Buffer.from(two);
  two.copy(swapped, 65_536, 131_072, 196_608);

  expect([one, two, Buffer.concat([one, two])].map(valueOf)).toEqual(['1', '2', '1,2']);
  expect([swapped, two.subarray(0, -1), Buffer.concat([one, two.subarray(16)])].map(valueOf)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

describe.skipIf(!programs || !canJudge())('a soak', () => {
  const seed = Number(process.env['SAMPAN_TEST_SEED'] ?? Date.now() % 100_000);

  test('while processes and stores are killed no answer is wrong', async () => {
    const report = await soak({ seed, seconds: 30 });
    process.stdout.write(`soak: seed ${seed}, ${report.events} requests, ${report.happenings} happenings\n`);

    expect(report).toMatchObject({ wrong: [], undecided: [], wrongAnswers: [] });
    expect(report.events).toBeGreaterThan(500);
    expect(report.happenings).toBeGreaterThanOrEqual(7);
  }, 180_000);

  test('without locks the same check finds wrong answers', async () => {
    const report = await soak({ seed: 1, seconds: 6, chaos: false, withoutLocks: true });

    expect(report.wrong.length + report.wrongAnswers.length).toBeGreaterThan(0);
  }, 120_000);
});
