/**
 * Locks between the tabs of an origin. Web Locks end with their tab, but exist only in secure contexts; elsewhere a
 * lease in the database stands in, which its holder renews and others may take when it ran out.
 */
import type { Locks } from '../../platform.ts';
import { transact } from './database.ts';
import { lockPrefix } from './storage.ts';

const leaseMs = 15_000;
const renewMs = 5000;

export const locks: Locks = {
  tryLock: (name) =>
    (navigator as Partial<Navigator>).locks ? webLock(`sampan.${name}`) : lease(lockPrefix + name),
};

function webLock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) {
          resolve(undefined);
          return undefined;
        }
        // The lock is held as long as this promise is pending.
        return new Promise<void>((release) => resolve(() => release()));
      })
      .catch(reject);
  });
}

interface Lease {
  readonly owner: string;
  readonly untilMs: number;
}

async function lease(key: string): Promise<(() => void) | undefined> {
  const owner = `${Date.now().toString(36)}.${Math.random().toString(36).slice(2)}`;
  if (!(await take(key, owner))) return undefined;
  const renewal = setInterval(() => void take(key, owner).catch(() => undefined), renewMs);
  return () => {
    clearInterval(renewal);
    void give(key, owner).catch(() => undefined);
  };
}

/** Reads and writes in one transaction, so of several tabs one succeeds. */
async function take(key: string, owner: string): Promise<boolean> {
  let isTaken = false;
  await transact('readwrite', (records) => {
    const found = records.get(key) as IDBRequest<Lease | undefined>;
    found.onsuccess = () => {
      const { result } = found;
      if (result && result.owner !== owner && result.untilMs > Date.now()) return;
      isTaken = true;
      records.put({ owner, untilMs: Date.now() + leaseMs } satisfies Lease, key);
    };
    return found;
  });
  return isTaken;
}

async function give(key: string, owner: string): Promise<void> {
  await transact('readwrite', (records) => {
    const found = records.get(key) as IDBRequest<Lease | undefined>;
    found.onsuccess = () => {
      if (found.result?.owner === owner) records.delete(key);
    };
    return found;
  });
}
