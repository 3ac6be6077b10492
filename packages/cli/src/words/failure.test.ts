import {
  AbortedError,
  IntegrityError,
  ServiceError,
  TimeoutError,
  TransportError,
  UsageError,
} from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { endingOf, exitStatus, Failure, Tally, UsageFailure } from './failure.ts';

const about = { endpoint: 'http://127.0.0.1:9000', region: 'ap-guangzhou' };

function system(code: string, path?: string): Error {
  const detail = path === undefined ? { code } : { code, path };
  return Object.assign(new Error(`${code}: said the system`), detail);
}

const noAnswer = (code: string) => new TransportError('failed', { cause: system(code) });

describe('an answer that refuses ends with its kind, code, hint and request id', () => {
  test.each([
    ['NoSuchKey', 404, 3, /^NoSuchKey: Said\. \(request id Nj\)$/],
    ['NoSuchUpload', 404, 3, /^NoSuchUpload: /],
    [
      'NoSuchBucket',
      404,
      3,
      /looked for photos-1250000000, http:\/\/127\.0\.0\.1:9000, ap-guangzhou; sampan ls .* sampan mb/,
    ],
    ['AccessDenied', 403, 4, /no permission for it; sampan doctor/],
    ['SignatureDoesNotMatch', 403, 4, /check the SecretId and the SecretKey/],
    ['InvalidAccessKeyId', 403, 4, /check the SecretId/],
    ['ExpiredToken', 400, 4, /temporary keys .* get new ones/],
    ['RequestTimeTooSkewed', 403, 4, /set this machine's clock/],
    ['BucketNotEmpty', 409, 9, /^BucketNotEmpty: Said; sampan rb --force/],
    ['BucketAlreadyOwnedByYou', 409, 9, /^BucketAlreadyOwnedByYou/],
    ['FileAlreadyExists', 409, 9, /^FileAlreadyExists/],
    ['PreconditionFailed', 412, 9, /^PreconditionFailed/],
    ['InvalidObjectState', 403, 4, /sampan restore/],
    ['InvalidArgument', 400, 1, /^InvalidArgument: Said\. \(request id Nj\)$/],
    ['EntityTooLarge', 400, 1, /^EntityTooLarge/],
    ['InternalError', 500, 8, /^InternalError/],
    ['InsufficientStorage', 507, 8, /disk is full: free space there/],
    ['SlowDown', 503, 8, /busy: try --parallel 1/],
    ['NotImplemented', 501, 8, /^NotImplemented/],
  ] as const)('%s', (Code, statusCode, status, words) => {
    const url = 'http://127.0.0.1:9000/photos-1250000000/a.jpg?q-signature=abc';
    const ending = endingOf(
      new ServiceError({ Code, Message: 'Said.', RequestId: 'Nj' }, statusCode, { url }),
      about,
    );

    expect(ending).toMatchObject({ status, code: Code, requestId: 'Nj' });
    expect(ending.message).toMatch(words);
    expect(ending.message).not.toMatch(/[\n]|abc/);
  });
});

describe('a missing answer names the endpoint, the system code and what to look at', () => {
  test.each([
    ['ECONNREFUSED', /is the service running\? Start it with: sampan serve$/],
    ['ENOTFOUND', /the name has no address/],
    ['EAI_AGAIN', /the name has no address/],
    ['ETIMEDOUT', /the network does not reach it/],
    ['EHOSTUNREACH', /the network does not reach it/],
    ['ECONNRESET', /the connection was cut/],
    ['EPROTO', /does it speak http\?$/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', /certificate is not valid/],
    ['EMYSTERY', /^no answer from http:\/\/127\.0\.0\.1:9000 \(EMYSTERY\)$/],
  ] as const)('%s', (code, words) => {
    const { status, message } = endingOf(noAnswer(code), about);

    expect(status).toBe(5);
    expect(message).toMatch(new RegExp(`^no answer from http://127\\.0\\.0\\.1:9000 \\(${code}\\)`));
    expect(message).toMatch(words);
  });

  test('an answer that is none names the endpoint and says what came', () => {
    expect(endingOf(new TransportError('What answered is not the service'), about)).toEqual({
      status: 5,
      message: 'http://127.0.0.1:9000: What answered is not the service',
    });
    expect(endingOf(new TimeoutError('No answer within 60 s'), about).status).toBe(5);
  });

  test('a connection that the command itself opened counts as well', () => {
    expect(endingOf(system('ECONNREFUSED'), about).status).toBe(5);
  });
});

describe('a file is named, with the reason in words', () => {
  test.each([
    ['ENOENT', 'no such file or folder'],
    ['EACCES', 'permission denied'],
    ['EPERM', 'permission denied'],
    ['EISDIR', 'is a folder'],
    ['ENOTDIR', 'is no folder'],
    ['ELOOP', 'too many symbolic links'],
    ['ENAMETOOLONG', 'the name is too long'],
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'the disk is read-only'],
    ['EBUSY', 'is used by another program'],
    ['EINVAL', 'the system does not accept this name'],
    ['EMFILE', 'too many open files'],
    ['EODD', 'EODD'],
  ])('%s', (code, reason) => {
    expect(endingOf(system(code, 'photos/a.jpg'))).toEqual({ status: 7, message: `photos/a.jpg: ${reason}` });
  });

  test('also where the SDK has wrapped it, and a full disk without a name', () => {
    const wrapped = new UsageError('The file cannot be read', { cause: system('EACCES', 'a.jpg') });

    expect(endingOf(wrapped)).toEqual({ status: 7, message: 'a.jpg: permission denied' });
    expect(endingOf(Object.assign(system('ENOSPC'), { syscall: 'write' }))).toEqual({
      status: 7,
      message: 'the disk is full (write)',
    });
  });
});

test('wrong words end with 2, from the command line and from the SDK', () => {
  expect(endingOf(new UsageFailure('wrong'))).toEqual({ status: 2, message: 'wrong' });
  expect(endingOf(new UsageError('Region format error.'))).toEqual({
    status: 2,
    message: 'Region format error.',
  });
});

test('an interruption, different bytes and what has its own status', () => {
  expect(endingOf(new AbortedError()).status).toBe(130);
  expect(endingOf(new IntegrityError('bytes differ'))).toEqual({ status: 6, message: 'bytes differ' });
  expect(endingOf(new Failure('no luck'))).toEqual({ status: 1, message: 'no luck' });
  expect(endingOf(new Failure('gone', exitStatus.notFound))).toEqual({ status: 3, message: 'gone' });
});

test('an unexpected error says where it came from', () => {
  expect(endingOf(new RangeError('off by one')).message).toMatch(
    /^unexpected: RangeError: off by one\n\s+at /,
  );
});

test('many failures of one kind end with that kind, and of several with 1', () => {
  const one = new Tally();
  one.add(exitStatus.notFound);
  one.add(exitStatus.notFound);
  const several = new Tally();
  several.add(exitStatus.notFound);
  several.add(exitStatus.file);
  several.add(exitStatus.file);

  expect(new Tally().status).toBe(0);
  expect(one.status).toBe(3);
  expect(several.status).toBe(1);
});
