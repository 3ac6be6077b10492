/** Watches the disk of a data folder for a service: its space, and whether the folder is still where it was. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../observability/log.ts';
import type { Clock } from '../runtime/clock.ts';
import { diskReserve, type DiskSpace } from '../runtime/disk-reserve.ts';
import type { Troubles } from '../runtime/trouble.ts';
import type { Guarding } from './guarded-stores.ts';

/** What it looks at, and how often. */
export interface DiskGuardOptions {
  readonly dataDir: string;
  readonly troubles: Troubles;
  readonly space?: ((folder: string) => Promise<DiskSpace>) | undefined;
}

const watchEveryMs = 1000;
/** A full disk is looked at again at most this often by writes that wait for it. */
const recoverEveryMs = 250;

/** What each thread does about a full disk. */
export function diskGuard({ dataDir, troubles, space }: DiskGuardOptions): Guarding {
  const reserve = diskReserve(dataDir, space);
  let lookedAtMs = -Infinity;
  return {
    troubles,
    release: () => reserve.release().catch(() => undefined),
    async recover() {
      const nowMs = performance.now();
      if (nowMs - lookedAtMs < recoverEveryMs) return;
      lookedAtMs = nowMs;
      if (await reserve.make().catch(() => false)) troubles.set('diskFull', false);
    },
  };
}

/** Before the stores are opened: lets the reserve go where there is no space to open them. */
export async function makeRoomToStart({ dataDir, troubles, space }: DiskGuardOptions): Promise<void> {
  const reserve = diskReserve(dataDir, space);
  const exists = await stat(dataDir).catch(() => undefined);
  if (!exists || (await reserve.make().catch(() => false))) return;
  await reserve.release().catch(() => undefined);
  troubles.set('diskFull', true);
}

/** Looks again and again, in one thread of the process, until the signal fires. */
export async function watchDisk(
  { dataDir, troubles, space }: DiskGuardOptions,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  const { recover } = diskGuard({ dataDir, troubles, space });
  const watched = [dataDir, join(dataDir, 'blobs'), join(dataDir, 'metadata.db')];
  const identities = await Promise.all(watched.map(identityOf));
  const said = { diskFull: false, damagedIndex: false };
  while (!signal.aborted) {
    const now = await Promise.all(watched.map(identityOf));
    const gone = watched.find((_, at) => identities[at] !== undefined && now[at] !== identities[at]);
    if (troubles.set('folderGone', gone !== undefined))
      if (gone === undefined) log.event('the data folder is back', { dataDir });
      else log.trouble(new Error(`${gone} is not the one that was opened`), 'the data folder was moved');
    if (troubles.has('diskFull')) await recover();
    for (const [trouble, message] of [
      ['diskFull', 'the disk is full: writes are refused'],
      ['damagedIndex', 'the database is damaged: restore a backup'],
    ] as const) {
      if (troubles.has(trouble) && !said[trouble]) log.trouble(new Error(message), message);
      said[trouble] = troubles.has(trouble);
    }
    await clock.sleep(watchEveryMs, signal);
  }
}

async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}-${found.ino}`;
}
