import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor } from './client.ts';

// Made for this test alone: self-signed, for localhost.
const file = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));

test('serves HTTPS with a certificate', async () => {
  const service = await serviceForTests({
    name: 'tls',
    flags: ['--tls-cert', file('cert'), '--tls-key', file('key'), '--bucket', 'secure'],
  });
  const host = `secure-1250000000.cos.ap-guangzhou.localhost:${service.port}`;
  const [line = '', ...lines] = clientFor(service, 'secure-1250000000').head11({ host }).trim().split('\r\n');
  const headers = Object.fromEntries(
    lines.map((text) => text.split(/: (.*)/s).slice(0, 2) as [string, string]),
  );

  const status = await new Promise((resolve, reject) => {
    request(
      {
        host: '127.0.0.1',
        port: service.port,
        path: line.split(' ')[1],
        headers,
        ca: readFileSync(file('cert')),
        servername: 'localhost',
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    )
      .on('error', reject)
      .end();
  });

  expect(service.url).toBe(`https://127.0.0.1:${service.port}`);
  expect(status).toBe(200);
});
