import { mkdtemp, readdir, readlink, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RangedSource } from '../../core/platform.ts';
import { createPrefetch } from './prefetch.ts';
import { openSource } from './source.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-ahead-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Files are made ready when their times have settled, so the clock that they are compared with is ahead of theirs. */
const realNow = Date.now;
beforeAll(() => {
  Date.now = () => realNow() + 10_000;
});
afterAll(() => {
  Date.now = realNow;
});

async function files(name: string, texts: readonly string[]): Promise<string[]> {
  const paths = texts.map((_, index) => join(folder, `${name}-${index}`));
  await Promise.all(paths.map((path, index) => writeFile(path, texts[index]!)));
  return paths;
}

/** A line of tasks, as the queue tells of it. */
function line(paths: readonly string[], openNow = openSource) {
  const waiting = [...paths];
  const opened: unknown[] = [];
  const { open, prefetch } = createPrefetch((input) => {
    opened.push(input.FilePath);
    return openNow(input);
  });
  const notify = (): void => prefetch((place) => waiting[place]);
  notify();
  return {
    /** What was opened at its turn and not before. */
    opened,
    look: (FilePath: string) => open({ FilePath }),
    async turn(): Promise<RangedSource> {
      const FilePath = waiting.shift()!;
      const source = open({ FilePath, isTurn: true });
      notify();
      return (await source) as RangedSource;
    },
    leave(path: string): void {
      waiting.splice(waiting.indexOf(path), 1);
      notify();
    },
  };
}

/** Names of this test's files that this process has open. */
async function openFiles(): Promise<string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  const prefix = `${folder}/`;
  return (await Promise.all(links))
    .filter((link) => link.startsWith(prefix))
    .map((link) => link.slice(prefix.length))
    .sort();
}

const text = async (source: RangedSource): Promise<string> =>
  Buffer.from(await source.read(0, source.size)).toString();

describe.runIf(process.platform === 'linux')('files that wait', () => {
  test('are ready at their turn, each with its own bytes while three are sent at a time', async () => {
    const texts = Array.from({ length: 50 }, (_, index) => `text ${'x'.repeat(index)} of ${index}`);
    const tasks = line(await files('many', texts));
    await expect.poll(openFiles).toHaveLength(16);
    const sending: { source: RangedSource; bytes: Uint8Array; expected: string }[] = [];
    const finish = async (): Promise<void> => {
      const { source, bytes, expected } = sending.shift()!;
      expect(Buffer.from(bytes).toString()).toBe(expected);
      source.release?.(bytes);
      await source.close();
    };
    for (const expected of texts) {
      const source = await tasks.turn();
      const bytes = await source.read(0, source.size);
      expect(source.isAsOpened?.()).toBe(true);
      sending.push({ source, bytes, expected });
      if (sending.length === 3) await finish();
      await new Promise(setImmediate);
    }
    while (sending.length > 0) await finish();
    expect(tasks.opened).toEqual([]);
    await expect.poll(openFiles).toEqual([]);
  });

  test.each([
    ['written again', (path: string) => writeFile(path, 'new!')],
    [
      'replaced',
      async (path: string) => {
        await writeFile(`${path}.new`, 'new!');
        await rename(`${path}.new`, path);
      },
    ],
  ])('are read as they are at their turn when they were %s meanwhile', async (what, change) => {
    const paths = await files(what, ['same', 'old.']);
    const tasks = line(paths);
    await expect.poll(openFiles).toHaveLength(2);
    await change(paths[1]!);
    for (const expected of ['same', 'new!']) {
      const source = await tasks.turn();
      expect(await text(source)).toBe(expected);
      await source.close();
    }
    expect(tasks.opened).toEqual([paths[1]]);
    expect(await openFiles()).toEqual([]);
  });

  test('that are gone at their turn are told so', async () => {
    const [path] = await files('gone', ['text']);
    const tasks = line([path!]);
    await expect.poll(openFiles).toHaveLength(1);
    await rm(path!);
    await expect(tasks.turn()).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await openFiles()).toEqual([]);
  });

  test('that cannot be read do not keep the others from being ready', async () => {
    const paths = await files('some', ['one', 'two']);
    const tasks = line([folder, join(folder, 'missing'), ...paths]);
    await expect.poll(openFiles).toHaveLength(2);
    await expect(tasks.turn()).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(tasks.turn()).rejects.toMatchObject({ code: 'ENOENT' });
    for (const expected of ['one', 'two']) {
      const source = await tasks.turn();
      expect(await text(source)).toBe(expected);
      await source.close();
    }
    expect(tasks.opened).toEqual([folder, join(folder, 'missing')]);
  });

  test('are let go of when their tasks leave the line', async () => {
    const paths = await files('left', ['one', 'two', 'three', 'four', 'five', 'six']);
    const tasks = line(paths);
    await expect.poll(openFiles).toHaveLength(6);
    // One of many is noticed when the next are looked for; when nobody waits any more, at once.
    tasks.leave(paths[4]!);
    for (const path of paths) if (path !== paths[4]) tasks.leave(path);
    await expect.poll(openFiles).toEqual([]);
  });

  test('are not made ready when they are large, or so young that their times may not tell a change', async () => {
    const [large, young, plain] = await files('mixed', ['x'.repeat(128 * 1024 + 1), 'young', 'plain']);
    const soon = new Date(Date.now());
    await utimes(young!, soon, soon);
    const tasks = line([large!, young!, plain!]);
    await expect.poll(openFiles).toEqual(['mixed-2']);
    for (const size of [128 * 1024 + 1, 5, 5]) {
      const source = await tasks.turn();
      expect((await source.read(0, size)).length).toBe(size);
      await source.close();
    }
    expect(tasks.opened).toEqual([large, young]);
  });

  test('stay ready when somebody only looks at them', async () => {
    const [path] = await files('looked', ['text']);
    const tasks = line([path!]);
    await expect.poll(openFiles).toHaveLength(1);
    const looked = await tasks.look(path!);
    await looked.close();
    const source = await tasks.turn();
    expect(await source.read(1, 2)).toEqual(Buffer.from('ex'));
    expect(await text(source)).toBe('text');
    await source.close();
    expect(tasks.opened).toEqual([path]);
  });

  test('are waited for when their turn comes while they are read', async () => {
    const [path] = await files('early', ['text']);
    const tasks = line([path!]);
    await new Promise(setImmediate);
    const source = await tasks.turn();
    expect(await text(source)).toBe('text');
    await source.close();
    expect(tasks.opened).toEqual([]);
    expect(await openFiles()).toEqual([]);
  });
});
