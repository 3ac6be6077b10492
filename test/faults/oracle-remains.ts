/** Rules about what is left behind: in processes, in storage, on the service. */
import type { UploadRecord } from '../../packages/sdk/src/upload/resume/record.ts';
import type { Story } from './scenario.ts';

/** Things that keep a device from remembering an upload, or from knowing whose it is. */
const storageTrouble = ['storage fails', 'storage is silent', 'locks fail', 'locks run out'];

export function leavesNothing(story: Story): string[] {
  return [...story.leaks, ...leftInProcesses(story), ...leftOnService(story), ...leftInStorage(story)];
}

function leftInProcesses({ processes, hung }: Story): string[] {
  if (hung.length > 0) return [];
  return processes
    .filter(({ isAlive }) => isAlive)
    .flatMap(({ device, leftovers }) =>
      Object.entries(leftovers())
        .filter(([, count]) => count !== 0)
        .map(([what, count]) => `${count} ${what} left on device ${device.name}`),
    );
}

/** An upload that is left must be one that someone may continue, or one that could not be known or reached. */
function leftOnService(story: Story): string[] {
  const wrong: string[] = [];
  const { told, processes, service } = story;
  const isStorageTroubled = storageTrouble.some((what) => story.counts.has(what));
  const named = new Set([
    ...told.flatMap(({ error }) => error?.UploadId ?? []),
    ...recordsOf(story).map(({ UploadId }) => UploadId),
  ]);
  const unreached = new Set(processes.flatMap(({ network }) => [...network.ledger.lost.abort]));
  const someDied = processes.some(({ isAlive }) => !isAlive);
  const isInitLost = someDied || processes.some(({ network }) => network.ledger.lost.init > 0);
  for (const [id, { key, parts }] of service.uploads) {
    const isUnknown = unreached.has(id) || (parts.size === 0 && isInitLost);
    // Without storage a dead process leaves no word of its upload; neither does one that had no record of its own.
    const isOfDead = someDied && (isStorageTroubled || hadUnnamed(story, key));
    if (isUnknown || isOfDead) continue;
    const what = `upload ${id} of ${key} with ${parts.size} parts`;
    if (!named.has(id)) wrong.push(`${what} is left, and nobody knows of it`);
    const calls = told.filter((it) => it.key === key);
    const nobodyWants = calls.every(
      ({ process, data, error }) =>
        process.isAlive && (data ?? (error?.code === 'Aborted' || error?.code === 'FileChanged')),
    );
    if (named.has(id) && nobodyWants && !isStorageTroubled)
      wrong.push(`${what} is left, and nobody wants it`);
  }
  return wrong;
}

function leftInStorage(story: Story): string[] {
  if (storageTrouble.some((what) => story.counts.has(what))) return [];
  return recordsOf(story)
    .filter(({ UploadId }) => story.told.some(({ data }) => data?.UploadId === UploadId))
    .map(({ Key }) => `the record of ${Key} outlived its finished upload`);
}

export function sharesNothing(story: Story): string[] {
  // Whose lock ran out is the one who may still send a part before it sees that the record is another's.
  if (story.counts.has('locks run out')) return [];
  return [...story.shared].map((id) => `two living processes sent parts of upload ${id}`);
}

/** A dead process without a record: a stream cannot be found again, and only the first upload of a key has one. */
function hadUnnamed({ told, counts }: Story, key: string): boolean {
  const isSecond =
    counts.has('second tab') || counts.has('uploaded again') || counts.has('removed while it is made again');
  return told.some((it) => it.key === key && !it.process.isAlive && (isSecond || it.kind !== 'path'));
}

function recordsOf({ devices }: Story): UploadRecord[] {
  return devices
    .flatMap(({ records }) => [...records.values()])
    .map((text) => JSON.parse(text) as UploadRecord);
}
