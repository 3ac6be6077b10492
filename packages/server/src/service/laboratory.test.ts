/** What the network laboratory does to requests of a real service on a real socket. */
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { storedService } from './testing/stored-service.ts';

type Stored = Awaited<ReturnType<typeof storedService>>;

interface Status {
  readonly seed: number;
  readonly rules: readonly {
    readonly name: string;
    readonly seen: number;
    readonly hits: number;
    readonly cuts: number;
  }[];
  readonly links: Readonly<Record<string, unknown>>;
}

async function lab(service: Stored, method: string, document?: unknown) {
  const body = document === undefined ? {} : { body: Buffer.from(JSON.stringify(document)) };
  const answer = await service.ask(method, '/-/lab', body);
  return { status: answer.status, text: answer.body.toString() };
}

async function linked(link: string): Promise<Stored> {
  const service = await storedService();
  expect((await lab(service, 'PUT', { link })).status).toBe(200);
  return service;
}

const rulesOf = async (service: Stored): Promise<Status['rules']> =>
  (JSON.parse((await lab(service, 'GET')).text) as Status).rules;
const reset = /ECONNRESET|socket hang up/;
const small = Buffer.from('small');
const large = Buffer.alloc(600_000, 7);

test('rules are set, read with their counts and removed', async () => {
  const service = await storedService();

  const set = await lab(service, 'PUT', {
    seed: 3,
    rules: [{ name: 'busy', match: { method: ['PUT'], to: 1 }, refuse: 'SlowDown' }],
  });
  expect(set.status).toBe(200);
  expect((await service.put('a', small)).status).toBe(503);
  expect((await service.put('a', small)).status).toBe(200);
  const read = JSON.parse((await lab(service, 'GET')).text) as Status;
  const removed = JSON.parse((await lab(service, 'DELETE')).text) as Status;

  expect(read).toMatchObject({ seed: 3, rules: [{ name: 'busy', seen: 2, hits: 1, cuts: 0 }] });
  expect(read.links['3g']).toMatchObject({ delayMs: 300 });
  expect(removed.rules).toEqual([]);
});

test('a document that makes no sense is refused with what is allowed, and changes nothing', async () => {
  const service = await linked('refuse=SlowDown');

  for (const [document, message] of [
    [{ link: '6g' }, /InvalidArgument.*&quot;6g&quot; is not known|"6g" is not known/],
    [{ rules: [{ delayMs: -1 }] }, /rules\[0\]\.delayMs must be/],
    [{ rules: [], link: '3g' }, /either rules or link/],
    [{ rule: [] }, /may have seed, rules, link/],
    [[], /must be an object/],
  ] as const) {
    const { status, text } = await lab(service, 'PUT', document);
    expect(status).toBe(400);
    expect(text).toMatch(message);
  }
  expect(await rulesOf(service)).toHaveLength(1);
  expect((await service.ask('POST', '/-/lab')).status).toBe(405);
});

test('only the root key may ask', async () => {
  const service = await storedService();
  const plain = await new Promise<number>((resolve, reject) => {
    request(`${service.url}/-/lab`, (response) => resolve(response.statusCode ?? 0))
      .on('error', reject)
      .end();
  });

  expect(plain).toBe(403);
});

test('an answer is lost after the commit', async () => {
  const service = await linked('method=PUT,lose,nth=1');

  await expect(service.put('kept', small)).rejects.toThrow(reset);

  expect((await service.get('kept')).body).toEqual(small);
  expect(await rulesOf(service)).toMatchObject([{ seen: 1, hits: 1, cuts: 1 }]);
});

test('an upload is cut at a byte, and nothing of it is stored', async () => {
  const service = await linked('method=PUT,cut-after=200KB,nth=1');

  await expect(service.put('cut', large)).rejects.toThrow(/ECONNRESET|EPIPE|hang up/);

  expect((await service.get('cut')).status).toBe(404);
  expect((await service.put('cut', large)).status).toBe(200);
});

test('an answer is cut at a byte', async () => {
  const service = await storedService();
  await service.put('long', large);
  await lab(service, 'PUT', { link: 'method=GET,cut-after=200KB' });

  const read = await service.get('long').catch((error: unknown) => error);

  expect(read).toSatisfy(
    (it: unknown) =>
      it instanceof Error ||
      ((it as { broken: boolean }).broken && (it as { body: Buffer }).body.length <= 200_000),
  );
});

test('requests are cut when they take too long', async () => {
  const service = await linked('delay=10s,cut-after=50ms');

  await expect(service.put('late', small)).rejects.toThrow(reset);
});

test('all that is under way is cut at the same moments', async () => {
  const service = await linked('delay=10s,cut=300ms');

  const failures = await Promise.allSettled(['a', 'b', 'c'].map((key) => service.put(key, small)));

  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await rulesOf(service)).toMatchObject([{ hits: 3, cuts: 3 }]);
});

test('a request that ends in time is not cut, and its connection stays', async () => {
  const service = await linked('cut-after=10m');

  expect((await service.put('a', small)).status).toBe(200);
  expect(await rulesOf(service)).toMatchObject([{ hits: 1, cuts: 0 }]);
});

test('a body has the rate of its direction, which its requests share', async () => {
  const service = await linked('method=PUT,up=2MB;method=GET,down=2MB');

  const began = performance.now();
  await Promise.all([service.put('a', large), service.put('b', large)]);
  const putMs = performance.now() - began;
  const read = await service.get('a');
  const getMs = performance.now() - began - putMs;

  expect(putMs).toBeGreaterThan(500);
  expect(getMs).toBeGreaterThan(250);
  expect(read.body.equals(large)).toBe(true);
});

test('requests wait for their delay', async () => {
  const service = await linked('delay=200ms');

  const began = performance.now();
  await service.put('a', small);

  expect(performance.now() - began).toBeGreaterThan(199);
});

test('the inspector shows what the laboratory did, and its refusals', async () => {
  const service = await linked('name=busy,method=PUT,nth=1,refuse=SlowDown;name=lost,method=PUT,nth=2,lose');
  await service.put('a', small);
  await service.put('a', small).catch(() => undefined);

  const { requests } = JSON.parse(await service.text('/-/requests')) as { requests: unknown[] };

  expect(requests).toMatchObject([
    { lab: 'lost', status: 200, broken: true, key: 'a' },
    { lab: 'busy', status: 503, code: 'SlowDown', operation: 'putObject', key: 'a' },
  ]);
});

test('a link that is offline resets, one that is silent says nothing', async () => {
  const service = await linked('method=PUT,offline;method=GET,silent,cut-after=100ms');

  await expect(service.put('a', small)).rejects.toThrow(reset);
  await expect(service.get('a')).rejects.toThrow(reset);
});

test('a portal answers a page, or a redirect to one', async () => {
  const service = await linked('method=PUT,portal;method=GET,portal=redirect');

  const page = await service.put('a', small);
  expect([page.status, page.body.toString()]).toEqual([200, expect.stringContaining('Sign in')]);
  expect((await service.get('a')).status).toBe(302);
});

test('a gateway and a full disk refuse', async () => {
  const service = await storedService();
  await service.put('kept', small);
  await lab(service, 'PUT', { link: 'full;method=GET,refuse=502' });

  const full = await service.put('a', small);
  expect([full.status, full.body.toString()]).toEqual([507, expect.stringContaining('InsufficientStorage')]);
  expect((await service.get('kept')).status).toBe(502);
  expect((await service.remove('kept')).status).toBe(204);
});

test('bytes are damaged on their way in and out, one bit at the place that the seed picks', async () => {
  const service = await linked('corrupt=request,method=PUT');
  await service.put('a', large);
  await lab(service, 'DELETE');
  const stored = (await service.get('a')).body;
  await lab(service, 'PUT', { link: 'corrupt=answer' });
  const read = (await service.get('a')).body;

  const differing = (a: Buffer, b: Buffer) =>
    a.reduce((count, byte, at) => count + (byte === b[at] ? 0 : 1), 0);
  expect(differing(stored, large)).toBe(1);
  expect(differing(read, stored)).toBe(1);
  await lab(service, 'DELETE');
  expect((await service.get('a')).body.equals(stored)).toBe(true);
});

test('a wrong clock refuses signatures and says its time; keys expire', async () => {
  const service = await linked('method=PUT,clock=+2h;method=GET,expired');

  const skewed = await service.put('a', small);
  const hourAhead = new Date(Date.now() + 7_200_000).toISOString().slice(0, 13);
  expect(skewed.status).toBe(403);
  expect(skewed.body.toString()).toContain(`<ServerTime>${hourAhead}`);
  const expired = await service.get('a');
  expect([expired.status, expired.body.toString()]).toEqual([
    403,
    expect.stringContaining('Request has expired'),
  ]);
});
