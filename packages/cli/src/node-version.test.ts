import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { refusalOf } from './node-version.ts';

test.each(['22.18.0', '22.20.1', '23.0.0', '24.21.0', '100.0.0'])('Node %s is taken', (version) => {
  expect(refusalOf(version)).toBeUndefined();
});

test.each(['22.17.9', '20.20.2', '18.0.0', '0.12.18'])('Node %s is refused in one sentence', (version) => {
  expect(refusalOf(version)).toBe(`needs Node 22.18 or newer, this is ${version}`);
});

test('the version is the one that the package asks for', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { engines } = JSON.parse(text) as { engines: { node: string } };

  expect(refusalOf('0.0.0')).toContain(engines.node.replace('>=', ''));
});

test('a process on an older Node says so and ends with status 2, before anything else is loaded', async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const older =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });" +
    "process.on('exit', () => process.getBuiltinModule('node:fs').writeSync(1, String(process.moduleLoadList.includes('NativeModule sqlite'))));";
  const words = [
    '--conditions=@sampan/source',
    `--import=data:text/javascript,${encodeURIComponent(older)}`,
    main,
  ];

  const ended = await new Promise<{ status: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [...words, 'serve'], (error, stdout, stderr) =>
      resolve({ status: error?.code, stdout, stderr }),
    );
  });

  expect(ended).toEqual({
    status: 2,
    stdout: 'false',
    stderr: 'sampan: needs Node 22.18 or newer, this is 20.20.2\n',
  });
});
