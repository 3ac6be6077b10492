/**
 * Locks between the tabs of an origin. Web Locks end with their tab, but exist only in secure contexts; elsewhere a
 * lease in the database stands in, which its holder renews and others may take when it ran out. Both wait a little for
 * one that is taken: a page that is loaded again, or opened where another was closed, comes up while the old one is
 * still being put away (up to 90 ms later, seen in one of four openings, Chromium 156, 2026-11-23).
 */
import type { Locks } from '../../core/platform.ts';
import { transact } from './database.ts';
import { lockPrefix } from './storage.ts';

/** How long a Web Lock of a page that ends is waited for. */
const patienceMs = 1000;
/** A lease lasts for less than the engine waits for a lock: a page that is loaded again finds its own run out. */
const leaseMs = 3000;
const renewMs = 1000;
const lookMs = 250;

export const locks: Locks = {
  tryLock: (name) =>
    (navigator as Partial<Navigator>).locks ? webLock(`sampan.${name}`) : lease(lockPrefix + name),
};

function webLock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const patience = new AbortController();
    const timer = setTimeout(() => {
      resolve(undefined);
      patience.abort();
    }, patienceMs);
    navigator.locks
      .request(name, { signal: patience.signal }, () => {
        clearTimeout(timer);
        // The lock is held as long as this promise is pending.
        return new Promise<void>((release) => resolve(() => release()));
      })
      // Who lost patience has resolved already.
      .catch(reject);
  });
}

interface Lease {
  readonly owner: string;
  readonly untilMs: number;
}

async function lease(key: string): Promise<(() => void) | undefined> {
  const owner = `${Date.now().toString(36)}.${Math.random().toString(36).slice(2)}`;
  const found = await take(key, owner);
  let other = found;
  // Looked at until it ran out; who lives renews it meanwhile, and a clock that was set back does not make this longer.
  for (let waitedMs = 0; other; waitedMs += lookMs) {
    if (other.untilMs !== found?.untilMs || waitedMs > leaseMs) return undefined;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    other = await take(key, owner);
  }
  const renewal = setInterval(() => void take(key, owner).catch(() => undefined), renewMs);
  return () => {
    clearInterval(renewal);
    void give(key, owner).catch(() => undefined);
  };
}

/** Takes or renews a lease, or gives the one that is in the way. One transaction, so of several tabs one succeeds. */
async function take(key: string, owner: string): Promise<Lease | undefined> {
  let other: Lease | undefined;
  await transact('readwrite', (records) => {
    const found = records.get(key) as IDBRequest<Lease | undefined>;
    found.onsuccess = () => {
      const { result } = found;
      if (result && result.owner !== owner && result.untilMs > Date.now()) other = result;
      else records.put({ owner, untilMs: Date.now() + leaseMs } satisfies Lease, key);
    };
    return found;
  });
  return other;
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
