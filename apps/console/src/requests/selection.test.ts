import { expect, test } from 'vitest';
import type { Recorded } from './recorded.ts';
import { ofUpload, passes } from './selection.ts';

const request = (given: Partial<Recorded>): Recorded => ({
  id: 'id',
  startedAt: '2026-12-01T00:00:00.000Z',
  method: 'PUT',
  address: '/',
  host: 'localhost',
  operation: 'putObject',
  clientIp: '127.0.0.1',
  status: 200,
  durationMs: 1,
  phases: { waitMs: 0, verifyMs: 0, bodyMs: 0, storeMs: 1, answerMs: 0 },
  receivedBytes: 0,
  sentBytes: 0,
  explained: false,
  ...given,
});
const all = { key: '', status: '', operation: '' };

test('a filter without words lets all through', () => {
  expect(passes(request({}), all)).toBe(true);
});

test.each([
  [{ ...all, key: 'PHOTO' }, true],
  [{ ...all, key: 'video' }, false],
  [{ ...all, status: '4' }, true],
  [{ ...all, status: '403 ' }, true],
  [{ ...all, status: 'accessdenied' }, true],
  [{ ...all, status: '404' }, false],
  [{ ...all, operation: 'put' }, true],
  [{ ...all, operation: 'get' }, false],
  [{ key: 'photo', status: '5', operation: 'put' }, false],
])('%j', (filter, expected) => {
  expect(passes(request({ key: 'photos/1.jpg', status: 403, code: 'AccessDenied' }), filter)).toBe(expected);
});

test('an upload is shown from its beginning', () => {
  const late = request({ uploadId: 'a', startedAt: '2026-12-01T00:00:02.000Z' });
  const early = request({ uploadId: 'a', startedAt: '2026-12-01T00:00:01.000Z' });

  expect(ofUpload([late, request({ uploadId: 'b' }), request({}), early], 'a')).toEqual([early, late]);
});
