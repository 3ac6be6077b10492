import { afterEach, expect, test } from 'vitest';
import { createVirtualClock } from './clock.ts';
import { createWxHost } from './host.ts';
import type { WxHostOptions } from './host.ts';
import { outcomeOf, until } from './outcome.ts';
import { startSink } from './sink.ts';
import type { Sink } from './sink.ts';

const URL_A = 'https://bucket-1250000000.cos.ap-guangzhou.myqcloud.com/a';
const sinks: Sink[] = [];

afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
});

async function setUp(respond?: Parameters<typeof startSink>[0], options: Partial<WxHostOptions> = {}) {
  const sink = await startSink(respond);
  sinks.push(sink);
  return { sink, host: createWxHost({ route: sink.origin, ...options }) };
}

test('sends the bytes of an ArrayBuffer to the routed server with the public name as host', async () => {
  const { sink, host } = await setUp();

  const body = new Uint8Array([0, 255, 128, 10]);
  const header = { 'x-cos-acl': 'private', Host: 'elsewhere', Referer: 'https://example.com' };
  const { kind, result, called } = await outcomeOf(host.wx.request, {
    url: `${URL_A}?x=1`,
    method: 'PUT',
    data: body.buffer,
    header,
  });

  expect({ kind, called, errMsg: result.errMsg, statusCode: result['statusCode'] }).toEqual({
    kind: 'success',
    called: ['success', 'complete'],
    errMsg: 'request:ok',
    statusCode: 200,
  });
  const [arrival] = sink.arrivals;
  expect(arrival).toMatchObject({ method: 'PUT', url: '/a?x=1' });
  expect([...(arrival?.body ?? [])]).toEqual([...body]);
  expect(arrival?.headers).toMatchObject({
    host: 'bucket-1250000000.cos.ap-guangzhou.myqcloud.com',
    'x-cos-acl': 'private',
    'content-type': 'application/json',
    'content-length': '4',
  });
  expect(arrival?.headers.referer).toMatch(/^https:\/\/servicewechat\.com\//);
});

test('turns a typed array into JSON text, as anything that is neither text nor an ArrayBuffer', async () => {
  const { sink, host } = await setUp();

  await outcomeOf(host.wx.request, { url: URL_A, method: 'PUT', data: new Uint8Array([7]) });

  expect(sink.arrivals[0]?.body.toString()).toBe('{"0":7}');
});

test('calls success for every HTTP status', async () => {
  const { host } = await setUp((_arrival, response) => {
    response.writeHead(403, { 'X-Cos-Request-Id': 'abc' }).end('<Error/>');
  });

  const { kind, result } = await outcomeOf(host.wx.request, { url: URL_A, dataType: 'text' });

  expect(kind).toBe('success');
  expect(result).toMatchObject({ statusCode: 403, data: '<Error/>', header: { 'X-Cos-Request-Id': 'abc' } });
});

test('parses JSON unless dataType says otherwise, and answers an ArrayBuffer when asked', async () => {
  const { host } = await setUp((_arrival, response) => response.end('{"a":1}'));

  const json = await outcomeOf(host.wx.request, { url: URL_A });
  const text = await outcomeOf(host.wx.request, { url: URL_A, dataType: 'text' });
  const bytes = await outcomeOf(host.wx.request, { url: URL_A, responseType: 'arraybuffer' });

  expect(json.result['data']).toEqual({ a: 1 });
  expect(text.result['data']).toBe('{"a":1}');
  expect(new TextDecoder().decode(bytes.result['data'] as ArrayBuffer)).toBe('{"a":1}');
});

test('keeps ten exchanges in flight and queues the rest', async () => {
  const held: (() => void)[] = [];
  const { host } = await setUp((_arrival, response) => held.push(() => response.end()));

  const all = Array.from({ length: 25 }, () => outcomeOf(host.wx.request, { url: URL_A }));
  await until(() => held.length === 10);
  expect(host.traffic).toMatchObject({ inFlight: 10, inFlightPeak: 10, queuedPeak: 15 });
  const release = setInterval(() => held.splice(0).forEach((answer) => answer()), 1);
  const kinds = (await Promise.all(all)).map(({ kind }) => kind);
  clearInterval(release);

  expect(kinds).toEqual(Array.from({ length: 25 }, () => 'success'));
  expect(host.traffic.inFlightPeak).toBe(10);
});

test('fails with abort once, also from the queue', async () => {
  const { host } = await setUp(() => undefined, { maxInFlight: 1 });

  const outcomes = ['sending', 'queued'].map(() => {
    let task = { abort: (): void => undefined };
    const outcome = outcomeOf((option) => (task = host.wx.request(option as never) as typeof task), {
      url: URL_A,
    });
    return { task, outcome };
  });
  for (const { task } of outcomes.reverse()) {
    task.abort();
    task.abort();
  }

  for (const { outcome } of outcomes) {
    expect(await outcome).toMatchObject({ kind: 'fail', result: { errMsg: 'request:fail abort' } });
  }
});

test('fails with timeout after 60 s by default and earlier when told', async () => {
  const clock = createVirtualClock();
  const { host } = await setUp(() => undefined, { clock });
  const ended: string[] = [];

  const slow = outcomeOf(host.wx.request, { url: URL_A }).then(({ result }) =>
    ended.push(`slow ${result.errMsg}`),
  );
  const fast = outcomeOf(host.wx.request, { url: URL_A, timeout: 1500 }).then(({ result }) =>
    ended.push(`fast ${result.errMsg}`),
  );
  await clock.advance(1499);
  expect(ended).toEqual([]);
  await clock.advance(1);
  await fast;
  await clock.advance(58_499);
  expect(ended).toEqual(['fast request:fail timeout']);
  await clock.advance(1);
  await slow;

  expect(ended).toEqual(['fast request:fail timeout', 'slow request:fail timeout']);
});

test.each([
  ['PATCH', { url: URL_A, method: 'PATCH' }, /^request:fail invalid method/],
  ['a plain http address', { url: 'http://example.com/' }, /^request:fail url not in domain list$/],
  ['a relative address', { url: '/a' }, /^request:fail invalid url/],
  ['no address', {}, /^request:fail parameter error: parameter\.url should be String/],
])('refuses %s', async (_name, option, expected) => {
  const { sink, host } = await setUp();

  const { kind, result } = await outcomeOf(host.wx.request, option);

  expect(kind).toBe('fail');
  expect(result.errMsg).toMatch(expected);
  expect(sink.arrivals).toEqual([]);
});

test('checks each API against its own list of domains', async () => {
  const { host } = await setUp(undefined, {
    domains: { request: ['bucket-1250000000.cos.ap-guangzhou.myqcloud.com'], uploadFile: [] },
  });
  const filePath = host.addFile(new Uint8Array(3));

  const listed = await outcomeOf(host.wx.request, { url: URL_A });
  const unlisted = await outcomeOf(host.wx.uploadFile, { url: URL_A, filePath, name: 'file' });

  expect(listed.kind).toBe('success');
  expect(unlisted.result).toMatchObject({ errMsg: 'uploadFile:fail url not in domain list', errno: 600002 });
});

test('follows a redirect unless told to stop, which older base libraries ignore', async () => {
  const respond: Parameters<typeof startSink>[0] = (arrival, response) => {
    if (arrival.url === '/b') response.end('there');
    else response.writeHead(302, { Location: '/b' }).end();
  };
  const statuses: unknown[] = [];
  for (const options of [{}, { sdkVersion: '3.2.1' }]) {
    const { host } = await setUp(respond, options);
    for (const redirect of ['follow', 'manual']) {
      statuses.push((await outcomeOf(host.wx.request, { url: URL_A, redirect })).result['statusCode']);
    }
  }

  expect(statuses).toEqual([200, 302, 200, 200]);
});

test('tells headers before the request completes', async () => {
  const { host } = await setUp((_arrival, response) => response.writeHead(200, { ETag: '"e"' }).end('x'));
  const order: unknown[] = [];

  await outcomeOf(
    (option: object) => {
      const task = host.wx.request(option as never) as {
        onHeadersReceived(listener: (result: object) => void): void;
      };
      task.onHeadersReceived((result) => order.push(result));
    },
    { url: URL_A },
  );

  expect(order).toMatchObject([{ statusCode: 200, header: { ETag: '"e"' } }]);
});

test('words a refused connection as the platform does', async () => {
  const { sink, host } = await setUp();
  const ios = createWxHost({ route: sink.origin, platform: 'ios' });
  await sinks.pop()?.close();

  const onAndroid = await outcomeOf(host.wx.request, { url: URL_A });
  const onIos = await outcomeOf(ios.wx.request, { url: URL_A });

  expect(onAndroid.result.errMsg).toBe(
    'request:fail errcode:-102 cronet_error_code:-102 error_msg:net::ERR_CONNECTION_REFUSED',
  );
  expect(onIos.result.errMsg).toBe('request:fail 未能连接到服务器。');
});

test('loses an answer after the service did the work', async () => {
  const { sink, host } = await setUp();
  host.faults.network = () => 'loseResponse';

  const { kind } = await outcomeOf(host.wx.request, { url: URL_A, method: 'POST', data: 'x' });

  expect(kind).toBe('fail');
  expect(sink.arrivals).toHaveLength(1);
});

test('cuts a connection in the middle of the body', async () => {
  const { sink, host } = await setUp();
  host.faults.network = () => ({ cutAfterBytes: 100_000 });

  const { kind } = await outcomeOf(host.wx.request, {
    url: URL_A,
    method: 'PUT',
    data: new ArrayBuffer(500_000),
  });

  expect(kind).toBe('fail');
  expect(host.traffic.bytesSent).toBe(100_000);
  expect(sink.arrivals).toEqual([]);
});

test('drops a request without any callback, until it is aborted', async () => {
  const clock = createVirtualClock();
  const { host } = await setUp(undefined, { clock });
  host.faults.network = () => 'drop';
  const ended: string[] = [];

  const task = host.wx.request({
    url: URL_A,
    complete: (result) => ended.push((result as { errMsg: string }).errMsg),
  }) as { abort(): void };
  await clock.advance(600_000);
  expect(ended).toEqual([]);
  task.abort();
  await until(() => ended.length > 0);

  expect(ended).toEqual(['request:fail abort']);
});

test('streams a form upload, reports its progress in body bytes and keeps the headers out of the result', async () => {
  const { sink, host } = await setUp((_arrival, response) => response.writeHead(200, { ETag: '"e"' }).end());
  const content = new Uint8Array(300_000).fill(65);
  const filePath = host.addFile(content, 'wxfile://tmp_photo.png');
  const progress: { totalBytesSent: number; totalBytesExpectedToSend: number; progress: number }[] = [];
  const headers: object[] = [];

  const { result } = await outcomeOf(
    (option: object) => {
      const task = host.wx.uploadFile(option as never) as Record<
        string,
        (listener: (result: never) => void) => void
      >;
      task['onProgressUpdate']?.((event) => progress.push(event));
      task['onHeadersReceived']?.((event) => headers.push(event));
    },
    { url: URL_A, filePath, name: 'file', formData: { key: 'a b', success_action_status: 200 } },
  );

  expect(Object.keys(result).sort()).toEqual(['data', 'errMsg', 'statusCode']);
  expect(headers).toMatchObject([{ header: { ETag: '"e"' } }]);
  const [arrival] = sink.arrivals;
  const text = arrival?.body.toString('latin1') ?? '';
  expect(arrival?.method).toBe('POST');
  expect(text.indexOf('name="key"\r\n\r\na b\r\n')).toBeGreaterThan(0);
  expect(text).toContain('name="file"; filename="tmp_photo.png"\r\nContent-Type: image/png\r\n\r\nAAAA');
  expect(text.split('A'.repeat(300_000))).toHaveLength(2);
  const total = arrival?.body.length;
  expect(progress.at(-1)).toEqual({ progress: 100, totalBytesSent: total, totalBytesExpectedToSend: total });
});

test('adds the headers to the result of a form upload for clients that have them', async () => {
  const { host } = await setUp((_arrival, response) => response.writeHead(200, { ETag: '"e"' }).end(), {
    legacyHeader: true,
  });
  const filePath = host.addFile(new Uint8Array(3));

  const { result } = await outcomeOf(host.wx.uploadFile, { url: URL_A, filePath, name: 'file' });

  expect(result).toMatchObject({ header: { ETag: '"e"' } });
});

test.each([
  ['a file above 10 MiB', 10 * 1024 * 1024 + 1, 'fail'],
  ['a file of 10 MiB', 10 * 1024 * 1024, 'success'],
])('answers a form upload of %s as documented', async (_name, size, expected) => {
  const { host } = await setUp();
  const filePath = host.addFile({ size, read: (_position, length) => new Uint8Array(length) });

  const { kind } = await outcomeOf(host.wx.uploadFile, { url: URL_A, filePath, name: 'file' });

  expect(kind).toBe(expected);
});
