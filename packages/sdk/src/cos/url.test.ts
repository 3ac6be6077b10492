import { verifySignature, parseQuerySignature, type Pairs } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { defineCos } from './define-cos.ts';
import { hostDefaults } from '../testing/defaults.ts';
import { fakePlatform } from '../testing/platform.ts';
import { authorization, v4Authorization } from './url.ts';

const keys = { SecretId: 'AKIDexample', SecretKey: 'keyexample' };
const object = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'a b/目录.txt' };

interface Urls {
  getObjectUrl(params: object, callback?: (error: unknown, data?: { Url: string }) => void): string;
  getAuth(params: object): string;
  getV4Auth(params: object): string;
}

function setup(options: Record<string, unknown> = keys) {
  const platform = fakePlatform();
  const COS = defineCos({ defaults: hostDefaults, platform: () => platform });
  return { cos: new COS(options) as unknown as Urls, platform };
}

// Made with cos-nodejs-sdk-v5 3.0.0.
const start =
  'q-sign-algorithm=sha1&q-ak=AKIDexample&q-sign-time=1767225600;1767229200&q-key-time=1767225600;1767229200&';
test.each([
  [
    { ...object, Method: 'GET' },
    'q-header-list=host&q-url-param-list=&q-signature=d2a911740f027f891833ccab344ce787fb5ff4d0',
  ],
  [
    {
      Method: 'PUT',
      Pathname: '/x',
      Query: { uploadId: 'u', partNumber: 1 },
      Headers: { 'Content-Type': 'text/plain', 'x-cos-acl': 'private', 'X-Other': 'no', Range: '' },
    },
    'q-header-list=content-type;range;x-cos-acl&q-url-param-list=partnumber;uploadid&q-signature=4df69c05b35a46ad7ea7b73b255eaefff0fba6a1',
  ],
  [
    { ...object, Key: '/k', ForceSignHost: false },
    'q-header-list=&q-url-param-list=&q-signature=27781702834a4150f57b3e110d662c416e864047',
  ],
])('the static signature of %o is that of the official SDK', (params, wanted) => {
  expect(authorization({ ...keys, ...params, KeyTime: '1767225600;1767229200' }, 0)).toBe(start + wanted);
});

test.each(['SecretId', 'SecretKey'])('a signature without %s is refused', (name) => {
  expect(() => authorization({ ...keys, [name]: '' }, 0)).toThrow(`missing param ${name}`);
});

test('getAuth signs with the keys of the instance, for 900 seconds', () => {
  const { cos, platform } = setup();
  const now = platform.clock.now() / 1000;

  expect(cos.getAuth({ Method: 'get', Key: 'a' })).toContain(
    `q-ak=AKIDexample&q-sign-time=${now - 1};${now + 899}&`,
  );
});

describe('the address of an object', () => {
  test('verifies as a signed request', () => {
    const url = new URL(
      setup({ ...keys, SecurityToken: 'to/ken' }).cos.getObjectUrl({
        ...object,
        Query: { 'response-expires': 'x' },
      }),
    );
    const query: Pairs = [...url.searchParams];
    const parsed = parseQuerySignature(query);

    expect(parsed?.ok).toBe(true);
    const request = { method: 'get', path: '/a b/目录.txt', query, headers: { host: url.host } };
    expect(parsed?.ok && verifySignature(parsed.signature, request, 'keyexample')).toMatchObject({
      ok: true,
    });
    expect(url.searchParams.get('x-cos-security-token')).toBe('to/ken');
  });

  test.each([
    [
      'unsigned',
      { Sign: false },
      'https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/a%20b/%E7%9B%AE%E5%BD%95.txt',
    ],
    ['unsigned with a query', { Sign: false, QueryString: 'imageMogr2&a=b' }, '.txt?imageMogr2&a=b'],
    [
      'on another domain',
      { Domain: 'files.example.com', Protocol: 'http', Sign: false },
      'http://files.example.com/a%20b',
    ],
    ['accelerated', { UseAccelerate: true, Sign: false }, 'cos.accelerate.myqcloud.com'],
    ['for a time', { Expires: 60 }, '%3B1767225659&'],
  ])('can be %s', (_how, params, part) => {
    expect(setup().cos.getObjectUrl({ ...object, ...params })).toContain(part);
  });

  test('is unsigned while keys must be fetched, and signed in the callback', async () => {
    const { cos, platform } = setup({
      getAuthorization: async () => ({
        TmpSecretId: 'id',
        TmpSecretKey: 'key',
        SecurityToken: 't',
        ExpiredTime: platform.clock.now() / 1000 + 1800,
      }),
    });
    const told: (string | undefined)[] = [];
    const now = cos.getObjectUrl(object, (_error, data) => told.push(data?.Url));
    await platform.clock.advance(10);

    expect(now).not.toContain('q-signature');
    expect(told[0]).toContain('q-ak=id&');
    expect(told[0]).toContain('x-cos-security-token=t');
  });

  test('carries a signature string of the provider', async () => {
    const { cos, platform } = setup({
      getAuthorization: async () => 'q-ak=a&q-url-param-list=x;y&q-signature=0f',
    });
    const told: (string | undefined)[] = [];
    cos.getObjectUrl(object, (_error, data) => told.push(data?.Url));
    await platform.clock.advance(10);

    expect(told[0]).toContain('?q-ak=a&q-url-param-list=x%3By&q-signature=0f');
  });

  test('throws without a callback and calls back with one when a parameter is missing', async () => {
    const { cos, platform } = setup();
    const told: unknown[] = [];
    cos.getObjectUrl({ ...object, Key: '' }, (error) => told.push((error as Error).message));
    await platform.clock.advance(10);

    expect(told).toEqual(['missing param Key']);
    expect(() => cos.getObjectUrl({ ...object, Key: '' })).toThrow('missing param Key');
  });
});

test('the earlier signature holds its text in base64 behind twenty bytes', () => {
  const params = { ...keys, Bucket: 'examplebucket-1250000000', Key: '/a b', Expires: 60 };
  const bytes = Buffer.from(
    v4Authorization(params, 1_767_225_600_000, () => 0.5),
    'base64',
  );

  expect(bytes.subarray(20).toString()).toBe(
    'a=1250000000&b=examplebucket&k=AKIDexample&t=1767225600&e=1767225660&r=2147483648&f=/1250000000/examplebucket/a%20b',
  );
});
