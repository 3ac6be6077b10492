/** What a call says before and after it is sent: texts that cannot arrive, addresses that lead elsewhere, and who was called. */
import { getBucket, getService, headBucket, headObject, ServiceError, UsageError } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { resolveOptions } from '../core/options.ts';
import { hostDefaults } from '../testing/defaults.ts';
import { addressOf } from './address.ts';
import { checkText } from './check-request.ts';
import { judge } from './response.ts';
import { silence } from './send-request.ts';

test.each([
  ['plain', true],
  ['🚤', true],
  ['a\ud83d', false],
  ['\ud83da', false],
  ['\ude80', false],
  ['🚤\ude80', false],
  ['\ude80🚤', false],
])('%j is well-formed: %s', (text, isWhole) => {
  const check = (): void => checkText('param Key', text);

  if (isWhole) expect(check).not.toThrow();
  else expect(check).toThrow(UsageError);
});

const serviceHost = (options: Record<string, unknown>, region?: string): string =>
  addressOf(resolveOptions(options, hostDefaults), { region }).host;

test.each([
  [{}, undefined, 'service.cos.myqcloud.com'],
  [{}, 'r', 'cos.r.myqcloud.com'],
  [{ Domain: '{Bucket}.cos.{Region}.localhost:9' }, 'r', 'cos.r.localhost:9'],
  [{ Domain: '{Bucket}.cos.{Region}.localhost:9' }, undefined, 'service.cos.localhost:9'],
  [{ Domain: 'http://127.0.0.1:9/{Bucket}' }, undefined, '127.0.0.1:9'],
  [{ Domain: '{Bucket}.cdn.example.com' }, 'r', 'cdn.example.com'],
  [{ Domain: 'storage.example.com' }, 'r', 'storage.example.com'],
  [{ Domain: ({ Bucket }: { Bucket: string }) => `${Bucket}.x.example` }, 'r', 'x.example'],
  [{ Domain: '{Bucket}.x.example', ServiceDomain: 'own.example' }, 'r', 'own.example'],
])('getService with %j in %s goes to %s', (options, region, host) => {
  expect(serviceHost(options, region)).toBe(host);
});

const asked = { method: 'GET', url: 'http://127.0.0.1:9/?q-signature=abc', headers: {} };
const listed = (root: string) => ({
  status: 200,
  headers: {},
  body: `<?xml version="1.0"?><${root}></${root}>`,
});

test('a Domain that leads to the service is refused by a call about a bucket', () => {
  expect(() => judge(getBucket, asked, listed('ListAllMyBucketsResult'))).toThrow(
    /Domain leads to the service and not to a bucket \(127\.0\.0\.1:9\/\): put \{Bucket\} into it/,
  );
});

test('a Domain that is bound to a bucket is refused by a call about the service, and works for the bucket', () => {
  expect(() => judge(getService, asked, listed('ListBucketResult'))).toThrow(/set ServiceDomain/);
  expect(judge(getBucket, asked, listed('ListBucketResult')).statusCode).toBe(200);
});

test.each([
  [headObject, 'NoSuchKey', 'No such object (HEAD b-1.cos.r.myqcloud.com/a%20b)'],
  [headBucket, 'NoSuchBucket', 'No such bucket (HEAD b-1.cos.r.myqcloud.com/a%20b)'],
])('a 404 to HEAD names what was called', (row, code, message) => {
  const url = 'https://b-1.cos.r.myqcloud.com/a%20b?q-signature=abc';

  expect(() => judge(row, { ...asked, method: 'HEAD', url }, { status: 404, headers: {}, body: '' })).toThrow(
    expect.objectContaining({ code, message }),
  );
});

test('NoSuchBucket names the bucket, and keeps the words of the service beside', () => {
  const body = '<Error><Code>NoSuchBucket</Code><Message>The bucket is not there.</Message></Error>';
  try {
    judge(getBucket, asked, { status: 404, headers: {}, body });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError);
    const { message, error: fault } = error as ServiceError;
    expect([message, fault.Message]).toEqual([
      'The bucket is not there. (GET 127.0.0.1:9/)',
      'The bucket is not there.',
    ]);
  }
});

test.each([
  ['http://127.0.0.1:9/k?q-signature=abc', 'ECONNREFUSED', 'No answer came from 127.0.0.1:9 (ECONNREFUSED)'],
  ['https://b.example/k', 'ENOTFOUND', 'No answer came from b.example:443 (ENOTFOUND)'],
  [
    'https://127.0.0.1:9/k',
    'EPROTO',
    'No answer came from 127.0.0.1:9 (EPROTO); does it speak http? Then set Protocol to http',
  ],
])('no answer from %s because of %s names host and port', (url, code, message) => {
  expect(silence(url, code)).toBe(message);
});
