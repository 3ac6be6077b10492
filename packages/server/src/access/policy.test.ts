import { describe, expect, test } from 'vitest';
import { anonymous, type Identity, type SubIdentity } from './identity.ts';
import { bucketVerdict, identityVerdict, readPolicy, type Policy, type PolicyPlace } from './policy.ts';
import type { PolicyQuestion } from './question.ts';

const bucket = { name: 'demo-1250000000', region: 'ap-guangzhou', owner: '100000000001', configs: {} };
const root: Identity = { kind: 'root', uin: '100000000001', appId: '1250000000' };
const sub: SubIdentity = { ...root, kind: 'sub', subUin: '100000000011', policies: [] };
const request = (over: Partial<PolicyQuestion> = {}): PolicyQuestion => ({
  principal: root,
  action: 'GetObject',
  resource: { bucket, key: 'shared/a.txt' },
  context: {},
  ...over,
});

function policy(statement: object, place: PolicyPlace = 'identity'): Policy {
  const read = readPolicy(
    { version: '2.0', statement: [{ effect: 'allow', action: '*', resource: '*', ...statement }] },
    place,
  );
  if (!read.ok) throw new Error(read.problem);
  return read.policy;
}

describe('an action', () => {
  test.each([
    ['name/cos:GetObject', true],
    ['cos:GetObject', true],
    ['name/cos:Get*', true],
    ['name/cos:*', true],
    ['*', true],
    ['name/cos:GetObjectACL', false],
    ['name/cvm:*', false],
  ])('%s covers GetObject: %s', (action, covered) => {
    expect(identityVerdict(policy({ action }), request())).toBe(covered ? 'allow' : 'silent');
  });

  test('PostObjectRestore is also written RestoreObject', () => {
    const written = policy({ action: ['name/cos:RestoreObject'] });

    expect(identityVerdict(written, request({ action: 'PostObjectRestore' }))).toBe('allow');
  });
});

describe('a resource', () => {
  test.each([
    ['*', true],
    ['qcs::cos:ap-guangzhou:uid/1250000000:demo-1250000000/shared/*', true],
    ['qcs::cos:ap-guangzhou:uid/1250000000:demo-1250000000/shared/a.txt', true],
    ['qcs::cos::uid/1250000000:demo-1250000000/*', true],
    ['qcs::cos:*:uin/100000000001:demo-1250000000/*', true],
    ['qcs::cos:ap-guangzhou:uid/1250000000:prefix//1250000000/demo/shared/*', true],
    ['qcs::cos:ap-guangzhou:uid/1250000000:*', true],
    ['qcs::cos:ap-beijing:uid/1250000000:demo-1250000000/*', false],
    ['qcs::cos:ap-guangzhou:uid/1259999999:demo-1250000000/*', false],
    ['qcs::cos:ap-guangzhou:uid/1250000000:other-1250000000/*', false],
    ['qcs::cos:ap-guangzhou:uid/1250000000:demo-1250000000/shared', false],
    ['qcs::cos:ap-guangzhou:uid/1250000000:prefix//1250000000/demo/private/*', false],
  ])('%s covers an object: %s', (resource, covered) => {
    expect(identityVerdict(policy({ resource }), request())).toBe(covered ? 'allow' : 'silent');
  });

  test.each(['demo-1250000000', 'demo-1250000000/', 'demo-1250000000/*'])(
    '%s covers the bucket itself',
    (name) => {
      const resource = `qcs::cos:ap-guangzhou:uid/1250000000:${name}`;

      expect(
        identityVerdict(policy({ resource }), request({ action: 'GetBucket', resource: { bucket } })),
      ).toBe('allow');
    },
  );

  test('of a bucket does not cover the service', () => {
    const resource = 'qcs::cos:ap-guangzhou:uid/1250000000:demo-1250000000/*';

    expect(identityVerdict(policy({ resource }), request({ resource: undefined }))).toBe('silent');
  });

  test('treats characters of patterns in keys as what they are', () => {
    const resource = 'qcs::cos:ap-guangzhou:uid/1250000000:demo-1250000000/a.(b)/*';

    expect(identityVerdict(policy({ resource }), request({ resource: { bucket, key: 'a.(b)/c\nd' } }))).toBe(
      'allow',
    );
    expect(identityVerdict(policy({ resource }), request({ resource: { bucket, key: 'ax(b)/c' } }))).toBe(
      'silent',
    );
  });
});

describe('a condition', () => {
  const context = {
    'qcs:ip': ['192.0.2.7'],
    'cos:content-length': ['100'],
    'cos:secure-transport': ['false'],
    'cos:content-type': ['image/jpeg'],
  };

  test.each([
    [{ ip_equal: { 'qcs:ip': ['10.0.0.0/8', '192.0.2.0/24'] } }, true],
    [{ ip_equal: { 'qcs:ip': '192.0.2.8' } }, false],
    [{ ip_not_equal: { 'qcs:ip': ['192.0.2.0/24', '10.0.0.1'] } }, false],
    [{ ip_not_equal: { 'qcs:ip': '2001:db8::/32' } }, true],
    [{ string_equal: { 'cos:content-type': 'image/jpeg' } }, true],
    [{ string_equal: { 'cos:content-type': 'image%2Fjpeg' } }, true],
    [{ string_equal: { 'cos:content-type': 'IMAGE/jpeg' } }, false],
    [{ string_not_equal: { 'cos:content-type': ['image/png', 'image/jpeg'] } }, false],
    [{ string_like: { 'cos:content-type': 'image/*' } }, true],
    [{ string_like: { 'cos:content-type': 'image*png' } }, false],
    [{ numeric_less_than_equal: { 'cos:content-length': 100 } }, true],
    [{ numeric_less_than: { 'cos:content-length': '100' } }, false],
    [{ numeric_greater_than: { 'cos:content-length': 99 } }, true],
    [{ numeric_not_equal: { 'cos:content-length': 100 } }, false],
    [{ bool_equal: { 'cos:secure-transport': 'False' } }, true],
    [{ bool_equal: { 'cos:secure-transport': true } }, false],
    // ConditionContext that the request lacks.
    [{ string_equal: { 'cos:x-cos-acl': 'private' } }, false],
    [{ string_not_equal: { 'cos:x-cos-acl': 'private' } }, false],
    [{ string_equal_if_exist: { 'cos:x-cos-acl': 'private' } }, true],
    [{ string_not_equal_if_exist: { 'cos:x-cos-acl': 'private' } }, true],
    // All keys and all operators must hold.
    [
      { string_equal: { 'cos:content-type': 'image/jpeg' }, numeric_equal: { 'cos:content-length': 99 } },
      false,
    ],
    [{ string_equal: { 'cos:content-type': 'image/jpeg', 'cos:content-length': '99' } }, false],
  ])('%j holds: %s', (condition, holds) => {
    expect(identityVerdict(policy({ condition }), request({ context: context }))).toBe(
      holds ? 'allow' : 'silent',
    );
  });

  test.each([
    ['for_any_value:string_equal', ['a', 'x'], true],
    ['for_any_value:string_equal', ['x', 'y'], false],
    ['for_all_value:string_equal', ['a', 'b'], true],
    ['for_all_value:string_equal', ['a', 'x'], false],
  ])('%s over %j holds: %s', (operator, tags, holds) => {
    const condition = { [operator]: { 'qcs:request_tag': ['a', 'b'] } };

    expect(identityVerdict(policy({ condition }), request({ context: { 'qcs:request_tag': tags } }))).toBe(
      holds ? 'allow' : 'silent',
    );
  });
});

describe('a denial', () => {
  const mixed = {
    version: '2.0',
    statement: [
      { effect: 'Allow', action: '*', resource: '*' },
      { effect: 'Deny', action: 'name/cos:DeleteObject', resource: '*' },
    ],
  };

  test('outweighs a permission', () => {
    const read = readPolicy(mixed, 'identity');

    expect(read.ok && identityVerdict(read.policy, request({ action: 'DeleteObject' }))).toBe('deny');
    expect(read.ok && identityVerdict(read.policy, request())).toBe('allow');
  });
});

describe('a principal of a bucket policy', () => {
  const says = (qcs: string[], identity: Identity, effect = 'allow') =>
    bucketVerdict(policy({ principal: { qcs }, effect }, 'bucket'), identity, request());

  test.each([
    ['qcs::cam::uin/100000000001:uin/100000000011', sub, 'allow'],
    ['qcs::cam::uin/100000000001:uin/*', sub, 'allow'],
    ['qcs::cam::uin/100000000001:uin/100000000012', sub, 'silent'],
    ['qcs::cam::uin/100000000002:uin/100000000011', sub, 'silent'],
    ['qcs::cam::uin/100000000001:uin/100000000001', root, 'allow'],
    ['qcs::cam::uin/100000000001:uin/100000000001', sub, 'silent'],
    ['qcs::cam::anyone:anyone', anonymous, 'allow'],
    ['qcs::cam::anyone:anyone', sub, 'allow'],
    ['*', anonymous, 'allow'],
    ['qcs::cam::uin/100000000001:uin/100000000011', anonymous, 'silent'],
  ] as [string, Identity, string][])('%s for %o: %s', (principal, identity, verdict) => {
    expect(says([principal], identity)).toBe(verdict);
  });

  test('a denial for everyone binds the anonymous alone', () => {
    expect(says(['*'], anonymous, 'deny')).toBe('deny');
    expect(says(['*'], sub, 'deny')).toBe('silent');
  });
});

describe('a document is refused', () => {
  const fine = { effect: 'allow', action: 'name/cos:*', resource: '*', principal: { qcs: ['*'] } };

  test.each([
    ['that is a list', []],
    ['of another version', { version: '1.0', statement: [fine] }],
    ['without statements', { version: '2.0', statement: [] }],
    ['without an effect', { version: '2.0', statement: [{ ...fine, effect: undefined }] }],
    ['without actions', { version: '2.0', statement: [{ ...fine, action: [] }] }],
    ['with an action that is no text', { version: '2.0', statement: [{ ...fine, action: [1] }] }],
    ['with a resource of another form', { version: '2.0', statement: [{ ...fine, resource: 'demo/*' }] }],
    [
      'with an unknown operator',
      { version: '2.0', statement: [{ ...fine, condition: { equals: { a: 'b' } } }] },
    ],
    ['without a principal', { version: '2.0', statement: [{ ...fine, principal: undefined }] }],
  ])('%s', (_name, document) => {
    expect(readPolicy(document, 'bucket').ok).toBe(false);
  });

  test('but names may begin with capitals, and the principal may stand at the top', () => {
    const { principal, ...statement } = fine;
    const document = {
      Version: '2.0',
      Principal: principal,
      Statement: [
        Object.fromEntries(
          Object.entries(statement).map(([name, value]) => [name[0]!.toUpperCase() + name.slice(1), value]),
        ),
      ],
    };

    expect(readPolicy(document, 'bucket').ok).toBe(true);
  });
});
