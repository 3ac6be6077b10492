import { describe, expect, test } from 'vitest';
import { aclToJson, allUsers, authenticatedUsers, type Acl, type Grant } from './acl.ts';
import { mayDo, mightDo } from './authorise.ts';
import { anonymous, type Identity, type RootIdentity, type SubIdentity } from './identity.ts';
import { readPolicy, type Policy } from './policy.ts';
import type { PolicyQuestion } from './question.ts';

const owner: RootIdentity = { kind: 'root', uin: '100000000001', appId: '1250000000' };
const stranger: RootIdentity = { kind: 'root', uin: '100000000002', appId: '1250000002' };
const policyOf = (statement: object, place: 'bucket' | 'identity' = 'identity'): Policy => {
  const read = readPolicy(
    { version: '2.0', statement: [{ resource: '*', action: '*', effect: 'allow', ...statement }] },
    place,
  );
  if (!read.ok) throw new Error(read.problem);
  return read.policy;
};
const user = (of: RootIdentity, ...policies: Policy[]): SubIdentity => ({
  ...of,
  kind: 'sub',
  subUin: '100000000011',
  policies,
});
const all = policyOf({});

interface Setting {
  readonly action?: string;
  readonly policy?: object;
  readonly acl?: readonly Grant[];
  readonly objectAcl?: Acl;
}

async function may(
  identity: Identity,
  { action = 'GetObject', policy, acl, objectAcl }: Setting = {},
): Promise<boolean> {
  const configs = {
    ...(policy ? { policy: { version: '2.0', statement: [{ resource: '*', action: '*', ...policy }] } } : {}),
    ...(acl ? { acl: aclToJson({ grants: acl }) } : {}),
  };
  const bucket = { name: 'demo-1250000000', region: 'ap-guangzhou', owner: owner.uin, configs };
  const resource = { bucket, key: 'a' };
  const question: PolicyQuestion = { principal: identity, action, resource, context: {} };
  return mayDo(question, async () => objectAcl);
}

const everyone = { qcs: ['qcs::cam::anyone:anyone'] };
const named = (identity: RootIdentity) => ({ qcs: [`qcs::cam::uin/${identity.uin}:uin/${identity.uin}`] });

test.each([
  ['the owner may do everything', owner, {}, true],
  ['the anonymous may do nothing', anonymous, {}, false],
  ['another account may do nothing', stranger, {}, false],
  ['a user without policies may do nothing', user(owner), {}, false],
  ['a user may do what its policy allows', user(owner, all), {}, true],
  ["a user's own policy does not open another account's bucket", user(stranger, all), {}, false],
  [
    'a bucket policy shuts its owner out when it names it',
    owner,
    { policy: { effect: 'deny', principal: named(owner) } },
    false,
  ],
  [
    'but not from mending the policy',
    owner,
    { action: 'PutBucketPolicy', policy: { effect: 'deny', principal: named(owner) } },
    true,
  ],
  [
    'a bucket policy opens it for everyone',
    anonymous,
    { policy: { effect: 'allow', principal: everyone } },
    true,
  ],
  [
    'a bucket policy opens it for another account',
    stranger,
    { policy: { effect: 'allow', principal: named(stranger) } },
    true,
  ],
  [
    'a denial for everyone shuts out the anonymous',
    anonymous,
    { policy: { effect: 'deny', principal: everyone }, acl: [{ grantee: allUsers, permission: 'READ' }] },
    false,
  ],
  [
    'a denial for everyone spares users who are allowed',
    user(owner, all),
    { policy: { effect: 'deny', principal: everyone } },
    true,
  ],
  [
    "a denial in a user's policy outweighs what is public",
    user(owner, policyOf({ effect: 'deny' })),
    { acl: [{ grantee: allUsers, permission: 'READ' }] },
    false,
  ],
] as [string, Identity, Setting, boolean][])('%s', async (_name, identity, setting, expected) => {
  expect(await may(identity, setting)).toBe(expected);
});

describe('grants of the bucket', () => {
  const read: Grant = { grantee: allUsers, permission: 'READ' };
  const write: Grant = { grantee: allUsers, permission: 'WRITE' };
  const full: Grant = {
    grantee: `qcs::cam::uin/${stranger.uin}:uin/${stranger.uin}`,
    permission: 'FULL_CONTROL',
  };

  test.each([
    ['READ', 'GetObject', anonymous, [read], true],
    ['READ', 'HeadObject', anonymous, [read], true],
    ['READ', 'GetBucket', anonymous, [read], true],
    ['READ', 'PutObject', anonymous, [read], false],
    ['READ', 'DeleteObject', anonymous, [read], false],
    ['READ', 'GetBucketACL', anonymous, [read], false],
    ['WRITE', 'PutObject', anonymous, [write], true],
    ['WRITE', 'UploadPart', anonymous, [write], true],
    ['WRITE', 'GetObject', anonymous, [write], false],
    ['WRITE', 'PutBucketCORS', anonymous, [write], false],
    [
      'AuthenticatedUsers',
      'GetObject',
      anonymous,
      [{ grantee: authenticatedUsers, permission: 'READ' }],
      false,
    ],
    [
      'AuthenticatedUsers',
      'GetObject',
      stranger,
      [{ grantee: authenticatedUsers, permission: 'READ' }],
      true,
    ],
    ['FULL_CONTROL', 'PutObjectACL', stranger, [full], true],
    ['FULL_CONTROL', 'PutBucketACL', stranger, [full], true],
    ['FULL_CONTROL', 'PutBucketLifecycle', stranger, [full], false],
    ['FULL_CONTROL for its account', 'GetObject', user(stranger), [full], false],
    ['FULL_CONTROL for its account', 'GetObject', user(stranger, all), [full], true],
  ] as [string, string, Identity, Grant[], boolean][])(
    '%s lets in to %s',
    async (_name, action, identity, acl, expected) => {
      expect(await may(identity, { action, acl })).toBe(expected);
    },
  );
});

test("an object's own list takes the place of its bucket's", async () => {
  const acl: Grant[] = [{ grantee: allUsers, permission: 'READ' }];

  expect(await may(anonymous, { acl, objectAcl: { grants: [] } })).toBe(false);
  expect(await may(anonymous, { objectAcl: { grants: acl } })).toBe(true);
  expect(await may(owner, { objectAcl: { grants: [] } })).toBe(true);
});

describe('a temporary key', () => {
  const session = (of: RootIdentity | SubIdentity, policy: Policy): Identity => ({
    kind: 'session',
    of,
    policy,
  });
  const gets = policyOf({ action: 'name/cos:GetObject' });

  test.each([
    ['allows what both its policy and its asker may', session(owner, gets), 'GetObject', true],
    ['allows no more than its policy', session(owner, gets), 'PutObject', false],
    ['allows no more than its asker may', session(user(owner, gets), all), 'PutObject', false],
    ['of a user allows what both may', session(user(owner, all), gets), 'GetObject', true],
    ['denies what its policy denies', session(owner, policyOf({ effect: 'deny' })), 'GetObject', false],
    [
      'of a root cannot mend a policy that its own does not allow',
      session(owner, gets),
      'PutBucketPolicy',
      false,
    ],
  ])('%s', async (_name, identity, action, expected) => {
    expect(await may(identity, { action })).toBe(expected);
  });
});

test('what a temporary key denies itself is denied where everybody may', async () => {
  const key: Identity = {
    kind: 'session',
    of: owner,
    policy: policyOf({ effect: 'deny', action: 'name/cos:GetObject' }),
  };
  const acl: Grant[] = [{ grantee: allUsers, permission: 'READ' }];

  expect(await may(key, { acl })).toBe(false);
  expect(await may(anonymous, { acl })).toBe(true);
});

describe('before a body is read', () => {
  const bucket = { name: 'demo-1250000000', region: 'ap-guangzhou', owner: owner.uin, configs: {} };
  const might = (principal: Identity, configs = {}) =>
    mightDo({ principal, action: 'DeleteObject', resource: { bucket: { ...bucket, configs } } });
  const writable = { acl: aclToJson({ grants: [{ grantee: allUsers, permission: 'WRITE' }] }) };

  test.each([
    ['the owner', owner, true],
    ['a user of it whose policy allows it', user(owner, all), true],
    ['a user of it without policies', user(owner), false],
    [
      'a user of it whose policy is about something else',
      user(owner, policyOf({ action: 'name/cos:GetObject' })),
      false,
    ],
    ['another account', stranger, false],
    ['a user of another account', user(stranger, all), false],
    ['the anonymous', anonymous, false],
  ])('%s is let through or refused', (_who, principal, expected) => {
    expect(might(principal)).toBe(expected);
    expect(might(principal, writable)).toBe(true);
  });
});
