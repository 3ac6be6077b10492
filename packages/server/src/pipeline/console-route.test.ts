import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import type { HttpRequest } from '../http/message.ts';
import { consoleRoute } from './console-route.ts';

const scratch = fileURLToPath(new URL('../../../../.tmp', import.meta.url));
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(join(scratch, 'console-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
writeFileSync(join(folder, 'assets/first-1.js'), 'let console;');
writeFileSync(`${folder}-secret`, 'not for pages');
afterAll(() => rmSync(`${folder}-secret`));

const route = consoleRoute(folder);
const get = (below: string, headers: Record<string, string> = {}, method = 'GET') =>
  route({ method, headers, target: `/-/console/${below}` } as unknown as HttpRequest, below);

test('the page is answered at the folder itself, with a policy that names this origin alone', async () => {
  const { status, headers, body } = await get('');

  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
  });
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self' /);
  expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
  expect(Buffer.from(body as Uint8Array).toString()).toBe('<!doctype html>');
});

test('files whose names change with their content are kept by browsers', async () => {
  const { headers } = await get('assets/first-1.js?x');

  expect(headers['cache-control']).toContain('immutable');
  expect((await get('assets/first-1.js', { 'if-none-match': headers['etag']! })).status).toBe(304);
});

test('a browser that takes gzip gets gzip', async () => {
  const { headers, body } = await get('assets/first-1.js', { 'accept-encoding': 'gzip, br' });

  expect(headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(body as Uint8Array).toString()).toBe('let console;');
});

test.each([
  '../index.html',
  `../${folder.split('/').at(-1)!}-secret`,
  'assets',
  'assets/',
  'none.js',
  '%2e%2e/x',
])('%s is not found', async (below) => {
  expect((await get(below)).status).toBe(404);
});

test('other methods are refused', async () => {
  expect(await get('', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
});

test('a folder without files says how to get them, and files that come later are found', async () => {
  const late = join(folder, 'late');
  const lateRoute = consoleRoute(late);
  const ask = () => lateRoute({ method: 'GET', headers: {} } as unknown as HttpRequest, '');

  const before = await ask();
  mkdirSync(late);
  writeFileSync(join(late, 'index.html'), 'here');
  const after = await ask();

  expect(before).toMatchObject({ status: 404, body: expect.stringContaining('npm run build') as string });
  expect(after.status).toBe(200);
});
