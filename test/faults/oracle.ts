/**
 * Judges a story by the rules: what callers were told, what the service holds, what is left behind. Gives a sentence for
 * each violation; none is a pass.
 */
import type { Story, Told } from './scenario.ts';

/** Every violation of the rules in a story. */
export function violations(story: Story): string[] {
  return [
    ...settlesOnce(story),
    ...isTrue(story),
    ...failsForAReason(story),
    ...leavesNothing(story),
    ...sharesNothing(story),
    ...tellsProgress(story),
    ...isBounded(story),
  ];
}

const bucket = 'examplebucket-1250000000';
const alive = ({ told }: Story): Told[] => told.filter(({ process }) => process.isAlive);

function settlesOnce(story: Story): string[] {
  return [
    ...story.hung.map((it) => `the upload of ${it.key} never settled`),
    ...alive(story)
      .filter(({ settled }) => settled > 1)
      .map((it) => `the upload of ${it.key} settled ${it.settled} times`),
    ...alive(story)
      .filter(({ cancelled, data, error }) => cancelled && !data && error?.code !== 'Aborted')
      .map((it) => `the cancelled upload of ${it.key} ended with ${it.error?.code ?? 'nothing'}`),
  ];
}

function isTrue(story: Story): string[] {
  const wrong: string[] = [];
  for (const { key, data } of story.told) {
    if (!data) continue;
    if (!story.versions.get(key)?.has(data.CRC64))
      wrong.push(`success was told of ${key} with bytes that its file never had`);
    if (!story.stored.get(key)?.has(data.CRC64))
      wrong.push(`success was told of ${key}, but the service never had these bytes`);
    if (data.ETag === '' || data.statusCode !== 200) wrong.push(`success of ${key} without an ETag or 200`);
  }
  // Whoever was told of success last, the object must be one whole version of the file.
  const keys = new Set(story.told.map(({ key }) => key));
  for (const key of keys) {
    const calls = story.told.filter((it) => it.key === key);
    const object = story.service.objects.get(`${bucket}/${key}`);
    if (calls.every(({ data }) => data) && !object)
      wrong.push(`${key} is not there although success was told`);
    if (calls.every(({ data }) => data) && object && !story.versions.get(key)?.has(object.content.crc64))
      wrong.push(`${key} is a mixture although success was told`);
  }
  return wrong;
}

/** An error that no fault of the story explains was made by the engine itself. */
function failsForAReason(story: Story): string[] {
  const happened = (...kinds: string[]): boolean => kinds.some((kind) => story.counts.has(kind));
  const explained: Readonly<Record<string, boolean>> = {
    IntegrityMismatch: happened('body damaged on its way', 'checksum of another body'),
    BadDigest: happened('body damaged on its way'),
    NoSuchUpload: happened('upload removed by someone'),
    FileChanged: happened('file changed', 'file shrunk', 'file vanished'),
    FileUnreadable: happened('file vanished', 'file shrunk', 'file changed'),
  };
  return alive(story)
    .filter(({ error }) => error?.code !== undefined && explained[error.code] === false)
    .map(({ key, error }) => `${key} failed with ${error?.code ?? ''}, which nothing in its story explains`);
}

function leavesNothing(story: Story): string[] {
  const wrong: string[] = [];
  for (const process of story.processes) {
    if (!process.isAlive || story.hung.length > 0) continue;
    for (const [what, count] of Object.entries(process.leftovers()))
      if (count !== 0) wrong.push(`${count} ${what} left on device ${process.device.name}`);
  }
  // An upload that is left must be one that someone may continue, or one that could not be known or reached.
  const named = new Set([
    ...story.told.flatMap(({ error }) => error?.UploadId ?? []),
    ...story.devices.flatMap(({ records }) =>
      [...records.values()].map((text) => (JSON.parse(text) as { UploadId: string }).UploadId),
    ),
  ]);
  const unreached = new Set(story.processes.flatMap(({ network }) => [...network.lost.abort]));
  const someDied = story.processes.some(({ isAlive }) => !isAlive);
  for (const [id, upload] of story.service.uploads) {
    const isEmpty = upload.parts.size === 0;
    const lostInit = story.processes.some(({ network }) => network.lost.init > 0) || someDied;
    if (named.has(id) || unreached.has(id) || (isEmpty && lostInit)) continue;
    // Without storage a dead process leaves no word of its upload; neither does one that sent a stream or memory.
    if (someDied && (story.storageFailed || hadUnnamed(story, upload.key))) continue;
    wrong.push(
      `upload ${id} of ${upload.key} with ${upload.parts.size} parts is left, and nobody knows of it`,
    );
  }
  for (const { records } of story.devices)
    for (const text of records.values()) {
      const { UploadId, Key } = JSON.parse(text) as { UploadId: string; Key: string };
      const finished = story.told.some(({ data }) => data?.UploadId === UploadId);
      if (finished && !story.storageFailed) wrong.push(`the record of ${Key} outlived its finished upload`);
    }
  return wrong;
}

/** A dead process that was sending a stream of this key: a stream cannot be found again. */
function hadUnnamed(story: Story, key: string): boolean {
  return story.told.some((it) => it.key === key && !it.process.isAlive && it.kind !== 'path');
}

function sharesNothing(story: Story): string[] {
  return story.shared.map((id) => `two living processes sent parts of upload ${id}`);
}

function tellsProgress(story: Story): string[] {
  const wrong: string[] = [];
  for (const { key, progress, data, progressAfterEnd, process } of story.told) {
    if (!process.isAlive) continue;
    if (progressAfterEnd > 0) wrong.push(`progress of ${key} was told after its end`);
    for (const [index, now] of progress.entries()) {
      const before = progress[index - 1];
      if (now.total > 0 && now.loaded > now.total) wrong.push(`progress of ${key} is beyond its size`);
      if (now.percent === 1 && index !== progress.length - 1 && data)
        wrong.push(`progress of ${key} was 1 before its end`);
      if (!Number.isFinite(now.speed) || now.speed < 0) wrong.push(`speed of ${key} is ${now.speed}`);
      if (
        before &&
        now.loaded < before.loaded &&
        now.total === before.total &&
        now.loaded !== 0 &&
        !paused(progress, index)
      )
        wrong.push(`progress of ${key} went back from ${before.loaded} to ${now.loaded}`);
    }
    if (data && progress.at(-1)?.percent !== 1) wrong.push(`progress of ${key} did not end at 1`);
  }
  return wrong;
}

/** Whether a new run began here: it tells again from what the service has. */
function paused(progress: Told['progress'], index: number): boolean {
  return progress[index]?.speed === 0;
}

function isBounded(story: Story): string[] {
  const wrong: string[] = [];
  for (const { network, device } of story.processes)
    if (network.mostOpen > 10 + 6)
      wrong.push(`${network.mostOpen} requests were open on device ${device.name}`);
  for (const { key, data, size } of story.told)
    if (data && (data.resentBytes < 0 || data.resumedBytes > size + 1e9))
      wrong.push(`the account of ${key} does not add up`);
  return wrong;
}
