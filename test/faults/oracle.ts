/**
 * Judges a story by the rules: what callers were told, what the service holds, what is left behind. Gives a sentence for
 * each violation; none is a pass.
 */
import { linkFaults } from './network.ts';
import { isBounded, isKind, resumes, tellsProgress } from './oracle-economy.ts';
import { leavesNothing, sharesNothing } from './oracle-remains.ts';
import type { Story } from './scenario.ts';
import { target, type Told } from './stage.ts';

/** Every violation of the rules in a story. */
export function violations(story: Story): string[] {
  return [
    ...settlesOnce(story),
    ...isTrue(story),
    ...failsForAReason(story),
    ...leavesNothing(story),
    ...sharesNothing(story),
    ...resumes(story),
    ...isKind(story),
    ...isBounded(story),
    ...tellsProgress(story),
  ];
}

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
  for (const it of story.told) {
    const { key, data } = it;
    if (!data) continue;
    const contents = contentsOf(story, it);
    const isProven = data.verified !== 'none';
    if (isProven !== (data.CRC64 !== undefined))
      wrong.push(`${key} has the checksum ${data.CRC64}, verified by ${data.verified}`);
    if (isProven && !contents.includes(data.CRC64!))
      wrong.push(`success was told of ${key} with bytes that its file did not have while it was uploaded`);
    // Where the service tells no checksum, nobody can see what becomes of bytes that it took.
    const mayRot =
      story.traits.hidesCrc64 &&
      (story.counts.has('bytes rot on the service') ||
        (!isProven && story.counts.has('body damaged on its way')));
    const held = story.stored.get(key) ?? new Set();
    const isHeld = isProven ? held.has(data.CRC64!) : contents.some((content) => held.has(content));
    if (!mayRot && !isHeld) wrong.push(`success was told of ${key}, but the service never had these bytes`);
    if (data.ETag === '' || data.statusCode !== 200) wrong.push(`success of ${key} without an ETag or 200`);
    if (data.UploadId !== undefined && story.begunWith.get(data.UploadId) !== it.cacheControl)
      wrong.push(`${key} was made with other headers than its caller gave`);
    if (data.UploadId !== undefined && story.traits.hidesCrc64 !== (data.verified !== 'object'))
      wrong.push(`${key} was said to be verified by ${data.verified}`);
  }
  for (const key of story.keys) {
    const calls = story.told.filter((it) => it.key === key);
    const object = story.service.objects.get(`${target.Bucket}/${key}`);
    const isMixable =
      story.counts.has('bytes rot on the service') ||
      (story.counts.has('body damaged on its way') &&
        calls.some(({ data }) => !data || data.verified === 'none'));
    if (!calls.some(({ data }) => data)) continue;
    if (!object) wrong.push(`${key} is not there although success was told`);
    else if (!isMixable && !calls.some((it) => everOf(story, it).includes(object.content.crc64)))
      wrong.push(`${key} is a mixture although success was told`);
    const [only, ...others] = calls;
    const isProven = only?.data?.verified !== 'none';
    if (object && isProven && others.length === 0 && !isMixable && only?.data?.CRC64 !== object.content.crc64)
      wrong.push(`${key} is not what its only caller was told`);
  }
  return wrong;
}

/** Checksums that the body of a call had at any time from when its last run was asked for until it settled. */
function contentsOf({ versions }: Story, { process, key, crc64, sinceMs, settledMs }: Told): string[] {
  if (crc64 !== undefined) return [crc64];
  const files = versions.get(process.device)?.get(key) ?? [];
  return files
    .filter(({ fromMs }, i) => fromMs <= settledMs && (files[i + 1]?.fromMs ?? Infinity) >= sinceMs)
    .map((version) => version.crc64);
}

function everOf(story: Story, it: Told): string[] {
  return contentsOf(story, { ...it, sinceMs: 0, settledMs: Infinity });
}

const networkTrouble: readonly string[] = linkFaults;
const fileTrouble = [
  'file changed',
  'file shrunk',
  'file vanished',
  'uploaded again',
  'removed while it is made again',
  'paused and restarted',
];
const diskTrouble = ['disk is slow', 'disk is silent'];

/** What must have happened before a caller may hear of an error. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  Aborted: ['cancelled'],
  IntegrityMismatch: ['body damaged on its way', 'checksum of another body', 'bytes rot on the service'],
  BadDigest: ['body damaged on its way'],
  InvalidPart: ['part replaced by someone'],
  NoSuchUpload: ['upload removed by someone', 'removed while it is made again', 'locks run out'],
  NoSuchKey: [],
  FileChanged: fileTrouble,
  FileUnreadable: [...fileTrouble, ...diskTrouble],
  Timeout: [...networkTrouble, ...diskTrouble],
};

/** An error that nothing in the story explains was made by the engine itself. */
function failsForAReason(story: Story): string[] {
  const isExplained = ({ key, error, process }: Told): boolean => {
    const kinds = reasons[error?.code ?? ''] ?? networkTrouble;
    if (kinds.some((what) => story.counts.has(what))) return true;
    // Whose Complete got no answer cannot tell a removed upload from an object that shows no checksum, or that another
    // device has replaced since.
    const isUnclear =
      story.traits.hidesCrc64 || story.told.some((other) => other.key === key && other.process !== process);
    const isLost = networkTrouble.some((what) => story.counts.has(what));
    return error?.code === 'NoSuchUpload' && isUnclear && isLost;
  };
  return alive(story)
    .filter((it) => it.error && !isExplained(it))
    .map(
      ({ key, error }) =>
        `${key} failed with ${error!.code ?? error!.name}, which nothing in its story explains`,
    )
    .concat(
      alive(story)
        .filter(({ error }) => (error?.code === undefined ? error : error.code === 'HostError'))
        .map(({ key, error }) => `${key} failed with ${error!.stack ?? ''}`),
    );
}
