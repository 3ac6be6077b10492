/** A log that cannot be written does not keep requests from being answered. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

test.skipIf(!existsSync('/dev/full'))(
  'a log on a full disk blocks no answer, and files are for their owner alone',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sampan-log-'));
    const dataDir = join(folder, 'data');
    const full = openSync('/dev/full', 'w');
    const flags = ['serve', '--port', '0', '--data', dataDir, '--threads', '1'];
    const child = spawn(process.execPath, ['--conditions=@sampan/source', main, ...flags.slice(1)], {
      stdio: ['ignore', 'pipe', full],
      cwd: folder,
    });
    closeSync(full);
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    });
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout!.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const found = /listening on (\S+)/.exec(text);
        if (found) resolve(found[1]!);
      });
      child.once('exit', (status) => reject(new Error(`ended with ${status}`)));
    });

    for (let n = 0; n < 300; n += 1) {
      const answer = await fetch(`${url}/missing-1250000000/${n}`, { signal: AbortSignal.timeout(5000) });
      await answer.arrayBuffer();
      expect(answer.status).toBe(404);
    }
    expect(child.exitCode).toBeNull();

    const modes = [];
    for (const name of await readdir(dataDir, { recursive: true }))
      modes.push((await stat(join(dataDir, name))).mode & 0o077);
    expect(modes.length).toBeGreaterThan(3);
    expect(modes).toEqual(modes.map(() => 0));
    expect((await stat(dataDir)).mode & 0o077).toBe(0);
  },
  20_000,
);
