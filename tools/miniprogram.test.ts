import { expect, test } from 'vitest';
import { resolveName } from './miniprogram.ts';

const files = new Set([
  'lib/uploads.ts',
  'miniprogram_npm/ui/button/button.js',
  'miniprogram_npm/ui/miniprogram_npm/tslib/index.js',
]);

test('finds a script beside the one that names it', () => {
  expect(resolveName('lib/app.ts', './uploads', ['.ts', '.js'], files)).toBe('lib/uploads.ts');
});

test('finds an npm package in the nearest miniprogram_npm on the way up', () => {
  const endings = ['.js', '/index.js'];

  expect(resolveName('pages/a/a.ts', 'ui/button/button', endings, files)).toBe(
    'miniprogram_npm/ui/button/button.js',
  );
  expect(resolveName('miniprogram_npm/ui/button/button.js', 'tslib', endings, files)).toBe(
    'miniprogram_npm/ui/miniprogram_npm/tslib/index.js',
  );
});

test('finds nothing for a package that another one carries', () => {
  expect(resolveName('pages/a/a.ts', 'tslib', ['.js', '/index.js'], files)).toBeUndefined();
});
