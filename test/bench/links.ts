/** Uploads over links that people have: how much of the link they use, and what they send twice when it is cut. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientName } from './clients.ts';
import { file, startNode, type Running } from './contender.ts';
import { MiB } from './content.ts';
import { openLink, type LinkKind } from './link-proxy.ts';
import type { Settings, Work } from './rounds.ts';
import { short, spread } from './statistics.ts';
import { askSink, makeLarge, runClient } from './upload.ts';

const notes = {
  sampan: 'defaults; CRC-64',
  'cos-nodejs': 'defaults; MD5 of parts',
  'aws-lib-storage': 'defaults; CRC-32',
  tus: 'defaults; nothing',
} satisfies Partial<Record<ClientName, string>>;

const kinds: readonly LinkKind[] = [
  { name: 'links-fast', mbit: 100, oneWayMs: 5 },
  { name: 'links-home', mbit: 20, oneWayMs: 25 },
  { name: 'links-slow', mbit: 2, oneWayMs: 100 },
  { name: 'links-cut-8s', mbit: 20, oneWayMs: 25, cutEveryMs: 8000 },
  { name: 'links-cut-3s', mbit: 20, oneWayMs: 25, cutEveryMs: 3000 },
];

/** Names of the tasks of this benchmark. */
export const linkTasks = kinds.map(({ name }) => name);

/** A client that is not done in this many times of what the link needs has failed. */
const patience = 6;

/** Runs the links that are asked for. */
export async function benchLinks(settings: Settings): Promise<Work[]> {
  const works: Work[] = [];
  for (const kind of kinds) {
    if (!settings.wants(kind.name)) continue;
    const mebibytes = kind.mbit < 10 ? 4 : 32;
    const sink = await startNode(file('sink.ts'), [String(mebibytes), '0', '0']);
    try {
      const path = join(settings.folder, 'large');
      await makeLarge(path, mebibytes);
      works.push(await measure(settings, kind, { sink, path, sizeBytes: mebibytes * MiB }));
    } finally {
      await sink.stop();
      await rm(settings.folder, { recursive: true, force: true });
      await mkdir(settings.folder, { recursive: true });
    }
  }
  return works;
}

interface Stage {
  readonly sink: Running;
  readonly path: string;
  readonly sizeBytes: number;
}

async function measure(settings: Settings, kind: LinkKind, { sink, path, sizeBytes }: Stage): Promise<Work> {
  const idealSeconds = (sizeBytes * 8) / 1e6 / kind.mbit;
  const states = settings
    .contenders(Object.keys(notes) as (keyof typeof notes)[])
    .map((name) => ({ name, rates: [] as number[], twice: [] as number[], cpuSeconds: 0, peakBytes: 0 }));
  const skipped: string[] = [];
  for (let round = 1; round <= settings.rounds; round++)
    for (const state of [...states]) {
      const folder = join(settings.folder, 'records', `${state.name}-${round}`);
      await mkdir(folder, { recursive: true });
      const link = await openLink(kind, Number(sink.ready));
      const name = `large-${state.name}-${round}`;
      const job = { port: link.port, large: path, sizeBytes, name, folder, survivesCuts: true };
      const result = await runClient(state.name, job, idealSeconds * patience * 1000);
      await link.stop();
      const arrived = await askSink(sink);
      const failure =
        result.failure ?? (arrived.wrong > 0 ? `${arrived.wrong} bodies arrived changed` : undefined);
      if (failure !== undefined) {
        if (state.name === 'sampan') throw new Error(`sampan: ${failure}`);
        skipped.push(`${state.name} over ${kind.name}: ${failure.slice(0, 120)}`);
        states.splice(states.indexOf(state), 1);
        continue;
      }
      state.rates.push(idealSeconds / result.seconds);
      state.twice.push((link.carriedBytes - sizeBytes) / MiB / Math.max(1, link.cuts));
      state.cpuSeconds += result.cpuSeconds;
      state.peakBytes = Math.max(state.peakBytes, result.peakBytes);
      settings.note(
        `${kind.name} ${round}/${settings.rounds} ${state.name} ${short(idealSeconds / result.seconds)} of the link, ` +
          `${short((link.carriedBytes - sizeBytes) / MiB)} MiB more than the file, ${link.cuts} cuts`,
      );
    }
  const figures = states.map(({ twice, ...state }) => ({
    ...state,
    note: notes[state.name],
    more: { 'MiB more a cut': short(spread(twice).median) },
  }));
  return { work: `${kind.name}, ${sizeBytes / MiB} MiB`, unit: 'of the link', figures, skipped };
}
