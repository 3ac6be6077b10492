import { describe, expect, test } from 'vitest';
import { replaceFile, type Renaming } from './replace-file.ts';

/** A system on which the file is open in another program for the first `refusals` attempts. */
function system(platform: NodeJS.Platform, refusals: number, code = 'EPERM') {
  let attempts = 0;
  let waitedMs = 0;
  const by: Renaming = {
    platform,
    async rename() {
      attempts += 1;
      if (attempts <= refusals) throw Object.assign(new Error(`${code}: operation not permitted`), { code });
    },
    async sleep(ms) {
      waitedMs += ms;
    },
  };
  return { by, attempts: () => attempts, waitedMs: () => waitedMs };
}

describe('a file that another program has open', () => {
  test.each(['EPERM', 'EACCES', 'EBUSY'])('is replaced on Windows once it is closed: %s', async (code) => {
    const windows = system('win32', 7, code);

    await replaceFile('draft', 'final', windows.by);

    expect(windows.attempts()).toBe(8);
  });

  test('fails after two seconds, with its name and what to look for', async () => {
    const windows = system('win32', Infinity);

    await expect(replaceFile('draft', 'final', windows.by)).rejects.toMatchObject({
      code: 'EPERM',
      message: 'final cannot be replaced (EPERM); is it open in another program?',
    });
    expect(windows.waitedMs()).toBeGreaterThan(1500);
    expect(windows.waitedMs()).toBeLessThan(2500);
  });

  test('is a fault at once where the system has no such refusals, and for other faults', async () => {
    const linux = system('linux', 1);
    const full = system('win32', 1, 'ENOSPC');

    await expect(replaceFile('draft', 'final', linux.by)).rejects.toMatchObject({ code: 'EPERM' });
    await expect(replaceFile('draft', 'final', full.by)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect([linux.attempts(), full.attempts()]).toEqual([1, 1]);
  });
});
