// What the whole run provoked is judged when it is over (../error-answers.ts); here the judge itself is tried.
import { errorCodes, type ErrorCode } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { verdictOn } from './error-verdict.ts';
import { errorAnswer, type ErrorAnswer } from './observed.ts';
import { unprovoked } from './unprovoked.ts';

const fields = ['Code', 'Message', 'Resource', 'RequestId', 'TraceId'];

/** One good answer for each code that is not explained away. */
const expected: readonly ErrorAnswer[] = (Object.keys(errorCodes) as ErrorCode[])
  .filter((code) => unprovoked[code] === undefined)
  .map((code) => ({ code, status: errorCodes[code].status, fields, sameIds: true }));

const problems = (answers: readonly ErrorAnswer[], complete = true) =>
  verdictOn(errorCodes, { answers, logged: [], complete }).problems;

test('a run that provoked every code that is not explained, with its status, has no problem', () => {
  expect(problems(expected)).toEqual([]);
});

test('a code that is neither provoked nor explained is named, unless only some tests ran', () => {
  const rest = expected.filter(({ code }) => code !== 'NoSuchKey');

  expect(problems(rest)).toEqual(['NoSuchKey is neither provoked nor explained']);
  expect(problems(rest, false)).toEqual([]);
});

test.each<[string, Partial<ErrorAnswer>, string]>([
  ['another status', { status: 400 }, 'NoSuchKey came with 400 and is documented with 404'],
  ['no trace id', { fields: fields.slice(0, 4) }, 'NoSuchKey with 404 came without TraceId'],
  ['ids of another request', { sameIds: false }, 'NoSuchKey with 404 named other ids than its headers'],
  ['a code of its own', { code: 'Odd' }, 'Odd is not a documented code'],
  [
    'a code that is explained',
    { code: 'SlowDown', status: 503 },
    'SlowDown is explained away, and provoked after all',
  ],
])('an answer with %s is named', (_what, change, problem) => {
  const answer = { code: 'NoSuchKey', status: 404, fields, sameIds: true, ...change };

  expect(problems([...expected, answer])).toEqual([problem]);
});

test('what services answered to other clients counts too', () => {
  const logged = [{ code: 'NoSuchKey', status: 403 }];

  expect(verdictOn(errorCodes, { answers: expected, logged, complete: true }).problems).toEqual([
    'NoSuchKey came with 403 and is documented with 404',
  ]);
});

test('an answer is read from the wire: its status, its elements, and whether its ids are those of the headers', () => {
  const headers = { 'content-type': 'application/xml', 'x-cos-request-id': 'r', 'x-cos-trace-id': 't' };
  const text = (trace: string) =>
    `<?xml version="1.0"?><Error><Code>NoSuchKey</Code><RequestId>r</RequestId><TraceId>${trace}</TraceId></Error>`;

  const answer = { status: 404, code: 'NoSuchKey', fields: ['Code', 'RequestId', 'TraceId'] };
  expect(errorAnswer({ status: 404, headers, text: text('t') })).toEqual({ ...answer, sameIds: true });
  expect(errorAnswer({ status: 404, headers, text: text('u') })).toEqual({ ...answer, sameIds: false });
  expect(errorAnswer({ status: 200, headers, text: '<Result/>' })).toBeUndefined();
});

test('everything that is explained is a documented code', () => {
  expect(Object.keys(unprovoked).filter((code) => !(code in errorCodes))).toEqual([]);
});
