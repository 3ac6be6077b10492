/**
 * Plants small faults in the sources, one at a time, and runs the tests that are about them. Prints a table of which were
 * noticed. Sources are changed in place and put back, so the working tree must be clean. Ends with status 1 when
 * fewer than 85 % were noticed.
 *
 *     npx node test/scripts/mutations.ts [--count 60] [--seed 1] [--only PATH-PREFIX …] [--at FILE:LINE]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, exit, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { mutantsOf, withMutant, type Mutant } from '../../tools/mutants.ts';
import { suiteOf } from './mutation-suites.ts';

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    count: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: ['packages/server/src/'] },
    at: { type: 'string' },
  },
});
const leastShare = 0.85;
const longestMs = 240_000;

interface Planted extends Mutant {
  readonly file: string;
}

if (execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], { encoding: 'utf8' }) !== '') {
  stdout.write('the working tree has changes: commit or stash them first\n');
  exit(2);
}
const files = execFileSync('git', ['ls-files', ...values.only], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|\/testing\/|contract\.ts$/.test(file))
  .filter((file) => suiteOf(file) !== undefined);
const all: readonly Planted[] = files.flatMap((file) =>
  mutantsOf(readFileSync(file, 'utf8')).map((mutant) => ({ ...mutant, file })),
);
const chosen = values.at === undefined ? sample(all, Number(values.count), values.seed) : all.filter(isThere);
stdout.write(
  `${all.length} faults can be planted in ${files.length} files; ${chosen.length} are (seed ${values.seed})\n\n`,
);
stdout.write('| place | fault | |\n| --- | --- | --- |\n');
const whole = new Map<string, boolean>();
let noticed = 0;
let planted = 0;
for (const mutant of chosen) {
  const suite = suiteOf(mutant.file) ?? [];
  const name = suite.join(' ');
  if (!whole.has(name)) whole.set(name, passes(suite));
  if (!whole.get(name)) {
    stdout.write(`the tests ${name} fail without a fault\n`);
    continue;
  }
  planted += 1;
  const isNoticed = !withFault(mutant, () => passes(suite));
  if (isNoticed) noticed += 1;
  stdout.write(
    `| ${mutant.file}:${mutant.line} | \`${short(mutant.before)}\` → \`${short(mutant.after)}\` | ${isNoticed ? 'noticed' : '**survived**'} |\n`,
  );
}
stdout.write(`\n${noticed} of ${planted} noticed (${((100 * noticed) / planted).toFixed(0)} %)\n`);
exit(noticed / planted < leastShare ? 1 : 0);

function isThere({ file, line }: Planted): boolean {
  return `${file}:${line}` === values.at;
}

/** The same of the same seed, also when sources grow: each is judged by its own digest. */
function sample(mutants: readonly Planted[], count: number, seed: string): readonly Planted[] {
  const rank = ({ file, before, after, from }: Planted): string =>
    createHash('sha1').update(`${seed} ${file} ${from} ${before} ${after}`).digest('hex');
  return mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant)
    .sort((a, b) => (a.file === b.file ? a.from - b.from : a.file < b.file ? -1 : 1));
}

/** The source is put back, also after a failure. */
function withFault<Result>(mutant: Planted, work: () => Result): Result {
  const source = readFileSync(mutant.file, 'utf8');
  writeFileSync(mutant.file, withMutant(source, mutant));
  try {
    return work();
  } finally {
    writeFileSync(mutant.file, source);
  }
}

/** Tests that do not end are as good as tests that fail. */
function passes(suite: readonly string[]): boolean {
  const words = ['vitest', 'run', '--bail=1', '--reporter=dot', ...suite];
  const ended = spawnSync('npx', words, { stdio: 'ignore', timeout: longestMs, killSignal: 'SIGTERM' });
  // Ctrl-C reaches the tests, and this program only once they have ended.
  if (ended.signal === 'SIGINT' || ended.status === 130) throw new Error('stopped');
  return ended.status === 0;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
