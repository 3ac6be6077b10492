import { AbortedError, IntegrityError, ServiceError, TransportError, UsageError } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { endingOf, Failure, UsageFailure } from './failure.ts';

test('a refusal of the service tells code, message and request id', () => {
  const error = new ServiceError(
    { Code: 'NoSuchKey', Message: 'The key\ndoes not exist.', RequestId: 'Nj' },
    404,
  );

  expect(endingOf(error)).toEqual({
    status: 1,
    message: 'NoSuchKey: The key does not exist. (request id Nj)',
  });
});

test('nothing listening: the endpoint, the reason and what to do', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9000'), { code: 'ECONNREFUSED' });

  expect(endingOf(new TransportError('failed', { cause }), 'http://127.0.0.1:9000')).toEqual({
    status: 1,
    message:
      'no answer from http://127.0.0.1:9000 (ECONNREFUSED); is the service running? Start it with: sampan serve',
  });
});

test('an answer that is none names the endpoint and says what came', () => {
  expect(
    endingOf(new TransportError('What answered is not the service'), 'http://127.0.0.1:8000').message,
  ).toBe('http://127.0.0.1:8000: What answered is not the service');
});

test('wrong words end with 2, whoever found them', () => {
  expect(endingOf(new UsageFailure('wrong'))).toEqual({ status: 2, message: 'wrong' });
  expect(endingOf(new UsageError('Region format error.'))).toEqual({
    status: 2,
    message: 'Region format error.',
  });
});

test('an interruption ends with 130, different bytes and other failures with 1', () => {
  expect(endingOf(new AbortedError()).status).toBe(130);
  expect(endingOf(new IntegrityError('bytes differ'))).toEqual({ status: 1, message: 'bytes differ' });
  expect(endingOf(new Failure('no luck'))).toEqual({ status: 1, message: 'no luck' });
});

test('a file that cannot be read is named, with the reason in words', () => {
  const error = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', path: 'photos/a.jpg' });

  expect(endingOf(error)).toEqual({ status: 1, message: 'photos/a.jpg: no such file or folder' });
});

test('what nobody expected says where it came from', () => {
  expect(endingOf(new RangeError('off by one')).message).toMatch(
    /^unexpected: RangeError: off by one\n\s+at /,
  );
});
