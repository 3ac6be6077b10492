import { expect, test } from 'vitest';
import type { ObjectVersion, Restore } from '../metadata/port.ts';
import { isReadable, objectAnswer } from './answers.ts';

const restore: Restore = {
  tier: 'Expedited',
  days: 1,
  requestedAtMs: 1000,
  readyAtMs: 5000,
  expiresAtMs: 9000,
};
const version = {
  kind: 'object',
  storageClass: 'ARCHIVE',
  versionId: '',
  etag: 'e',
  headers: {},
  modifiedAtMs: 0,
  sizeBytes: 1,
  restore,
} as unknown as ObjectVersion;

test.each([
  ['is asked for', 1000, 'ongoing-request="true"', false],
  ['is about to be there', 4999, 'ongoing-request="true"', false],
  ['is there', 5000, 'ongoing-request="false", expiry-date="Thu, 01 Jan 1970 00:00:09 GMT"', true],
  ['is about to go', 8999, 'ongoing-request="false", expiry-date="Thu, 01 Jan 1970 00:00:09 GMT"', true],
  ['is gone', 9000, undefined, false],
])('a restored copy that %s', (_when, nowMs, expected, readable) => {
  const answer: Readonly<Record<string, unknown>> = { ...objectAnswer(version, nowMs) };

  expect(answer['Restore']).toBe(expected);
  expect(isReadable(version, nowMs)).toBe(readable);
});
