import {
  appendObject,
  getBucket,
  getObject,
  headObject,
  multipartComplete,
  parseAuthorization,
  putObject,
  verifySignature,
  type Operation,
} from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { canceller } from '../core/cancel.ts';
import { createClient, type Call } from './client.ts';
import { createCredentials } from './credentials.ts';
import { resolveOptions } from '../core/options.ts';
import type { OutgoingRequest } from '../core/platform.ts';
import { hostDefaults } from '../testing/defaults.ts';
import { fakePlatform, later, never, refuse, respond, type FakeOptions } from '../testing/platform.ts';

const address = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: '目录/a b' };

function setup(service: FakeOptions['service'], options: Record<string, unknown> = {}) {
  const platform = fakePlatform(service ? { service } : {});
  const settings = resolveOptions({ SecretId: 'id', SecretKey: 'key', ...options }, hostDefaults);
  const credentials = createCredentials(platform, settings, undefined);
  const client = createClient(platform, { settings, credentials });
  const call = (operation: Operation, extra: Partial<Call> = {}) =>
    platform.clock.run(client.call({ operation, values: address, ...extra }));
  const sent = (): OutgoingRequest[] => platform.requests as OutgoingRequest[];
  return { platform, settings, client, call, sent };
}

const stored = () => respond(200, { etag: '"e"' });

describe('a request', () => {
  test('goes to the host of the bucket, with the key encoded', async () => {
    const { call, sent } = setup(stored);
    await call(putObject, { body: 'x' });

    expect(sent()[0]?.url).toBe(
      'https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/%E7%9B%AE%E5%BD%95/a%20b',
    );
  });

  test('carries a signature that verifies', async () => {
    const { call, sent } = setup(stored, { SecurityToken: 'token' });
    await call(putObject, { body: 'x', headers: { 'x-cos-meta-a': '1' }, query: { p: 'q' } });
    const { headers = {}, method = '' } = sent()[0] ?? {};
    const parsed = parseAuthorization(headers['authorization'] ?? '');

    expect(headers['x-cos-security-token']).toBe('token');
    expect(parsed.ok && parsed.signature.headerList).toEqual(
      expect.arrayContaining(['host', 'x-cos-meta-a', 'x-cos-security-token']),
    );
    const request = { method, path: '/目录/a b', query: [['p', 'q']] as const, headers };
    expect(parsed.ok && verifySignature(parsed.signature, request, 'key')).toMatchObject({ ok: true });
  });

  test('puts the sub-resource first and alone', async () => {
    const { call, sent } = setup(() => respond(200, {}, '<Tagging><TagSet/></Tagging>'));
    await call({ ...getBucket, select: { query: ['tagging'] } }, { query: { a: 'b' } });

    expect(sent()[0]?.url).toMatch(/\?tagging&a=b$/);
  });

  test.each([
    [
      'a template',
      { Domain: '{Bucket}.files.example.com' },
      'https://examplebucket-1250000000.files.example.com/',
    ],
    [
      'a template with a scheme',
      { Domain: 'http://{BucketName}.example.com:8080/' },
      'http://examplebucket.example.com:8080/',
    ],
    [
      'a function',
      { Domain: ({ Region }: { Region: string }) => `${Region}.example.com` },
      'https://ap-guangzhou.example.com/',
    ],
    [
      'a path in front',
      { Domain: 'http://127.0.0.1:9000/{Bucket}' },
      'http://127.0.0.1:9000/examplebucket-1250000000/',
    ],
    [
      'acceleration',
      { UseAccelerate: true },
      'https://examplebucket-1250000000.cos.accelerate.myqcloud.com/',
    ],
    [
      'another protocol',
      { Protocol: 'http' },
      'http://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/',
    ],
  ])('follows %s', async (_what, options, start) => {
    const { call, sent } = setup(stored, options);
    await call(putObject, { body: 'x' });

    expect(sent()[0]?.url.startsWith(start)).toBe(true);
  });
});

describe('an answer', () => {
  test('in XML is given with leaves as text and lists as arrays', async () => {
    const xml =
      '<ListBucketResult><Name>b</Name><MaxKeys>1</MaxKeys><Contents><Key>k</Key></Contents></ListBucketResult>';
    const { data } = await setup(() => respond(200, {}, xml)).call(getBucket);

    expect(data).toMatchObject({ MaxKeys: '1', Contents: [{ Key: 'k' }], CommonPrefixes: [] });
  });

  test('with an error inside a 200 is a refusal', async () => {
    const late = '\n   \n<?xml version="1.0"?><Error><Code>InternalError</Code><Message>m</Message></Error>';
    const { call, sent } = setup(() => respond(200, {}, late));
    const values = { ...address, UploadId: 'u', Part: [{ PartNumber: 1, ETag: '"e"' }] };

    await expect(call(multipartComplete, { values })).rejects.toMatchObject({
      name: 'ServiceError',
      code: 'InternalError',
    });
    expect(sent().length).toBe(4);
  });

  test.each([
    [
      'a portal page where an ETag is expected',
      putObject,
      respond(200, { 'x-cos-request-id': '' }, '<html>log in</html>'),
    ],
    ['no ETag', putObject, respond(200)],
    [
      'a portal page instead of XML',
      getBucket,
      respond(200, { 'x-cos-request-id': '' }, '<!DOCTYPE html><html><body>x</body></html>'),
    ],
    ['XML that is cut off', getBucket, respond(200, {}, '<ListBucketResult><Name>b')],
    ['nothing where XML is expected', getBucket, respond(200)],
    ['a portal page instead of an object', getObject, respond(200, { 'x-cos-request-id': '' }, '<html/>')],
    ['a gateway without a request id', getObject, respond(502, { 'x-cos-request-id': '' }, 'bad gateway')],
  ])('that is %s is a TransportError', async (_what, operation, response) => {
    const call = setup(() => response).call(operation, operation === putObject ? { body: 'x' } : {});

    await expect(call).rejects.toMatchObject({ name: 'TransportError', code: 'InvalidResponse' });
  });

  test('without a body takes its code from the status', async () => {
    const call = setup(() => respond(404)).call(headObject);

    await expect(call).rejects.toMatchObject({
      statusCode: 404,
      code: 'NoSuchKey',
      error: { Code: 'NoSuchKey' },
      RequestId: 'NjE=',
    });
  });

  test('of a gateway in JSON is read too', async () => {
    const call = setup(() => respond(400, {}, '{"code":-46628,"message":"m","request_id":"r"}')).call(
      headObject,
    );

    await expect(call).rejects.toMatchObject({ code: '-46628', message: 'm' });
  });

  test('shows no signature in its error', async () => {
    const error: unknown = await setup(() => refuse(403, 'AccessDenied'), { SecurityToken: 'secret-token' })
      .call(headObject)
      .catch((thrown: unknown) => thrown);

    expect(JSON.stringify(error)).not.toMatch(/secret-token|q-signature=[0-9a-f]/);
  });
});

describe('a repeat', () => {
  test('waits, marks itself and is signed anew', async () => {
    const { call, sent, platform } = setup((_request, attempt) =>
      attempt < 2 ? refuse(503, 'SlowDown') : stored(),
    );
    const start = platform.clock.now();
    const { attempts } = await call(putObject, { body: 'x' });

    expect(attempts).toBe(3);
    expect(sent().map(({ headers }) => headers['x-cos-sdk-retry'])).toEqual([undefined, 'true', 'true']);
    expect(platform.clock.now()).toBeGreaterThan(start);
    expect(platform.clock.pendingTimers).toBe(0);
  });

  test('of a signature string asks the provider again', async () => {
    let signatures = 0;
    const getAuthorization = async () => `q-ak=a&q-signature=b${++signatures}`;
    const { call, sent } = setup((_request, attempt) => (attempt < 1 ? refuse(503, 'SlowDown') : stored()), {
      SecretId: '',
      getAuthorization,
    });
    await call(putObject, { body: 'x' });

    expect(new Set(sent().map(({ headers }) => headers['authorization'])).size).toBe(2);
  });

  test('carries what a signing server adds', async () => {
    const getAuthorization = async () => ({
      Authorization: 'q-ak=a&q-signature=b',
      SecurityToken: 's',
      Token: 't',
      ClientIP: 'i',
    });
    const { call, sent } = setup(stored, { SecretId: '', getAuthorization });
    await call(putObject, { body: 'x' });

    expect(sent()[0]?.headers).toMatchObject({
      authorization: 'q-ak=a&q-signature=b',
      'x-cos-security-token': 's',
      token: 't',
      clientip: 'i',
    });
  });

  test('calls the other host, signed for it, and comes back', async () => {
    const { call, sent } = setup((_request, attempt) => (attempt < 2 ? new Error('reset') : stored()));
    await call(putObject, { body: 'x' });
    const hosts = sent().map(({ url }) => new URL(url).host);

    expect(hosts.map((host) => host.replace(/^.*guangzhou\./, ''))).toEqual([
      'myqcloud.com',
      'tencentcos.cn',
      'myqcloud.com',
    ]);
    expect(sent().map(({ headers }) => headers['host'])).toEqual(hosts);
  });

  test.each([
    ['a domain of its own', { Domain: 'files.example.com' }],
    ['the acceleration host', { UseAccelerate: true }],
    ['AutoSwitchHost off', { AutoSwitchHost: false }],
  ])('stays on its host with %s', async (_what, options) => {
    const { call, sent } = setup(
      (_request, attempt) => (attempt < 2 ? new Error('reset') : stored()),
      options,
    );
    await call(putObject, { body: 'x' });

    expect(new Set(sent().map(({ url }) => new URL(url).host)).size).toBe(1);
  });

  test('of an append never happens by itself', async () => {
    const { call, sent } = setup(() => new Error('reset'));

    await expect(call(appendObject, { values: { ...address, Position: 0 }, body: 'x' })).rejects.toThrow();
    expect(sent().length).toBe(1);
  });

  test('corrects the clock once', async () => {
    const ahead = new Date(Date.UTC(2026, 0, 1) + 7_200_000).toUTCString();
    const { call, sent, settings } = setup(() => refuse(403, 'RequestTimeTooSkewed', { date: ahead }));

    await expect(call(headObject)).rejects.toMatchObject({ code: 'RequestTimeTooSkewed' });
    expect([sent().length, settings.SystemClockOffset]).toEqual([2, 7_200_000]);
  });
});

describe('a host', () => {
  test('that never answers ends in a TimeoutError, with nothing left open', async () => {
    const { call, platform } = setup(never);

    await expect(call(headObject)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect([platform.clock.pendingTimers, platform.openRequests]).toEqual([0, 0]);
  });

  test('whose clock is set back while it does not answer is not waited for as long', async () => {
    const platform = fakePlatform({ service: never });
    const { clock } = platform;
    let jumpMs = 0;
    const now = { value: () => clock.now() + jumpMs };
    const jumping = Object.create(clock, { now }) as typeof clock;
    const settings = resolveOptions({ SecretId: 'id', SecretKey: 'key' }, hostDefaults);
    const host = Object.create(platform, { clock: { value: jumping } }) as typeof platform;
    const client = createClient(host, {
      settings,
      credentials: createCredentials(host, settings, undefined),
    });
    clock.setTimer(() => (jumpMs = -24 * 3_600_000), 1000);

    const call = client.call({ operation: headObject, values: address });

    await expect(clock.run(call, 600_000)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('that makes slow progress is waited for', async () => {
    const platform = fakePlatform({
      service: (request) => {
        for (let at = 1; at <= 10; at++)
          platform.clock.setTimer(() => request.onUploadProgress?.(at), at * 50_000);
        return later(platform.clock, 510_000, stored());
      },
    });
    const settings = resolveOptions({ SecretId: 'id', SecretKey: 'key' }, hostDefaults);
    const client = createClient(platform, {
      settings,
      credentials: createCredentials(platform, settings, undefined),
    });
    const answer = await platform.clock.run(
      client.call({ operation: putObject, values: address, body: 'x' }),
    );

    expect(answer.attempts).toBe(1);
  });

  test('that throws is a host that failed', async () => {
    const { call } = setup(() => {
      throw new TypeError('bug in the host');
    });

    await expect(call(headObject)).rejects.toMatchObject({ name: 'TransportError' });
  });
});

describe('cancelling', () => {
  test('before the call sends nothing', async () => {
    const { client, sent } = setup(stored);
    const stop = canceller();
    stop.cancel(new Error('enough'));

    await expect(
      client.call({ operation: headObject, values: address, signal: stop.signal }),
    ).rejects.toThrow('enough');
    expect(sent()).toEqual([]);
  });

  test('during a request rejects with the reason and stops the host', async () => {
    const { client, platform } = setup(never);
    const stop = canceller();
    const call = client.call({ operation: headObject, values: address, signal: stop.signal });
    await platform.clock.advance(10);
    stop.cancel(new Error('enough'));

    await expect(platform.clock.run(call)).rejects.toThrow('enough');
    expect([platform.openRequests, platform.clock.pendingTimers]).toEqual([0, 0]);
  });

  test('while waiting for a repeat rejects at once', async () => {
    const { client, platform } = setup(() => refuse(503, 'SlowDown', { 'retry-after': '60' }));
    const stop = canceller();
    const call = client.call({ operation: headObject, values: address, signal: stop.signal });
    await platform.clock.advance(10);
    stop.cancel(new Error('enough'));

    await expect(platform.clock.run(call)).rejects.toThrow('enough');
    expect([platform.requests.length, platform.clock.pendingTimers]).toEqual([1, 0]);
  });
});

test('a required value that is missing is named before anything is sent', async () => {
  const { call, sent } = setup(stored);

  await expect(call(multipartComplete, { values: { ...address, Part: [] } })).rejects.toMatchObject({
    name: 'UsageError',
    message: 'missing param UploadId',
  });
  expect(sent()).toEqual([]);
});

describe('requests in flight', () => {
  test('are as many as the host runs at once, whatever asks for them', async () => {
    let most = 0;
    const { platform, call } = setup(() => {
      most = Math.max(most, platform.openRequests);
      return later(platform.clock, 100, stored());
    });

    await Promise.all(Array.from({ length: 120 }, () => call(putObject, { body: 'x' })));

    expect([most, platform.requests.length]).toEqual([10, 120]);
  });

  test('are not counted before they have their keys', async () => {
    const { call, client } = setup(stored, {
      SecretId: '',
      getAuthorization: ({ Key }: { Key: string }, callback: (answer: string) => void) => {
        if (Key !== 'slow') callback('q-signature=0');
      },
    });
    await call(putObject, { body: 'x' });
    for (let i = 0; i < 10; i++)
      void client
        .call({ operation: putObject, values: { ...address, Key: 'slow' }, body: 'x' })
        .catch(() => undefined);

    expect(await call(putObject, { body: 'x' })).toMatchObject({ statusCode: 200 });
  });

  test('are signed when their turn comes', async () => {
    const { platform, call, sent } = setup(() => later(platform.clock, 300_000, stored()));

    await Promise.all(Array.from({ length: 31 }, () => call(putObject, { body: 'x', timeoutMs: 900_000 })));

    const start = ({ headers }: OutgoingRequest): number =>
      Number(/q-sign-time=(\d+)/.exec(headers['authorization'] ?? '')?.[1]);
    expect(start(sent()[30]!) - start(sent()[0]!)).toBeGreaterThan(800);
  });

  test('that wait and are cancelled go nowhere, and take no turn from others', async () => {
    const { platform, client, call } = setup(() => later(platform.clock, 100, stored()));
    const stop = canceller();
    const asked = { operation: putObject, values: address, body: 'x' };
    const ten = Array.from({ length: 10 }, () => client.call(asked));
    const waiting = client.call({ ...asked, signal: stop.signal });
    waiting.catch(() => undefined);
    await platform.clock.advance(10);

    stop.cancel(new Error('enough'));

    await expect(waiting).rejects.toThrow('enough');
    await platform.clock.run(Promise.all(ten));
    await call(putObject, { body: 'x' });
    expect(platform.requests).toHaveLength(11);
  });
});
