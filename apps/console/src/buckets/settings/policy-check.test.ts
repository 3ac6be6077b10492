import { expect, test } from 'vitest';
import { en } from '../../text/en.ts';
import { checkPolicy, tryPolicy } from './policy-check.ts';

const bucket = 'examplebucket-1250000000';
const words = en.settings.check;
const user = 'qcs::cam::uin/100000000001:uin/100000000002';
const all = `qcs::cos:ap-guangzhou:uid/1250000000:${bucket}/*`;
const statement = {
  Effect: 'allow',
  Principal: { qcs: [user] },
  Action: ['name/cos:GetObject'],
  Resource: [all],
};
const written = (...statements: readonly object[]) =>
  JSON.stringify({ version: '2.0', Statement: statements });

test('a good document has no findings, in either spelling of its fields', () => {
  const lower = Object.fromEntries(
    Object.entries(statement).map(([name, value]) => [name.toLowerCase(), value]),
  );

  expect(checkPolicy(written(statement), bucket, words)).toEqual([]);
  expect(checkPolicy(JSON.stringify({ version: '2.0', statement: [lower] }), bucket, words)).toEqual([]);
});

test.each([
  ['{', 'This is not JSON'],
  ['{}', '“Statement” must be a list'],
  [JSON.stringify({ version: '1.0', Statement: [statement] }), '“version” must be "2.0"'],
  [written({ ...statement, Effect: 'permit' }), 'Statement 1: “Effect”'],
  [written(statement, { ...statement, Action: [] }), 'Statement 2: “Action” is missing'],
  [written({ ...statement, Principal: { qcs: ['me'] } }), 'me is no principal'],
  [written({ ...statement, Action: ['GetObject'] }), 'GetObject is no action'],
  [written({ ...statement, Resource: [`${bucket}/*`] }), 'is no resource'],
  [written({ ...statement, Resource: [all.replace(bucket, 'other-1250000000')] }), 'is not in this bucket'],
])('%s is said to be wrong', (text, finding) => {
  const findings = checkPolicy(text, bucket, words);

  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ kind: 'wrong', text: expect.stringContaining(finding) as string });
});

test('what lets everyone change the bucket is risky, unless a condition bounds it', () => {
  const open = {
    ...statement,
    Principal: { qcs: ['qcs::cam::anyone:anyone'] },
    Action: ['name/cos:PutObject'],
  };

  expect(checkPolicy(written(open), bucket, words)).toEqual([
    { kind: 'risky', text: words.everyoneWrites(1) },
  ]);
  expect(
    checkPolicy(written({ ...open, Condition: { ip_equal: { 'qcs:ip': '10.0.0.0/8' } } }), bucket, words),
  ).toEqual([]);
});

test('a denial wins over the permission that stands before it', () => {
  const denial = { ...statement, Effect: 'deny', Resource: [all.replace('/*', '/secret/*')] };
  const text = written(statement, denial);
  const ask = (key: string, action = 'name/cos:GetObject') =>
    tryPolicy(text, { principal: user, action, resource: all.replace('*', key) });

  expect(ask('open.txt')).toEqual({ is: 'allowed', statement: 1, isConditional: false });
  expect(ask('secret/a.txt')).toEqual({ is: 'denied', statement: 2, isConditional: false });
  expect(ask('open.txt', 'name/cos:PutObject')).toMatchObject({ is: 'silent' });
});
