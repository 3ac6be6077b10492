import { expect, describe, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor, clientInNewBucket } from './client.ts';
import { putDocument } from './documents.ts';

const service = await serviceForTests({
  name: 'addressing',
  flags: ['--bind', 'cdn.example.com=bound-1250000000'],
});
const client = await clientInNewBucket(service);
const key = 'dir/a b+c%.txt';
const rawKey = '/dir/a%20b%2Bc%25.txt';
await client.put(key, 'hello');
await putDocument(
  client,
  'accelerate',
  '<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>',
);

describe('an object is found by', () => {
  const { bucket } = client;

  test.each([
    ['a host that ends in localhost', { host: `${bucket}.cos.ap-guangzhou.localhost:${service.port}` }],
    ['its own host name', { host: `${bucket}.cos.ap-guangzhou.myqcloud.com` }],
    ['its newer host name', { host: `${bucket}.cos.ap-guangzhou.tencentcos.cn` }],
    ['its internal host name', { host: `${bucket}.cos-internal.ap-guangzhou.tencentcos.cn` }],
    ['its acceleration host name', { host: `${bucket}.cos.accelerate.myqcloud.com` }],
    ['a host name in capitals', { host: `${bucket}.COS.ap-guangzhou.MYQCLOUD.com` }],
    ['path style', { style: 'path' as const }],
    [
      'path style on the host of the region',
      { style: 'path' as const, host: 'cos.ap-guangzhou.myqcloud.com' },
    ],
    ['path style, signed over the key alone', { style: 'path' as const, signedPath: `/${key}` }],
    [
      'a whole address, as a proxy gets it',
      {
        host: `${bucket}.cos.ap-guangzhou.myqcloud.com`,
        target: `http://${bucket}.cos.ap-guangzhou.myqcloud.com${rawKey}`,
      },
    ],
    ['an encoded slash', { rawPath: rawKey.replaceAll('/', '%2F').replace('%2F', '/') }],
  ])('%s', async (_name, request) => {
    const answer = await client.send({ key, ...request });

    expect([answer.status, answer.text]).toEqual([200, 'hello']);
  });

  test('a domain that is bound to its bucket', async () => {
    const bound = clientFor(service, 'bound-1250000000');
    await bound.put(key, 'bound');

    const answer = await bound.send({ key, host: 'cdn.example.com' });

    expect([answer.status, answer.text]).toEqual([200, 'bound']);
  });
});

test('a bucket is addressed by path with and without the last slash', async () => {
  const { bucket } = client;
  const withSlash = await client.send({ style: 'path' });
  const without = await client.send({ style: 'path', rawPath: `/${bucket}` });

  expect([withSlash.status, without.status]).toEqual([200, 200]);
  expect(without.text).toContain(`<Name>${bucket}</Name>`);
});

describe('a path is decoded once and never normalised', () => {
  const odd = [
    'a//b',
    'a/../b',
    'a/./b',
    '..',
    '../x',
    'a%2Fb',
    '%2e%2e',
    'a%252Fb',
    'a?b',
    'a#b',
    'a+b',
    'a b',
    "!'()*",
    '中文/ü',
    '&=;:@,$',
    '\u0001',
  ];

  test.each(odd)('%j is a key of its own', async (name) => {
    const other = await clientInNewBucket(service);

    const put = await other.put(name, name);
    const got = await other.get(name);

    expect([put.status, got.text]).toEqual([200, name]);
    expect(await other.keys()).toEqual([name]);
  });

  test('deleting a key that looks like the root leaves the bucket alone', async () => {
    const other = await clientInNewBucket(service);
    await other.put('a', 'x');

    for (const name of ['.', '..', 'a/..', './', 'a/../..'])
      expect((await other.delete(name)).status).toBe(204);

    expect(await other.keys()).toEqual(['a']);
  });

  test.each(['/', '/a', '\\a', '//abc/.//def//../../'])(
    'the key %j is stored and given back, as the suite of the Python SDK does it',
    async (name) => {
      const other = await clientInNewBucket(service);

      expect((await other.put(name, 'x')).status).toBe(200);
      expect((await other.get(name)).text).toBe('x');
      expect(await other.keys()).toEqual([name]);
    },
  );

  test.each(['/%zz', '/%', '/%ff', '/a%c3%28'])('the path %s is InvalidURI', async (rawPath) => {
    const answer = await client.send({ rawPath, signedPath: '/' });

    expect([answer.status, answer.code]).toEqual([400, 'InvalidURI']);
  });
});

describe('the reserved prefix', () => {
  const get = async (rawPath: string, host = service.host) =>
    client.send({ bucket: null, host, rawPath, sign: 'none' });

  test('answers health, readiness and metrics on the host of the service', async () => {
    const [health, ready, metrics] = await Promise.all([
      get('/-/health'),
      get('/-/ready'),
      get('/-/metrics'),
    ]);

    expect([health.status, ready.status, metrics.status]).toEqual([200, 200, 200]);
    expect(metrics.text).toMatch(/^sampan_requests_total\{operation="putObject",status="200"\} \d+$/m);
    expect(metrics.text).toContain('process_resident_memory_bytes');
  });

  test('is not found beyond what there is', async () => {
    expect((await get('/-/other')).status).toBe(404);
  });

  test('is a key like any other on the host of a bucket', async () => {
    const put = await client.put('-/health', 'mine');

    expect([put.status, (await client.get('-/health')).text]).toEqual([200, 'mine']);
  });
});

test('the extra port of a bound domain is listened on', async () => {
  const { createServer } = await import('node:net');
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });
  const extra = await serviceForTests({
    name: 'addressing-bind',
    flags: ['--bind', `127.0.0.1:${port}=bound-1250000000`],
  });
  await clientFor(extra, 'bound-1250000000').put('a', 'x', { 'x-cos-acl': 'public-read' });

  const direct = await fetch(`http://127.0.0.1:${port}/a`);
  const main = await fetch(`${extra.url}/a`);

  expect([direct.status, await direct.text()]).toEqual([200, 'x']);
  expect(main.status).toBe(400);
});
