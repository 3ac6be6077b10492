import { describe, expect, test } from 'vitest';
import { errorCodes, fault, isErrorCode } from './error-codes.ts';
import {
  AbortedError,
  CosError,
  IntegrityError,
  isAbortedError,
  isCosError,
  isIntegrityError,
  isServiceError,
  isTimeoutError,
  isTransportError,
  isUsageError,
  maskUrl,
  ServiceError,
  TimeoutError,
  TransportError,
  UsageError,
} from './errors.ts';

const missing = new ServiceError(
  { Code: 'NoSuchKey', Message: 'The specified key does not exist.', RequestId: 'NjU1' },
  404,
  {
    headers: { 'x-cos-request-id': 'NjU1' },
    url: 'https://demo-1250000000.cos.ap-guangzhou.myqcloud.com/a?acl&q-ak=id&q-signature=secret',
    method: 'GET',
  },
);

describe('a ServiceError', () => {
  test('reads as the errors of the official SDKs do', () => {
    expect(missing.error.Code).toBe('NoSuchKey');
    expect(missing.code).toBe('NoSuchKey');
    expect(missing.statusCode).toBe(404);
    expect(missing.RequestId).toBe('NjU1');
    expect(missing.message).toBe('The specified key does not exist.');
  });

  test('is an Error with a stack and a name', () => {
    expect(missing).toBeInstanceOf(Error);
    expect(missing).toBeInstanceOf(CosError);
    expect(missing.stack).toContain('errors.test.ts');
    expect(String(missing)).toBe('ServiceError: The specified key does not exist.');
  });

  test('turns into JSON with everything but the cause', () => {
    expect(JSON.parse(JSON.stringify(missing))).toEqual({
      code: 'NoSuchKey',
      message: 'The specified key does not exist.',
      retryable: false,
      error: { Code: 'NoSuchKey', Message: 'The specified key does not exist.', RequestId: 'NjU1' },
      statusCode: 404,
      headers: { 'x-cos-request-id': 'NjU1' },
      url: 'https://demo-1250000000.cos.ap-guangzhou.myqcloud.com/a?acl&q-ak=id&q-signature=***',
      method: 'GET',
      RequestId: 'NjU1',
    });
  });

  test.each([
    [400, false],
    [404, false],
    [500, true],
    [501, false],
    [503, true],
  ])('of status %i is retryable: %s', (status, retryable) => {
    expect(new ServiceError({ Code: 'X', Message: 'x' }, status).retryable).toBe(retryable);
  });
});

describe('errors without an answer', () => {
  const rows: [CosError, string, boolean][] = [
    [new TransportError('connection refused', { code: 'ECONNREFUSED' }), 'ECONNREFUSED', true],
    [new TransportError('connection refused'), 'NetworkError', true],
    [new TimeoutError('no answer in 1000 ms'), 'Timeout', true],
    [new AbortedError(), 'Aborted', false],
    [new IntegrityError('CRC-64 differs'), 'IntegrityMismatch', false],
    [new UsageError('Key must not be empty'), 'InvalidUsage', false],
  ];

  test.each(rows)('%s has a code, and its message as `error`', (error, code, retryable) => {
    expect(error.code).toBe(code);
    expect(error.retryable).toBe(retryable);
    expect(error.error).toBe(error.message);
    expect(Object.keys(error)).toEqual(['message', 'code', 'retryable', 'error']);
  });

  test('keep their cause out of JSON, even one that refers back', () => {
    const cause: { self?: unknown } = {};
    cause.self = cause;
    const error = new TransportError('broken', { cause });

    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error)).not.toContain('cause');
  });
});

describe('guards', () => {
  const guards = {
    isServiceError,
    isTransportError,
    isTimeoutError,
    isAbortedError,
    isIntegrityError,
    isUsageError,
  };
  const kinds: [CosError, string[]][] = [
    [missing, ['isServiceError']],
    [new TransportError('x'), ['isTransportError']],
    [new TimeoutError('x'), ['isTransportError', 'isTimeoutError']],
    [new AbortedError(), ['isAbortedError']],
    [new IntegrityError('x'), ['isIntegrityError']],
    [new UsageError('x'), ['isUsageError']],
  ];
  const accepted = (error: unknown) =>
    Object.entries(guards).flatMap(([name, guard]) => (guard(error) ? [name] : []));

  test.each(kinds)('%s is told by its own guards only', (error, names) => {
    expect(accepted(error)).toEqual(names);
    expect(isCosError(error)).toBe(true);
  });

  test('know an error of another copy of the code', () => {
    const foreign = Object.assign(new Error('x'), { cosErrorKind: 'ServiceError' });

    expect(isServiceError(foreign)).toBe(true);
  });

  test.each([undefined, null, 'ServiceError', new Error('x'), {}, { cosErrorKind: 1 }])(
    'refuse %s',
    (other) => {
      expect(accepted(other)).toEqual([]);
      expect(isCosError(other)).toBe(false);
    },
  );
});

test('an address loses signature and token', () => {
  expect(maskUrl('http://h/k?sign=a%3Db&x-cos-security-token=t&X-Amz-Signature=s&versionId=1#f')).toBe(
    'http://h/k?sign=***&x-cos-security-token=***&X-Amz-Signature=***&versionId=1#f',
  );
});

describe('fault', () => {
  test('takes status and message from the table', () => {
    const error = fault('NoSuchBucket', { Resource: 'h/k' });

    expect(error.statusCode).toBe(404);
    expect(error.error).toEqual({
      Code: 'NoSuchBucket',
      Message: 'The specified bucket does not exist.',
      Resource: 'h/k',
    });
  });

  test('lets a handler state message, status, headers and further elements', () => {
    const error = fault(
      'InvalidObjectState',
      { Message: 'Restore it first.', ServerTime: '2030-01-01T00:00:00Z' },
      { statusCode: 409, headers: { allow: 'GET' } },
    );

    expect(error).toMatchObject({ statusCode: 409, message: 'Restore it first.', headers: { allow: 'GET' } });
    expect(error.error['ServerTime']).toBe('2030-01-01T00:00:00Z');
  });

  test('codes of the table are known, inherited names are not', () => {
    expect(isErrorCode('SlowDown')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
    expect(isErrorCode('Request has expired')).toBe(false);
  });

  test.each(Object.entries(errorCodes))(
    '%s has an error status and a sentence',
    (code, { status, message }) => {
      expect(code).toMatch(/^[A-Z][A-Za-z0-9]+$/);
      expect([203, 400, 402, 403, 404, 405, 409, 411, 412, 416, 451, 500, 501, 503, 507]).toContain(status);
      expect(message).toMatch(/^[A-Z].*\.$/);
    },
  );
});
