/**
 * Locks between processes, as files created exclusively. A lock whose process has ended, or that was not renewed for
 * long, is taken over. These locks only save duplicate work; correctness rests on the service's own checks.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Locks } from '../../core/platform.ts';
import { fileName, ownFolder } from './storage.ts';

const renewMs = 10_000;
const staleMs = 60_000;

/** Makes locks in a folder, which need not exist. */
export function createLocks(folder: string): Locks {
  return {
    async tryLock(name) {
      const file = join(folder, `${fileName(name)}.lock`);
      const mine = `${process.pid} ${hostname()} ${randomBytes(8).toString('hex')}`;
      await ownFolder(folder);
      if (!(await create(file, mine))) {
        const removed = await removeStale(file);
        if (!removed || !(await create(file, mine))) return undefined;
      }
      return held(file, mine);
    },
  };
}

/** Renews the lock until it is released. */
function held(file: string, mine: string): () => void {
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, renewMs);
  renewal.unref();
  return () => {
    clearInterval(renewal);
    try {
      if (readFileSync(file, 'utf8') === mine) rmSync(file);
    } catch {
      // Taken over or gone: either way it is no longer held here.
    }
  };
}

async function create(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a stale lock out of the way; of several that try, one succeeds. */
async function removeStale(file: string): Promise<boolean> {
  const content = await readFile(file, 'utf8').catch(() => '');
  const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? 0);
  // Empty: its maker is between creating and writing it.
  if (age < staleMs && (content === '' || holderLives(content))) return false;
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch {
    return true;
  }
  // Between reading and moving, someone may have taken it over: then it was theirs, and it is put back.
  const moved = await readFile(aside, 'utf8').catch(() => content);
  if (moved !== content) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
  return moved === content;
}

function holderLives(content: string): boolean {
  const [pid = '', host = ''] = content.split(' ');
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM';
  }
}
