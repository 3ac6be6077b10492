import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestAnswer, type TestRequest } from './client.ts';
import { covers } from './covers.ts';
import { completeUpload, sendPart, startUpload } from './uploads.ts';

covers('putObject', 'getObject', 'multipartUpload', 'postObject', 'appendObject');

const service = await serviceForTests({ name: 'traffic-limit' });
const client = await clientInNewBucket(service);

const bitsPerSecond = 8_388_608;
const limit = { 'x-cos-traffic-limit': String(bitsPerSecond) };
// Takes two seconds at the limit.
const content = Buffer.alloc((bitsPerSecond / 8) * 2, 't');
await client.put('stored', content);

/** How fast the content went, as a part of what is allowed. */
async function paceOf(request: TestRequest): Promise<{ answer: TestAnswer; pace: number }> {
  const startedAt = performance.now();
  const answer = await client.send(request);
  const seconds = (performance.now() - startedAt) / 1000;
  return { answer, pace: (content.length * 8) / seconds / bitsPerSecond };
}

const uploadId = await startUpload(client, 'part');
const limitedId = await startUpload(client, 'limited-part', limit);
const form = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const open = await clientInNewBucket(service, { 'x-cos-acl': 'public-read-write' });

const carriers: readonly (readonly [string, TestRequest])[] = [
  ['GET, in a header', { key: 'stored', headers: limit }],
  ['GET, in a signed address', { key: 'stored', query: limit, sign: 'url' }],
  ['PUT, in a header', { method: 'PUT', key: 'put', body: content, headers: limit }],
  ['PUT, in a signed address', { method: 'PUT', key: 'put-url', body: content, query: limit, sign: 'url' }],
  [
    'Upload Part, in a header',
    { method: 'PUT', key: 'part', query: { partNumber: '1', uploadId }, body: content, headers: limit },
  ],
  [
    'Upload Part, as the upload was started',
    { method: 'PUT', key: 'limited-part', query: { partNumber: '1', uploadId: limitedId }, body: content },
  ],
  [
    'Append, in a header',
    {
      method: 'POST',
      // Another one at each try.
      get key() {
        return `appended-${performance.now()}`;
      },
      query: { append: '', position: '0' },
      body: content,
      headers: limit,
    },
  ],
  [
    'POST Object, in a field',
    {
      method: 'POST',
      bucket: open.bucket,
      sign: 'none',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: Buffer.concat([
        Buffer.from(form('key', 'posted') + form('x-cos-traffic-limit', String(bitsPerSecond))),
        Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'),
        content,
        Buffer.from('\r\n--b--\r\n'),
      ]),
    },
  ],
];

// A busy machine may be slower than it should for a while, so a pace below the limit is measured again.
test.concurrent.for(carriers)(
  'the limit holds within a tenth for %s',
  { retry: 3 },
  async ([, request], { expect }) => {
    const { answer, pace } = await paceOf(request);

    expect([200, 204]).toContain(answer.status);
    expect(pace).toBeLessThan(1.1);
    expect(pace).toBeGreaterThan(0.9);
  },
);

test.each(['819199', '838860801', '0', '-819200', '1e6', '819200.5', 'fast'])(
  'the limit %s is refused wherever it stands',
  async (value) => {
    const headers = { 'x-cos-traffic-limit': value };

    const answers = [
      await client.put('refused', 'x', headers),
      await client.get('stored', headers),
      await client.send({ key: 'stored', query: headers, sign: 'url' }),
      await sendPart(client, { key: 'part', uploadId, number: 2 }, 'x', headers),
    ];

    expect(answers.map(({ status, code }) => [status, code])).toEqual(
      answers.map(() => [400, 'InvalidArgument']),
    );
  },
);

test.each(['819200', '838860800'])('the limit %s is allowed', async (value) => {
  expect((await client.put('allowed', 'x', { 'x-cos-traffic-limit': value })).status).toBe(200);
});

test('the limit of an upload is not a header of its object', async () => {
  const id = await startUpload(client, 'quiet', limit);
  const { headers } = await sendPart(client, { key: 'quiet', uploadId: id, number: 1 }, 'x');
  await completeUpload(client, { key: 'quiet', uploadId: id }, [{ number: 1, etag: headers.etag ?? '' }]);

  expect((await client.head('quiet')).headers['x-cos-traffic-limit']).toBeUndefined();
});
