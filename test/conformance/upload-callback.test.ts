import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestAnswer, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { elements, setVersioning } from './documents.ts';
import { completeUpload, sendParts, startUpload } from './uploads.ts';

covers('putObject', 'postObject', 'multipartComplete');

// Calls to this machine are allowed here; the other service has the defaults.
const service = await serviceForTests({ name: 'callback', flags: ['--callback-reach', 'private'] });
const client = await clientInNewBucket(service);
const guarded = await clientInNewBucket(await serviceForTests({ name: 'callback-guarded' }));

interface Received {
  readonly url: string;
  readonly type: string | undefined;
  readonly host: string | undefined;
  readonly body: string;
}

/** An application that is called: its path says how it answers. */
const received: Received[] = [];
const attempts = new Map<string, number>();
const answers: Readonly<Record<string, RequestListener>> = {
  '/ok': (_request, response) => response.end('{"saved":true,"名":"值"}'),
  '/500': (_request, response) => response.writeHead(500).end('{"secret":1}'),
  '/404': (_request, response) => response.writeHead(404).end(),
  '/page': (_request, response) => response.end('<html></html>'),
  '/elsewhere': (_request, response) =>
    response.writeHead(307, { location: `${application}/ok?redirected` }).end(),
  '/second': ({ url = '' }, response) => {
    const count = (attempts.get(url) ?? 0) + 1;
    attempts.set(url, count);
    response.writeHead(count === 1 ? 502 : 200).end('{"second":true}');
  },
  '/silent': () => undefined,
};
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { url = '', headers } = request;
    received.push({
      url,
      type: headers['content-type'],
      host: headers.host,
      body: Buffer.concat(chunks).toString(),
    });
    answers[url.replace(/\?.*/, '')]?.(request, response);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const application = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const base64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

const said = 'key=${object}&bucket=${bucket}&etag=${etag}&size=${size}&type=${mimeType}&mine=${x:mine}';

interface Wish {
  readonly callback?: object | string;
  readonly variables?: object | string;
  readonly returnBody?: object | string;
}

function wished({ callback, variables, returnBody }: Wish): Record<string, string> {
  return {
    ...(callback !== undefined && { 'x-cos-callback': base64(callback) }),
    ...(variables !== undefined && { 'x-cos-callback-var': base64(variables) }),
    ...(returnBody !== undefined && { 'x-cos-return-body': base64(returnBody) }),
  };
}

/** The three ways in which an upload ends; each gives its answer. */
const ways = {
  putObject: (by: TestClient, key: string, wish: Wish) => by.put(key, 'content', wished(wish)),
  postObject(by: TestClient, key: string, wish: Wish) {
    const boundary = `x${randomBytes(8).toString('hex')}`;
    const fields = Object.entries({ key, ...wished(wish), success_action_status: '204' });
    const parts = fields.map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    return by.send({
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\ncontent\r\n--${boundary}--\r\n`,
    });
  },
  async multipartComplete(by: TestClient, key: string, wish: Wish) {
    const upload = { key, uploadId: await startUpload(by, key) };
    return completeUpload(by, upload, await sendParts(by, upload, ['content']), wished(wish));
  },
};
const each = Object.entries(ways);

/** The JSON that an upload answered, in whichever form its operation has. */
function answered(answer: TestAnswer): unknown {
  const [inDocument] = [...elements(answer.text, 'CallbackBody'), ...elements(answer.text, 'ReturnBody')];
  return JSON.parse(inDocument === undefined ? answer.text : Buffer.from(inDocument, 'base64').toString());
}

function failure(answer: TestAnswer): { code: string | undefined; message: string } {
  return { code: elements(answer.text, 'Code')[0], message: elements(answer.text, 'Message')[0] ?? '' };
}

test.each(each)('%s calls the application, and answers as it did', async (name, upload) => {
  const key = `${name}/a b&c.txt`;

  const answer = await upload(client, key, {
    callback: { callbackUrl: `${application}/ok?${name}`, callbackBody: said },
    variables: { 'x:mine': 'ü=1' },
  });

  expect(answer.status).toBe(200);
  expect(answered(answer)).toEqual({ saved: true, 名: '值' });
  const [call, ...more] = received.filter(({ url }) => url === `/ok?${name}`);
  expect(more).toEqual([]);
  expect(call).toMatchObject({ type: 'application/x-www-form-urlencoded' });
  const stored = await client.head(key);
  expect(Object.fromEntries(new URLSearchParams(call!.body))).toEqual({
    key,
    bucket: client.bucket,
    etag: stored.headers.etag?.replaceAll('"', ''),
    size: '7',
    type: stored.headers['content-type'],
    mine: 'ü=1',
  });
});

test('PUT and POST answer JSON, and still say what was stored', async () => {
  const callback = { callbackUrl: `${application}/ok`, callbackBody: 'k=1' };

  const put = await ways.putObject(client, 'json', { callback });
  const post = await ways.postObject(client, 'json', { callback });

  for (const answer of [put, post]) {
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers.etag).toBe('"9a0364b9e99bb480dd25e1f0284c8555"');
    expect(answer.headers['x-cos-hash-crc64ecma']).toMatch(/^\d+$/);
  }
});

test('a callback in JSON gets its values as JSON, with the Host it asks for', async () => {
  const template = '{"key":${object},"size":${size},"note":"<${x:note}>","n":1}';
  const callback = {
    callbackUrl: `${application.replace('http://', '')}/ok?json`,
    callbackHost: 'app.example.com',
    callbackBody: template,
    callbackBodyType: 'application/json',
  };

  await client.put('dir/"q"', 'content', wished({ callback, variables: { 'x:note': 'a"b' } }));

  const call = received.find(({ url }) => url === '/ok?json');
  expect(call).toMatchObject({ type: 'application/json', host: 'app.example.com' });
  expect(JSON.parse(call!.body)).toEqual({ key: 'dir/"q"', size: 7, note: '<a"b>', n: 1 });
});

test.each(each)('%s whose callback fails says so with 203, and the object is there', async (name, upload) => {
  const versioned = await clientInNewBucket(service);
  await setVersioning(versioned, 'Enabled');

  const answer = await upload(versioned, name, {
    callback: { callbackUrl: `${application}/500?${name}&token=hidden`, callbackBody: 'k=1' },
  });

  expect(answer.status).toBe(203);
  expect(answer.headers['content-type']).toBe('application/xml');
  expect(failure(answer).code).toBe('CallbackFailed');
  expect(failure(answer).message).toContain('status 500');
  expect(answer.text).not.toMatch(/hidden|secret/);
  const stored = await versioned.get(name);
  expect(stored.text).toBe('content');
  expect(answer.headers['x-cos-version-id']).toBe(stored.headers['x-cos-version-id']);
  expect(answer.headers.etag ?? elements(answer.text, 'ETag')[0]?.replaceAll('&quot;', '"')).toBe(
    stored.headers.etag,
  );
  // Once more, and that is all.
  expect(received.filter(({ url }) => url.startsWith(`/500?${name}`))).toHaveLength(2);
});

test.each(['/404', '/page', '/elsewhere'])(
  'an application that answers as %s is not asked again',
  async (path) => {
    const callback = { callbackUrl: `${application}${path}?once`, callbackBody: 'k=1' };

    const answer = await client.put('once', 'content', wished({ callback }));

    expect([answer.status, answer.code]).toEqual([203, 'CallbackFailed']);
    expect(received.filter(({ url }) => url === `${path}?once`)).toHaveLength(1);
    expect(received.filter(({ url }) => url === '/ok?redirected')).toEqual([]);
  },
);

test('an application that does not answer holds up its own upload alone, and that for a bounded time', async () => {
  const callback = { callbackUrl: `${application}/silent`, callbackBody: 'k=1' };
  const startedMs = performance.now();
  const slow = Array.from({ length: 20 }, (_, at) =>
    client.put(`silent/${at}`, 'content', wished({ callback })),
  );

  const others = await Promise.all(Array.from({ length: 20 }, (_, at) => client.put(`other/${at}`, 'x')));
  const othersMs = performance.now() - startedMs;
  const answers = await Promise.all(slow);

  expect(others.every(({ status }) => status === 200)).toBe(true);
  expect(othersMs).toBeLessThan(4_000);
  expect(answers.every(({ status, code }) => status === 203 && code === 'CallbackFailed')).toBe(true);
  expect(answers[0]!.text).toContain('within 5 s');
  // Two attempts of five seconds.
  expect(performance.now() - startedMs).toBeLessThan(16_000);
}, 30_000);

test.each([
  'http://169.254.169.254/latest/meta-data/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://metadata.tencentyun.com.localhost/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://017700000001/',
  'http://0/',
  'http://[::1]/',
  'http://[::]/',
  'http://10.0.0.1/',
  'https://192.168.0.1/',
  'http://172.16.0.1/',
  'http://100.64.0.1/',
  'http://[fd00::1]/',
  'http://[fe80::1]/',
])('a service with default settings does not call %s', async (address) => {
  // On the port of the application, so that a call that is made is seen.
  const url = new URL(address);
  url.protocol = 'http:';
  url.port = new URL(application).port;
  const before = received.length;

  const answer = await guarded.put(
    'ssrf',
    'content',
    wished({ callback: { callbackUrl: url.href, callbackBody: 'k=1' } }),
  );

  expect([answer.status, answer.code]).toEqual([203, 'CallbackFailed']);
  expect(received).toHaveLength(before);
  expect((await guarded.get('ssrf')).text).toBe('content');
});

test('a list of hosts is kept to', async () => {
  const flags = ['--callback-reach', 'private', '--callback-hosts', '*.example.com'];
  const listed = await clientInNewBucket(await serviceForTests({ name: 'callback-hosts', flags }));

  const answer = await listed.put(
    'k',
    'content',
    wished({ callback: { callbackUrl: `${application}/ok?listed`, callbackBody: 'k=1' } }),
  );

  expect([answer.status, answer.code]).toEqual([203, 'CallbackFailed']);
  expect(answer.text).toContain('--callback-hosts');
  expect(received.filter(({ url }) => url === '/ok?listed')).toEqual([]);
});

test.each(each)('%s composes an answer of what it stored', async (name, upload) => {
  const returnBody = {
    bucket: '${bucket}',
    key: '${object}',
    filesize: '${size}',
    mime_type: '${mimeType}',
    region: '${region}',
    tag: 'v-${etag}',
  };

  const answer = await upload(client, `return/${name}.png`, { returnBody });

  expect(answer.status).toBe(200);
  const stored = await client.head(`return/${name}.png`);
  expect(answered(answer)).toEqual({
    bucket: client.bucket,
    key: `return/${name}.png`,
    filesize: '7',
    mime_type: 'image/png',
    region: service.region,
    tag: `v-${stored.headers.etag?.replaceAll('"', '')}`,
  });
});

test('base64 in the alphabet of addresses and without padding is taken', async () => {
  const text = '{"a":"??>>","b":"${size}"}';
  const safe = base64(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

  const answer = await client.put('safe', 'content', { 'x-cos-return-body': safe });

  expect(safe).toMatch(/[-_]/);
  expect(answered(answer)).toEqual({ a: '??>>', b: '7' });
});

test.each(each)(
  '%s that names what only media processing knows is answered with 203',
  async (name, upload) => {
    const answer = await upload(client, `media/${name}`, { returnBody: { h: '${imageInfo.height}' } });

    expect([answer.status, failure(answer).code]).toEqual([203, 'CallbackFailed']);
    expect(failure(answer).message).toContain('imageInfo.height');
    expect((await client.head(`media/${name}`)).status).toBe(200);
  },
);

const good = { callbackUrl: 'http://example.com/', callbackBody: 'k=1' };

test.each<[string, Record<string, string>, string]>([
  ['no base64', { 'x-cos-callback': '{"callbackUrl"' }, 'base64'],
  ['base64 of no UTF-8', { 'x-cos-callback': '/////w==' }, 'UTF-8'],
  ['no JSON', { 'x-cos-callback': base64('callbackUrl=http://example.com') }, 'JSON'],
  ['no object', { 'x-cos-callback': base64('[]') }, 'object'],
  ['nested without end', { 'x-cos-callback': base64('['.repeat(4000)) }, 'nested'],
  ['a member twice', { 'x-cos-callback': base64('{"callbackUrl":"a","callbackUrl":"b"}') }, 'twice'],
  ['a number for an address', { 'x-cos-callback': base64({ ...good, callbackUrl: 1 }) }, 'callbackUrl'],
  ['another scheme', { 'x-cos-callback': base64({ ...good, callbackUrl: 'file:///etc/passwd' }) }, 'http'],
  ['gopher', { 'x-cos-callback': base64({ ...good, callbackUrl: 'gopher://a/' }) }, 'http'],
  ['no address', { 'x-cos-callback': base64({ ...good, callbackUrl: 'http://a b/' }) }, 'callbackUrl'],
  [
    'a password',
    { 'x-cos-callback': base64({ ...good, callbackUrl: 'http://u:hidden@example.com/' }) },
    'password',
  ],
  ['six addresses', { 'x-cos-callback': base64({ ...good, callbackUrl: 'a;b;c;d;e;f' }) }, '5'],
  ['no body', { 'x-cos-callback': base64({ callbackUrl: 'http://example.com/' }) }, 'callbackBody'],
  [
    'a Host with a line break',
    { 'x-cos-callback': base64({ ...good, callbackHost: 'a\r\nX: y' }) },
    'callbackHost',
  ],
  ['another type', { 'x-cos-callback': base64({ ...good, callbackBodyType: 'text/plain' }) }, 'text/plain'],
  ['a variable that is none', { 'x-cos-callback': base64({ ...good, callbackBody: '${bukcet}' }) }, 'bukcet'],
  [
    'too many variables',
    { 'x-cos-callback': base64({ ...good, callbackBody: '${size}'.repeat(101) }) },
    '100',
  ],
  ['custom names without x:', { 'x-cos-callback-var': base64({ mine: '1' }) }, 'x:'],
  ['custom values that are no texts', { 'x-cos-callback-var': base64({ 'x:a': {} }) }, 'x:a'],
  ['an answer that is no JSON', { 'x-cos-return-body': base64('bucket=${bucket}') }, 'JSON'],
  ['an answer with a variable that is none', { 'x-cos-return-body': base64('{"a":"${secret}"}') }, 'secret'],
])('%s is refused before anything is stored', async (_what, headers, named) => {
  const answer = await client.put('refused', 'content', headers);

  expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  expect(answer.text).toContain(named);
  expect(answer.text).not.toContain('hidden');
  expect((await client.head('refused')).status).toBe(404);
});

test('what cannot be read keeps an upload in parts open, and stores nothing of a form', async () => {
  const upload = { key: 'open', uploadId: await startUpload(client, 'open') };
  const parts = await sendParts(client, upload, ['x']);

  const refused = await completeUpload(client, upload, parts, { 'x-cos-callback': 'e30' });
  const wrong = await completeUpload(client, upload, parts, { 'x-cos-callback': '!' });
  const form = await ways.postObject(client, 'form', { callback: '[]' });

  // An empty object asks for nothing.
  expect(refused.status).toBe(200);
  expect([wrong.status, wrong.code]).toEqual([400, 'InvalidArgument']);
  expect([form.status, form.code]).toEqual([400, 'InvalidArgument']);
  expect((await client.head('form')).status).toBe(404);
});

test('an address that is empty asks for no callback', async () => {
  const answer = await client.put('none', 'content', wished({ callback: { ...good, callbackUrl: '' } }));

  expect([answer.status, answer.text]).toEqual([200, '']);
});

test('an upload that fails calls no one', async () => {
  const callback = { callbackUrl: `${application}/ok?failed`, callbackBody: 'k=1' };
  const headers = { ...wished({ callback }), 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' };

  const answer = await client.put('failed', 'content', headers);

  expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
  expect(received.filter(({ url }) => url === '/ok?failed')).toEqual([]);
});

test('a signature that must cover what changes a request covers callbacks', async () => {
  const strict = await clientInNewBucket(
    await serviceForTests({ name: 'callback-strict', flags: ['--signatures', 'strict'] }),
  );
  const headers = wished({ callback: good });

  const answer = await strict.send({ method: 'PUT', key: 'k', body: 'x', headers, signedHeaders: ['host'] });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  expect(answer.text).toContain('x-cos-callback');
});
