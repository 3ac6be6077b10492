import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const manifests = [
  'package.json',
  'apps/miniprogram/package.json',
  'apps/miniprogram/backend/package.json',
  'packages/cli/package.json',
  'packages/protocol/package.json',
  'packages/sdk/package.json',
  'packages/server/package.json',
];

// npm hands scripts to cmd.exe on Windows, which knows && and double quotes, and takes the rest for names of files.
test.each(manifests)('the scripts of %s mean the same to every shell', (manifest) => {
  const { scripts = {} } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as {
    readonly scripts?: Readonly<Record<string, string>>;
  };

  const foreign = Object.entries(scripts).filter(
    ([, script]) =>
      /[;'$`|<>*~\\]|(?<!&)&(?!&)/.test(script) ||
      /(^|&& *)([A-Z_]+=|rm |cp |mv |mkdir |cat |touch |export |\.\/)/.test(script),
  );

  expect(foreign).toEqual([]);
});
