import { expect, test } from 'vitest';
import { fault } from '@sampan/protocol';
import type { HttpRequest } from '../http/message.ts';
import { createRecorder, recorderLimits } from './recorder.ts';
import { redactedHttpString, redactedTarget } from './redact.ts';
import { Trace } from './trace.ts';

const everything = { limit: 1000 };

function requestTo(target: string): HttpRequest {
  return {
    method: 'GET',
    target,
    headers: { host: 'h', 'x-filler': 'y'.repeat(1000) },
    secure: false,
    clientIp: '127.0.0.1',
    localPort: 1,
    body: undefined as never,
    signal: new AbortController().signal,
  };
}

function recorderOf(limits: Partial<Record<keyof typeof recorderLimits, number>> = {}) {
  const recorder = createRecorder({ ...recorderLimits, ...limits } as typeof recorderLimits);
  const record = (id: string, { target = `/${id}`, refused = false, operation = 'getObject' } = {}) => {
    const request = requestTo(target);
    const trace = new Trace(request, 0);
    const outcome = { requestId: id, operation };
    if (refused)
      trace.refused(
        { ...outcome, request, nowMs: 0, address: undefined, bucket: undefined, identity: undefined },
        fault('AccessDenied'),
      );
    recorder.finished({
      method: 'GET',
      path: target,
      clientIp: '127.0.0.1',
      response: { status: refused ? 403 : 200, headers: {}, outcome, trace },
      durationMs: 1,
      bodyWaitMs: 0,
      receivedBytes: 0,
      sentBytes: 0,
      broken: false,
    });
  };
  const ids = () => recorder.recorded(everything, 0).entries.map(({ id }) => id);
  return { recorder, record, ids };
}

test('the last requests are kept, newest first, and refused ones longer', () => {
  const { record, ids } = recorderOf({ requests: 3, refused: 2 });
  for (const [at, refused] of [true, true, true, false, false, false, false, true].entries())
    record(String(at), { refused });

  expect(ids()).toEqual(['7', '6', '5', '2']);
});

test('no more bytes are kept than the bound says, for requests of any size', () => {
  const { record, ids } = recorderOf({ bytes: 20_000 });
  for (let at = 0; at < 100; at++) record(String(at), { target: `/${'x'.repeat(3000)}?n=${at}` });
  const kept = ids();
  expect(kept.length).toBeGreaterThan(2);
  expect(kept.length * 3900).toBeLessThanOrEqual(20_000);

  record('huge', { target: `/${'x'.repeat(30_000)}` });
  expect(ids()).not.toContain('huge');
});

test('a number that was seen before leaves out what is older', () => {
  const { recorder, record } = recorderOf();
  record('one');
  const { newest } = recorder.recorded(everything, 0);
  record('two');

  expect(recorder.recorded(everything, newest).entries.map(({ id }) => id)).toEqual(['two']);
});

test('the end of an upload is remembered, and only so many', () => {
  const { recorder, record } = recorderOf({ uploads: 2 });
  for (const name of ['a', 'b', 'c'])
    record(name, { target: `/k?uploadId=${name}`, operation: 'multipartComplete' });
  record('d', { target: '/k?uploadId=c', operation: 'multipartAbort' });

  expect(['a', 'b', 'c'].map((id) => recorder.endedUpload(id)?.requestId)).toEqual([undefined, 'b', 'c']);
});

test.each([
  ['/k?q-ak=AKID&q-signature=abc', '/k?q-ak=AKID&q-signature=***'],
  ['/k?q-ak=perhapsTheSecretKey', '/k?q-ak=perhapsT***'],
  ['/k?sign=q-ak%3DAKID%26q-signature%3Dabc', '/k?sign=***'],
  ['/k?x-cos-security-token=t&versionId=3', '/k?x-cos-security-token=***&versionId=3'],
  [
    '/k?X-Amz-Signature=s&X%2DAmz%2DSecurity%2DToken=t',
    '/k?X-Amz-Signature=***&X%2DAmz%2DSecurity%2DToken=***',
  ],
  ['http://me:pass@h/k?a', 'http://***@h/k?a'],
])('%s is shown as %s', (target, shown) => {
  expect(redactedTarget(target)).toBe(shown);
});

test('values of secret headers are masked in the text that is signed', () => {
  const text =
    'put\n/a&b=c\n\nhost=h&x-cos-security-token=t&x-cos-server-side-encryption-customer-key=k&x-cos-acl=private\n';

  expect(redactedHttpString(text)).toBe(
    'put\n/a&b=c\n\nhost=h&x-cos-security-token=***&x-cos-server-side-encryption-customer-key=***&x-cos-acl=private\n',
  );
});
