/** Nothing that signs, or is signed with, may get into a log line. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sign, signPolicy } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { clientFor, freshName, overSocket, type TestClient } from './conformance/client.ts';
import { customerKey } from './conformance/documents.ts';
import { leakedLines, leaks } from './log-secrets.ts';
import { startService } from './service.ts';

/** Sends requests that carry secrets in every place there is, well and badly. Gives the secrets. */
async function exercise(client: TestClient): Promise<string[]> {
  const { service } = client;
  const now = Math.floor(Date.now() / 1000);
  const host = `${client.bucket}.cos.${service.region}.localhost:${service.port}`;
  const signed = sign({
    secretId: service.secretId,
    secretKey: service.secretKey,
    method: 'GET',
    path: '/k',
    query: [],
    headers: { host },
    keyTime: { start: now - 1, end: now + 600 },
  });
  const token = 'c2VjcmV0LXRva2Vu.c2VjcmV0LXRva2Vu';
  const form = signPolicy({
    secretId: service.secretId,
    secretKey: service.secretKey,
    keyTime: { start: now - 1, end: now + 600 },
    conditions: [['starts-with', '$key', '']],
  });
  const fields = form.map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const body = `${fields.join('')}--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nf\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--b--\r\n`;
  const key = customerKey('k');

  await client.send({ method: 'PUT' });
  await client.put('k', 'x', key);
  await client.get('k', key);
  await client.get('k', customerKey('w'));
  await client.send({ key: 'k', sign: 'url' });
  await client.send({ key: 'k', sign: 'url', secretKey: 'key-of-another-account' });
  await client.send({ key: 'k', sign: 'none', query: { sign: signed.authorization } });
  await client.send({ key: 'k', headers: { authorization: `${signed.authorization}x` }, sign: 'none' });
  await client.send({ key: 'k', token });
  await client.send({ key: 'k', sign: 'url', query: { 'x-cos-security-token': token } });
  await client.send({
    method: 'POST',
    sign: 'none',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body,
  });
  await client.send({
    method: 'POST',
    bucket: null,
    key: '-/sts',
    sign: 'none',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `SecretId=${service.secretId}&Signature=${signed.signature}&Timestamp=1`,
  });
  await overSocket(service, `GET /?q-signature=${signed.signature} HTTP/9.9\r\n\r\n`);
  await overSocket(
    service,
    `GET /k HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${signed.authorization}\r\nBad\r\n\r\n`,
  );
  return [
    service.secretKey,
    signed.signature,
    token,
    'key-of-another-account',
    ...form.filter(([name]) => name === 'policy' || name === 'q-signature').map(([, value]) => value),
    key['x-cos-server-side-encryption-customer-key'] ?? '',
    createHash('sha1').update(service.secretKey).digest('hex'),
  ];
}

test.each(['trace', 'info'])('a log of level %s holds no secret, token or signature', async (level) => {
  const service = await startService({ name: `logs-${level}`, flags: ['--log-level', level] });
  const secrets = await exercise(clientFor(service, freshName()));

  await service.stop();

  const log = readFileSync(service.logFile, 'utf8');
  expect(log).toContain('"operation":"getObject"');
  expect(log.split('\n').filter((line) => leaks(line, secrets))).toEqual([]);
});

test('a client that hangs up is no failure of the service: one line at level info, without a stack', async () => {
  const service = await startService({ name: 'logs-gone', flags: ['--bucket', 'gone-1250000000'] });
  const client = clientFor(service, 'gone-1250000000');
  await client.put('large', Buffer.alloc(32 * 1024 * 1024));
  const upload = new AbortController();
  async function* halfway(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(600_000);
    upload.abort();
  }
  const download = new AbortController();
  const limit = { 'x-cos-traffic-limit': '819200' };

  const aborted = [
    client.send({
      method: 'PUT',
      key: 'k',
      body: halfway(),
      headers: { 'content-length': '9000000' },
      signal: upload.signal,
    }),
    client.send({ key: 'large', headers: limit, signal: download.signal }),
  ];
  const ended = Promise.allSettled(aborted);
  const inFlight = async () =>
    (await (await fetch(`${service.url}/-/metrics`)).text()).match(/in_flight (\d+)/)?.[1];
  await expect.poll(inFlight).toBe('2');
  download.abort();
  await ended;
  await expect.poll(inFlight).toBe('1');
  await service.stop();

  const lines = readFileSync(service.logFile, 'utf8').trim().split('\n');
  expect(lines.filter((line) => line.includes('"stack"') || !line.includes('"level":30'))).toEqual([]);
  expect(lines.filter((line) => line.includes('"path":"/k"'))).toHaveLength(1);
});

test('no log of this run, as far as it has come, holds a secret, token or signature', () => {
  const { logs, lines } = leakedLines();

  expect(logs).toBeGreaterThan(0);
  expect(lines).toEqual([]);
});
