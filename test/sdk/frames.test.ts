import { spawnSync } from 'node:child_process';
import { execPath } from 'node:process';
import { expect, test } from 'vitest';
import { bundleText } from '../../tools/bundle.ts';

/** Phones draw a frame in 16 ms, and iOS runs mini programs without a compiler. */

test('checksums never hold the thread for longer than a frame in an engine without a compiler', async () => {
  const entry = '../../test/scripts/frames.ts';
  const code = await bundleText({ entry, file: 'frames.js', format: 'cjs' });

  const run = spawnSync(execPath, ['--jitless', '-'], {
    input: `${code}\nmodule.exports().then((stretches) => console.log(JSON.stringify(stretches)));`,
    encoding: 'utf8',
    timeout: 60_000,
  });

  expect(run.stderr).toBe('');
  const stretchesMs = (JSON.parse(run.stdout) as number[]).sort((a, b) => a - b);
  expect(stretchesMs.length).toBeGreaterThan(10);
  expect(stretchesMs.at(-1)).toBeLessThanOrEqual(16);
});
