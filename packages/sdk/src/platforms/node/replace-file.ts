/** Renames a file over another one, which on Windows needs patience. */
import { rename } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const tries = 40;
const pauseMs = 50;

/** What a rename is made of when it is not the machine's; for tests. */
export interface Renaming {
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly platform: NodeJS.Platform;
  readonly sleep: (ms: number) => Promise<unknown>;
}

const machine: Renaming = { rename, platform: process.platform, sleep };

/**
 * Moves `from` to `to`, over what is there. Windows refuses that while any program has one of them open, as virus scanners
 * and indexers have for a moment; so there it is tried for two seconds. Rejects with the code of the last refusal.
 */
export async function replaceFile(from: string, to: string, by: Renaming = machine): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await by.rename(from, to);
      return;
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? '';
      if (by.platform !== 'win32' || !['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw cause;
      if (attempt === tries)
        throw Object.assign(new Error(`${to} cannot be replaced (${code}); is it open in another program?`), {
          code,
          path: to,
          cause,
        });
      await by.sleep(pauseMs);
    }
  }
}
