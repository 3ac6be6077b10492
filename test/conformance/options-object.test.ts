import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'options-object' });
const client = await clientInNewBucket(service);
const ask = { origin: 'https://app.example', 'access-control-request-method': 'PUT' };

describe('where a bucket has no rules, the development server lets browsers in', () => {
  test('a preflight needs no signature and no object', async () => {
    const answer = await client.send({
      method: 'OPTIONS',
      key: 'not/there',
      sign: 'none',
      headers: { ...ask, 'access-control-request-headers': 'Authorization, x-cos-meta-a,content-type' },
    });

    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'PUT,GET,POST,DELETE,HEAD',
      'access-control-allow-headers': 'authorization,x-cos-meta-a,content-type',
      'access-control-max-age': '600',
    });
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  test.each(['', 'uploads', 'acl', 'delete'])('also for the bucket and the sub-resource %j', async (name) => {
    const query = name === '' ? {} : { [name]: '' };

    expect((await client.send({ method: 'OPTIONS', sign: 'none', headers: ask, query })).status).toBe(200);
  });

  test('answers carry the headers, errors too', async () => {
    const put = await client.put('a', 'x', { origin: ask.origin });
    const missing = await client.get('missing', { origin: ask.origin });
    const refused = await client.send({ key: 'a', sign: 'none', headers: { origin: ask.origin } });

    for (const answer of [put, missing, refused]) {
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(answer.headers['access-control-expose-headers']).toContain('ETag');
    }
  });

  test('answers to requests without an origin carry none', async () => {
    const answer = await client.put('a', 'x');

    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

test.each([
  ['no origin', { 'access-control-request-method': 'PUT' }],
  ['no method', { origin: ask.origin }],
  ['a method that no rule has', { origin: ask.origin, 'access-control-request-method': 'PATCH' }],
])('a preflight with %s is AccessForbidden', async (_name, headers) => {
  const answer = await client.send({ method: 'OPTIONS', key: 'a', sign: 'none', headers });

  expect([answer.status, answer.code]).toEqual([403, 'AccessForbidden']);
});

test('with --cors off nobody is let in', async () => {
  const strict = await serviceForTests({ name: 'options-object-strict', flags: ['--cors', 'off'] });
  const closed = await clientInNewBucket(strict);

  const answer = await closed.send({ method: 'OPTIONS', key: 'a', sign: 'none', headers: ask });
  const put = await closed.put('a', 'x', { origin: ask.origin });

  expect([answer.status, answer.code]).toEqual([403, 'AccessForbidden']);
  expect([put.status, put.headers['access-control-allow-origin']]).toEqual([200, undefined]);
});
