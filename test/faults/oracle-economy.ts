/** Rules about what an upload costs and tells: bytes, requests, memory, progress. */
import type { Story } from './scenario.ts';
import type { Told } from './stage.ts';

const mib = 1_048_576;
/** As the client and a part have them by default. */
const triesOfCall = 4;
const triesOfRun = triesOfCall * (1 + 2);
const mostBodies = 10;
const flyingBytes = 32 * mib;

/** What may make a device send again what the service holds. */
const forgets = [
  'storage fails',
  'storage is silent',
  'locks fail',
  'locks run out',
  'second tab',
  'uploaded again',
  'clock jumps',
  'upload removed by someone',
  'removed while it is made again',
  'bytes rot on the service',
  'part replaced by someone',
  'killed while the service acts',
];

/** The account of a result is that of the wire, and what the service held was not sent again. */
export function resumes(story: Story): string[] {
  const wrong: string[] = [];
  const isCalm = story.counts.size === 0 && !(story.traits.hidesCrc64 && story.traits.opaqueETags);
  const mayForget = forgets.some((what) => story.counts.has(what)) || story.traits.opaqueETags;
  for (const it of story.told) {
    const { key, process, size, data, runs, heldBytes } = it;
    if (!data) continue;
    const { sentBytes, resentBytes, resumedBytes } = data;
    const isAlone = story.told.filter((other) => other.key === key && other.process === process).length === 1;
    const wireBytes = process.network.ledger.sentBytes.get(key) ?? 0;
    const isKnown = it.kind !== 'path' || onlyVersion(story, it);
    // What a task resumes may be what a run of its own has sent before a pause.
    const neededBytes = runs === 1 ? size - resumedBytes : sentBytes - resentBytes;
    const addsUp = neededBytes <= size && resentBytes === Math.max(0, sentBytes - neededBytes);
    if (isKnown && !addsUp) wrong.push(`the account of ${key} does not add up`);
    if (isAlone && runs === 1 && sentBytes < wireBytes)
      wrong.push(`${key} was told ${sentBytes} bytes sent, and ${wireBytes} were`);
    if (isCalm && (sentBytes !== size || wireBytes !== size))
      wrong.push(`${key} of ${size} bytes took ${wireBytes} although nothing went wrong`);
    // A Complete that arrives twice finds no upload, and then the object that another device has put there since.
    const isReplaced =
      story.counts.has('answer twice over') &&
      story.told.some((other) => other.key === key && other.process.device !== process.device);
    if (isKnown && runs === 1 && !mayForget && !isReplaced && resumedBytes < heldBytes)
      wrong.push(`${key} was resumed with ${resumedBytes} bytes although ${heldBytes} were there`);
  }
  return wrong;
}

/** Whether the file of a call stayed as it was from then on. */
function onlyVersion({ versions }: Story, { key, process, calledMs }: Told): boolean {
  return (versions.get(process.device)?.get(key) ?? []).every(({ fromMs }) => fromMs <= calledMs);
}

export function isKind(story: Story): string[] {
  const wrong: string[] = [];
  for (const { network, device } of story.processes) {
    const { sentAway, tries } = network.ledger;
    if (sentAway > 0) wrong.push(`device ${device.name} sent ${sentAway} bodies while it was away`);
    const mostRuns = Math.max(
      1,
      ...story.told.filter(({ process }) => process.device === device).map(({ runs }) => runs),
    );
    // What the host's absence stops is not counted by the engine.
    const absences =
      (story.counts.get('app hidden and shown') ?? 0) + (story.counts.get('offline and online') ?? 0);
    for (const [part, count] of tries)
      if (count > triesOfRun * mostRuns + triesOfCall * absences)
        wrong.push(`part ${part} was tried ${count} times`);
  }
  return wrong;
}

export function isBounded(story: Story): string[] {
  const wrong: string[] = [];
  const files = story.options.FileParallelLimit ?? 3;
  for (const { network, device, mostFiles } of story.processes) {
    const { mostBytes } = network.ledger;
    if (network.mostOpen > mostBodies + 6)
      wrong.push(`${network.mostOpen} requests were open on device ${device.name}`);
    if (mostBytes > files * flyingBytes)
      wrong.push(`${mostBytes} bytes were in flight on device ${device.name}`);
    // A task that is cancelled or paused gives its place away while it still puts its file down.
    const leaving = (story.counts.get('cancelled') ?? 0) + (story.counts.get('paused and restarted') ?? 0);
    // One that opens when nobody waits for it any more is closed at once.
    if (!story.counts.has('disk is slow') && mostFiles() > files + leaving)
      wrong.push(`${mostFiles()} files were open on device ${device.name}`);
  }
  return wrong;
}

export function tellsProgress(story: Story): string[] {
  const wrong: string[] = [];
  for (const { key, progress, data, progressAfterEnd, process, runs } of story.told) {
    if (!process.isAlive) continue;
    if (progressAfterEnd > 0) wrong.push(`progress of ${key} was told after its end`);
    let restarts = 0;
    for (const [index, now] of progress.entries()) {
      const before = progress[index - 1];
      if (now.total > 0 && now.loaded > now.total) wrong.push(`progress of ${key} is beyond its size`);
      if (now.percent === 1 && index !== progress.length - 1 && data)
        wrong.push(`progress of ${key} was 1 before its end`);
      if (!Number.isFinite(now.speed) || now.speed < 0) wrong.push(`speed of ${key} is ${now.speed}`);
      if ((now.timeLeft ?? 0) < 0) wrong.push(`${key} has ${now.timeLeft} s left`);
      if (before && now.loaded < before.loaded) restarts += 1;
    }
    // A run of a restarted task tells again from what the service has.
    if (restarts >= runs) wrong.push(`progress of ${key} went back ${restarts} times in ${runs} runs`);
    const last = progress[progress.length - 1];
    if (data && (last?.percent !== 1 || last.loaded !== last.total))
      wrong.push(`progress of ${key} did not end at 1`);
  }
  return wrong;
}
