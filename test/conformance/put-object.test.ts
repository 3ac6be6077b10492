import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'put-object' });
const client = await clientInNewBucket(service);

test('answers with the ETag and the CRC-64 of what it stored', async () => {
  const answer = await client.put('notes/today.txt', 'hello', { 'content-type': 'text/plain' });

  expect(answer.status).toBe(200);
  expect(answer.headers.etag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  expect(answer.headers['x-cos-hash-crc64ecma']).toBe('11177612005948864433');
  expect(answer.text).toBe('');
});
