/**
 * `npm run bench [-- NAME…] [--quick] [--built] [--rounds N] [--against A,B] [--minutes N]`: measures Sampan beside what
 * a user would pick instead and beside what the machine can do. Every contender is a process of its own; rounds take
 * turns, so that what else the machine does meets all alike; the ratios of one run are what counts. Nothing is reported
 * when a stored byte differs. With BENCH_BEFORE=FOLDER, another built checkout takes part as `before`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { parseArgs } from 'node:util';
import { root } from './contender.ts';
import { benchLinks, linkTasks } from './links.ts';
import { benchJsc, jscTasks } from './jsc.ts';
import { installPeers } from './peers.ts';
import { shown, type Settings, type Work } from './rounds.ts';
import { benchService, serviceTasks } from './service.ts';
import { benchStore, storeTasks } from './store.ts';
import { benchUpload, uploadTasks } from './upload.ts';

const benches = {
  service: { run: benchService, tasks: serviceTasks },
  store: { run: benchStore, tasks: storeTasks },
  upload: { run: benchUpload, tasks: uploadTasks },
  links: { run: benchLinks, tasks: linkTasks },
  jsc: { run: benchJsc, tasks: jscTasks },
};

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    built: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    against: { type: 'string' },
    minutes: { type: 'string', default: '90' },
  },
});
const known = Object.entries(benches).flatMap(([name, { tasks }]) => [name, ...tasks]);
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}; there are ${known.join(' ')}`);
  exit(2);
}

if (!values.built) build();
installPeers();
const folder = join(root, '.tmp', `bench-${process.pid}`);
const works: Work[] = [];
const startedAt = new Date().toISOString();
console.log(`At most ${values.minutes} minutes; what is complete by then is reported.`);
setTimeout(() => report(3), Number(values.minutes) * 60_000).unref();
for (const [name, { run, tasks }] of Object.entries(benches)) {
  const all = positionals.length === 0 || positionals.includes(name);
  if (!all && !tasks.some((task) => positionals.includes(task))) continue;
  mkdirSync(folder, { recursive: true });
  try {
    works.push(...(await run(settings((task) => all || positionals.includes(task)))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
report(0);

function report(status: number): never {
  if (status !== 0) console.log('The time is over.');
  console.log(`\n${works.map(shown).join('\n')}`);
  console.log(`Written to ${save(works)}`);
  exit(status);
}

function settings(wants: Settings['wants']): Settings {
  const { quick } = values;
  const against = values.against?.split(',');
  return {
    rounds: Number(values.rounds ?? (quick ? 3 : 5)),
    seconds: quick ? 1 : 2,
    quick,
    folder,
    wants,
    contenders: (all) => all.filter((name) => !against || name === 'sampan' || against.includes(name)),
    note: (text) => console.log(text),
  };
}

/** What users run is what is measured: the built files. */
function build(): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(execPath, [compiler, '-b', 'packages/server', 'packages/sdk'], {
    cwd: root,
    stdio: 'inherit',
  });
  const bundled = ['tools/bundle.ts', 'tools/bundle-node.ts'].map((tool) =>
    spawnSync(execPath, [tool], { cwd: root, stdio: 'inherit' }),
  );
  if ([status, ...bundled.map((run) => run.status)].some((one) => one !== 0))
    throw new Error('the build failed');
}

function save(results: readonly Work[]): string {
  const parent = join(root, 'bench-results');
  mkdirSync(parent, { recursive: true });
  const path = join(parent, `${startedAt.replaceAll(':', '')}.json`);
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
  }).stdout.trim();
  const machine = {
    processors: cpus().map(({ model }) => model),
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
  };
  writeFileSync(
    path,
    JSON.stringify({ startedAt, commit, command: argv.slice(2), machine, works: results }, null, 2),
  );
  return path;
}
