/**
 * Ends the service with SIGKILL in the middle of mixed changes, 100 times, and compares it with a model each time; at
 * last `sampan fsck` looks at the data folder. Ends with status 1 when anything was lost, wrong or does not fit.
 *
 *     npx node --conditions=@sampan/source test/scripts/kill-service.ts [ROUNDS [SEED]]
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { argv, execPath, exit, stdout } from 'node:process';
import { killRounds } from '../conformance/kill-rounds.ts';
import { startService } from '../service.ts';

const rounds = Number(argv[2] ?? 100);
const seed = Number(argv[3] ?? Date.now() % 1_000_000);
const service = await startService({ name: 'kill-service' });
const done = (round: number, differences: number): void => {
  if ((round + 1) % 10 === 0) stdout.write(`${round + 1} rounds, ${differences} differences\n`);
};
const { answered, wrong } = await killRounds(service, { rounds, seed, done });
await service.kill9();

const main = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const words = ['--conditions=@sampan/source', main, 'fsck', '--json', '--data', service.dataDir];
const checked = spawnSync(execPath, words, { encoding: 'utf8' });
// What was being written when the service ended has no row, and is set aside by the next one.
const findings = `${checked.stdout}\n${checked.stderr}`
  .split('\n')
  .filter((line) => line.includes('"kind"') && !line.includes('"orphan"'));
stdout.write(
  `seed ${seed}: ${rounds} kills, ${answered} answered changes, ${wrong.length} differences, ${findings.length} findings\n`,
);
stdout.write([...wrong, ...findings].map((line) => `${line}\n`).join(''));
await service.stop();
exit(wrong.length + findings.length > 0 || !checked.stdout.includes('"findings"') ? 1 : 0);
