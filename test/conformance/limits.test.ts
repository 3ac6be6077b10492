/** What one client cannot do to all others: limits on connections, heads, bodies and documents. */
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { serviceForTests, type RunningService } from '../service.ts';
import { clientInNewBucket, overSocket, type TestRequest } from './client.ts';
import { documentHeaders, putDocument } from './documents.ts';
import { besideSlowOnes } from './slow-connections.ts';

const service = await serviceForTests({
  name: 'limits',
  flags: [
    ...['--threads', '1', '--head-timeout', '0.4', '--max-connections', '40'],
    ...['--max-connections-per-address', '30', '--min-body-rate', '1024'],
  ],
});
const client = await clientInNewBucket(service);

/** A connection that sends what it is given and nothing more; resolves once it is open. */
function opened(to: RunningService, text: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: to.port });
  socket.on('error', () => undefined);
  onTestFinished(() => {
    socket.destroy();
  });
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.write(text);
      resolve(socket);
    });
  });
}

const closed = (socket: Socket) =>
  new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.once('close', () => resolve(text));
  });

test.each([
  ['with nothing', ''],
  ['with half a head', 'GET / HTTP/1.1\r\nHost: a\r\n'],
])('a connection %s is given up after a while', async (_name, text) => {
  const answer = await closed(await opened(service, text));

  expect(answer).toMatch(/^(HTTP\/1\.1 400 [^]*<Code>RequestTimeout<\/Code>[^]*)?$/);
});

test('connections that trickle their heads leave room for honest ones', async () => {
  const slow = await serviceForTests({
    name: 'limits-slow',
    flags: ['--threads', '1', '--max-connections', '40'],
  });
  const honest = await clientInNewBucket(slow);
  await Promise.all(Array.from({ length: 120 }, () => opened(slow, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ')));
  const agent = new Agent();
  const startedAt = performance.now();

  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, at) => honest.send({ method: 'PUT', key: `k${at}`, body: 'x', agent })),
  );

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test('an honest connection before a burst of others is answered, though its head comes after them', async () => {
  const busy = await serviceForTests({
    name: 'limits-burst',
    flags: ['--threads', '1', '--max-connections', '40', '--max-connections-per-address', '40'],
  });
  const head = 'GET /-/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  const honest = await opened(busy, '');
  const silent = await Promise.all(Array.from({ length: 54 }, () => opened(busy, '')));
  const answer = closed(honest);
  const cut = Promise.all(silent.slice(0, 10).map(closed));
  // Its answer says that all before it were accepted.
  await closed(await opened(busy, head));

  honest.write(head);

  expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(await cut).toEqual(Array.from({ length: 10 }, () => ''));
});

/** Shells of other systems set no limit, and only Linux has the further loopback addresses at once. */
const onLinux = test.skipIf(process.platform !== 'linux');

onLinux('slow connections up to the limit of open files do not keep honest requests waiting', async () => {
  const crowded = await serviceForTests({ name: 'limits-files', openFiles: 256 });
  const honest = await clientInNewBucket(crowded);
  const crowd = { connections: 250, seconds: 2 };

  const seen = [
    await besideSlowOnes(honest, { ...crowd, kind: 'head' }),
    await besideSlowOnes(honest, { ...crowd, kind: 'form', address: '127.0.0.2' }),
  ];

  for (const { failures, answered, slowestMs } of seen) {
    expect(failures).toEqual([]);
    expect(answered).toBe(80);
    expect(slowestMs).toBeLessThan(1000);
  }
});

test('a document longer than 2 MB is refused before it is read whole', async () => {
  const document = `<Delete>${' '.repeat(2 * 1024 * 1024)}</Delete>`;
  const request: TestRequest = { method: 'POST', query: { delete: '' } };
  async function* chunks() {
    yield Buffer.from(document);
  }
  const known = await client.send({ ...request, body: document, headers: documentHeaders(document) });
  const chunked = await client.send({
    ...request,
    body: chunks(),
    headers: { ...documentHeaders(document), 'transfer-encoding': 'chunked' },
  });

  expect([known.code, chunked.code]).toEqual(['XMLSizeLimit', 'XMLSizeLimit']);
});

test.each([
  ['many elements', '<a/>'.repeat(300_000)],
  ['many comments', '<!---->'.repeat(200_000)],
  ['many objects', '<Object><Key>k</Key></Object>'.repeat(1001)],
  ['deep elements', '<a>'.repeat(100_000)],
])('a document with %s is MalformedXML, and costs little', async (_name, inner) => {
  const document = `<Delete>${inner}</Delete>`;

  const answer = await client.send({
    method: 'POST',
    query: { delete: '' },
    body: document,
    headers: documentHeaders(document),
  });

  expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
});

test('who may delete nothing is refused before the document is read', async () => {
  const head = client.head11({
    method: 'POST',
    query: { delete: '' },
    sign: 'none',
    headers: { 'content-length': '2000000', 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' },
  });

  const answer = await overSocket(service, head, { until: /<\/Error>/ });

  expect(answer).toMatch(/^HTTP\/1\.1 403 [^]*<Code>AccessDenied<\/Code>/);
});

test('the fields of a form have at most a megabyte before the file, and there are not many', async () => {
  const field = (at: number, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="x-cos-meta-${at}"\r\n\r\n${value}\r\n`;
  const post = (body: string) =>
    client.send({
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body,
      sign: 'none',
    });
  const long = Array.from({ length: 20 }, (_, at) => field(at, 'v'.repeat(60_000))).join('');
  const many = Array.from({ length: 500 }, (_, at) => field(at, '')).join('');

  for (const body of [long, many, '--x\r\n\r\n'.repeat(500_000)]) {
    const answer = await post(body);
    expect([answer.status, answer.code]).toEqual([400, 'MalformedPOSTRequest']);
  }
});

test.each([
  [
    'referer',
    `<RefererConfiguration><Status>Enabled</Status><RefererType>White-List</RefererType><DomainList>${'<Domain>a.example</Domain>'.repeat(1001)}</DomainList></RefererConfiguration>`,
  ],
  [
    'strict-signature',
    `<StrictSignatureConfiguration><Rule><actionlist>${'<action>name/cos:GetObject</action>'.repeat(201)}</actionlist></Rule></StrictSignatureConfiguration>`,
  ],
])('a document %s with too many entries is refused', async (flag, document) => {
  const answer = await putDocument(client, flag, document);

  expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
});
