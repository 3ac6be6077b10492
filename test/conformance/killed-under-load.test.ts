import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { killRounds } from './kill-rounds.ts';

const seed = Number(process.env['SAMPAN_TEST_SEED'] ?? Date.now() % 1_000_000);
const rounds = Number(process.env['SAMPAN_TEST_KILLS'] ?? 4);

test(
  `kill -9 amid mixed changes loses nothing that was answered and invents nothing, ${rounds} times (seed ${seed})`,
  { timeout: 60_000 + rounds * 15_000 },
  async () => {
    const service = await serviceForTests({ name: 'killed-under-load' });

    const { wrong, answered } = await killRounds(service, { rounds, seed });

    expect(wrong).toEqual([]);
    expect(answered).toBeGreaterThan(rounds);
  },
);
