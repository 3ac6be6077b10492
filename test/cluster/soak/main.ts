/** `node --conditions=@sampan/source test/cluster/soak/main.ts --seed 1 --seconds 300`: one soak, and what it found. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { canJudge, howToEnable } from './history.ts';
import { programsForSoak, soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '300' },
    clients: { type: 'string', default: '64' },
    calm: { type: 'boolean', default: false },
    'without-locks': { type: 'boolean', default: false },
  },
});

if (!canJudge()) throw new Error(howToEnable);
if (!programsForSoak()) throw new Error('a soak needs PostgreSQL, nginx and `bash test/cluster/install.sh`');
const report = await soak({
  seed: Number(values.seed),
  seconds: Number(values.seconds),
  clients: Number(values.clients),
  chaos: !values.calm,
  withoutLocks: values['without-locks'],
  say: (line) => void process.stderr.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exit(report.wrong.length + report.undecided.length + report.wrongAnswers.length === 0 ? 0 : 1);
