import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { onTestFinished, expect, test } from 'vitest';
import { createCallbackClient, type CallbackClientOptions } from './callback-client.ts';

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A server that notes what it gets and answers as the test says. */
async function application(answer: RequestListener): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers, method, url } = request;
      received.push({ headers, method, url, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  onTestFinished(() => server.closeAllConnections());
  return { port: await listening(server), received };
}

const open: CallbackClientOptions = { hosts: [], reach: 'private' };
const form = { host: undefined, type: 'application/x-www-form-urlencoded', body: 'a=1' };

function calling(urls: readonly string[], options: Partial<CallbackClientOptions> = {}) {
  const client = createCallbackClient({ ...open, ...options });
  return client.call({ ...form, urls: urls.map((url) => new URL(url)) });
}

test('the body is posted with its type and host, and the JSON that is answered comes back', async () => {
  const { port, received } = await application((_request, response) => response.end('{"ok":true}'));
  const client = createCallbackClient(open);

  const outcome = await client.call({
    ...form,
    urls: [new URL(`http://127.0.0.1:${port}/done?a=b`)],
    host: 'app.example.com',
  });

  expect(outcome).toEqual({ ok: true, answer: '{"ok":true}' });
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({ method: 'POST', url: '/done?a=b', body: 'a=1' });
  expect(received[0]!.headers).toMatchObject({
    host: 'app.example.com',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': '3',
  });
});

test('a name is resolved once, judged, and connected to as it was judged', async () => {
  const { port, received } = await application((_request, response) => response.end('{}'));
  const asked: string[] = [];
  // A name that stands for something else from the second time on.
  const resolve = async (host: string) => {
    asked.push(host);
    return [{ address: asked.length === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
  };

  const outcome = await calling([`http://rebinding.example:${port}/`], { resolve });

  expect(outcome.ok).toBe(true);
  expect(asked).toEqual(['rebinding.example']);
  expect(received[0]!.headers['host']).toBe(`rebinding.example:${port}`);
});

test.each([
  ['a metadata address', 'http://169.254.169.254/latest'],
  ['one of IPv6 that maps it', 'http://[::ffff:169.254.169.254]/'],
  ['this machine', 'http://127.0.0.1:PORT/'],
  ['this machine in one number', 'http://2130706433:PORT/'],
  ['this machine in hexadecimal', 'http://0x7f.1:PORT/'],
  ['this machine in octal', 'http://0177.0.0.1:PORT/'],
  ['this machine by no address', 'http://0:PORT/'],
  ['this machine in IPv6', 'http://[::1]:PORT/'],
  ['this machine by its name', 'http://localhost:PORT/'],
  ['this machine in full-width digits', 'http://１２７.0.0.1:PORT/'],
  ['a name that stands for a metadata address', 'http://metadata.example:PORT/'],
  ['a name of which one address is private', 'http://mixed.example:PORT/'],
])('%s is not called, and not a second time', async (_what, url) => {
  const { port, received } = await application((_request, response) => response.end('{}'));
  const names: Record<string, string[]> = {
    localhost: ['127.0.0.1'],
    'metadata.example': ['169.254.169.254'],
    'mixed.example': ['1.1.1.1', '10.0.0.1'],
  };
  let lookups = 0;
  const resolve = async (host: string) => {
    lookups++;
    return (names[host] ?? []).map((address) => ({ address, family: 4 }));
  };

  const outcome = await calling([url.replace('PORT', String(port))], { reach: 'public', resolve });

  expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('not public') as unknown });
  expect(received).toEqual([]);
  expect(lookups).toBeLessThanOrEqual(1);
});

test('a host that is not listed is not even looked up', async () => {
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return [];
  };

  const outcome = await calling(['http://other.example/'], { hosts: ['app.example'], resolve });

  expect(outcome).toMatchObject({
    ok: false,
    reason: expect.stringContaining('--callback-hosts') as unknown,
  });
  expect(asked).toEqual([]);
});

test('a redirect is a failure: nothing is asked of where it leads', async () => {
  const other = await application((_request, response) => response.end('{"stolen":true}'));
  const { port, received } = await application((_request, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${other.port}/` }).end();
  });

  const outcome = await calling([`http://127.0.0.1:${port}/`]);

  expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('status 302') as unknown });
  expect([received.length, other.received.length]).toEqual([1, 0]);
});

test('an answer of 500 is asked for once more', async () => {
  let calls = 0;
  const { port, received } = await application((_request, response) => {
    response.statusCode = ++calls === 1 ? 500 : 200;
    response.end('{"call":2}');
  });

  const outcome = await calling([`http://127.0.0.1:${port}/`]);

  expect(outcome).toEqual({ ok: true, answer: '{"call":2}' });
  expect(received).toHaveLength(2);
});

test('addresses are tried in turn until one succeeds', async () => {
  const first = await application((_request, response) => {
    response.statusCode = 503;
    response.end();
  });
  const second = await application((_request, response) => response.end('{"second":1}'));
  const third = await application((_request, response) => response.end('{}'));

  const outcome = await calling([first, second, third].map(({ port }) => `http://127.0.0.1:${port}/`));

  expect(outcome).toEqual({ ok: true, answer: '{"second":1}' });
  expect([first, second, third].map(({ received }) => received.length)).toEqual([2, 1, 0]);
});

test('one that does not answer in time, or never ends its answer, is given up twice', async () => {
  const silent = await application(() => undefined);
  const endless = await application((_request, response) => {
    response.write('{');
  });

  const outcomes = await Promise.all(
    [silent, endless].map(({ port }) => calling([`http://127.0.0.1:${port}/`], { timeoutMs: 80 })),
  );

  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('within 0.08 s') as unknown });
  expect([silent.received.length, endless.received.length]).toEqual([2, 2]);
});

test('a resolver that does not answer counts against the same time', async () => {
  const outcome = await calling(['http://slow.example/'], {
    timeoutMs: 50,
    resolve: () => new Promise(() => undefined),
  });

  expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('within 0.05 s') as unknown });
});

test('an answer is read up to 1 MiB and no further', async () => {
  const { port, received } = await application((_request, response) => {
    response.end(`"${'x'.repeat(1_048_576)}"`);
  });

  const outcome = await calling([`http://127.0.0.1:${port}/`]);

  expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('larger') as unknown });
  expect(received).toHaveLength(1);
});

test('what is no JSON, or no HTTP, is a failure that says so', async () => {
  const page = await application((_request, response) => response.end('<html>'));
  const garbage = await listening(createTcpServer((socket) => socket.end('garbage\r\n\r\n')));
  const uncalled = await application(() => undefined);
  const closed = await listening(createTcpServer((socket) => socket.destroy()));

  expect(await calling([`http://127.0.0.1:${page.port}/`])).toMatchObject({
    reason: expect.stringContaining('not JSON') as unknown,
  });
  expect(await calling([`http://127.0.0.1:${garbage}/`])).toMatchObject({
    reason: expect.stringContaining('not HTTP') as unknown,
  });
  expect(await calling([`http://127.0.0.1:${closed}/`])).toMatchObject({
    reason: expect.stringContaining('the connection failed') as unknown,
  });
  expect(uncalled.received).toEqual([]);
});

test('an empty answer stands for an empty object', async () => {
  const { port } = await application((_request, response) => {
    response.statusCode = 204;
    response.end();
  });

  expect(await calling([`http://127.0.0.1:${port}/`])).toEqual({ ok: true, answer: '{}' });
});

test('the reason repeats nothing of an address but its host', async () => {
  const { port } = await application((_request, response) => {
    response.statusCode = 401;
    response.end();
  });

  const outcome = await calling([`http://127.0.0.1:${port}/hook?token=secret`]);

  expect(JSON.stringify(outcome)).toContain(`127.0.0.1:${port}`);
  expect(JSON.stringify(outcome)).not.toMatch(/secret|hook/);
});

test('no more than 64 are under way at once', async () => {
  const { port } = await application((_request, response) => void setTimeout(() => response.end('{}'), 30));
  const client = createCallbackClient(open);
  const one = () => client.call({ ...form, urls: [new URL(`http://127.0.0.1:${port}/`)] });

  const outcomes = await Promise.all(Array.from({ length: 65 }, one));

  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(64);
  expect(outcomes.at(-1)).toMatchObject({ ok: false, reason: expect.stringContaining('64') as unknown });
});
