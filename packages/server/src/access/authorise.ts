/**
 * Decides whether somebody may do something.
 * Source of the order: https://cloud.tencent.com/document/product/436/35240
 */
import type { Bucket } from '../metadata/port.ts';
import { aclFromJson, aclGrants, type Acl, type Permission } from './acl.ts';
import type { ConditionContext } from './conditions.ts';
import { anonymous, principalOf, type Identity, type SignedIdentity } from './identity.ts';
import {
  bucketVerdict,
  identityVerdict,
  mightAllow,
  readPolicy,
  type AccessRequest,
  type Policy,
} from './policy.ts';

/** A request for permission. */
export interface PolicyQuestion {
  readonly principal: Identity;
  /** Without its `name/cos:` prefix. */
  readonly action: string;
  /** Absent for GetService. For PutBucket: the bucket that is to be. */
  readonly bucket?: Pick<Bucket, 'name' | 'region' | 'owner' | 'configs'> | undefined;
  readonly key?: string | undefined;
  /** Read only when a policy asks for them. */
  readonly context: ConditionContext;
}

/** Finds the access control list that an object has of its own, or the nearest folder above it has. */
export type ObjectAcls = (bucket: string, key: string) => Promise<Acl | undefined>;

/** Whether the question is answered with yes. It takes time only where lists or policies have to be read. */
export function mayDo(question: PolicyQuestion, objectAcls: ObjectAcls): boolean | Promise<boolean> {
  const { principal: identity, bucket, action } = question;
  if (identity.kind === 'root' && owns(identity, bucket)) {
    // The root account can always repair a policy that shuts everyone out.
    if (!bucket || !bucketPolicy(bucket) || policyActions.has(action)) return true;
  }
  return weigh(question, objectAcls);
}

function owns(identity: Identity, bucket: PolicyQuestion['bucket']): boolean {
  return identity.kind !== 'anonymous' && (!bucket || bucket.owner === principalOf(identity).uin);
}

async function weigh(question: PolicyQuestion, objectAcls: ObjectAcls): Promise<boolean> {
  const { principal: identity, bucket, key, action } = question;
  const request: AccessRequest = {
    action,
    key,
    get context() {
      return question.context;
    },
    bucket: bucket && { name: bucket.name, region: bucket.region, ownerUin: bucket.owner },
  };
  const policy = bucket && bucketPolicy(bucket);
  const isOwners = owns(identity, bucket);
  if (policy === 'unreadable') return isOwners && identity.kind === 'root';
  if (deniedTo(identity, policy, request)) return false;
  if (isOwners && identity.kind === 'root') return true;
  const acls = lazily(async () => bucket && aclGrantsTo(bucket, key, action, objectAcls));
  if (bucket && (await allowedToAnyone(policy, request, acls))) return true;
  if (identity.kind === 'anonymous') return false;
  return allowedTo(identity, { owns: isOwners, policy, request, acls });
}

/**
 * Whether somebody could be allowed to do something with some key of a bucket. It errs on the side of yes and reads
 * nothing: it is for refusing, before a body is read, those who have no right at all.
 */
export function mightDo(question: Omit<PolicyQuestion, 'key' | 'context'>): boolean {
  const { principal: identity, bucket, action } = question;
  if (!bucket) return identity.kind !== 'anonymous';
  const isOwners = owns(identity, bucket);
  if (isOwners && identity.kind === 'root') return true;
  const policy = bucketPolicy(bucket);
  if (policy === 'unreadable') return false;
  const request: AccessRequest = {
    action,
    bucket: { name: bucket.name, region: bucket.region, ownerUin: bucket.owner },
    context: {},
  };
  const acl = aclFromJson(bucket.configs['acl']);
  const permission = bucketPermissions[action];
  const granted = (who: Identity) =>
    (policy !== undefined && mightAllow(policy, who, request)) ||
    (permission !== undefined && aclGrants(acl, who, permission));
  if (granted(anonymous)) return true;
  if (identity.kind === 'anonymous') return false;
  if (identity.kind === 'session' && !mightAllow(identity.policy, undefined, request)) return false;
  const who = principalOf(identity);
  if (who.kind === 'root') return isOwners || granted(identity);
  return (isOwners && who.policies.some((own) => mightAllow(own, undefined, request))) || granted(identity);
}

type GrantsTo = (identity: Identity) => boolean;
type Acls = () => Promise<GrantsTo | undefined>;

const policyActions = new Set(['PutBucketPolicy', 'GetBucketPolicy', 'DeleteBucketPolicy']);

// A store gives the same document as long as it was not replaced, so each version is read once.
const readPolicies = new WeakMap<object, Policy | 'unreadable'>();

function bucketPolicy(bucket: Pick<Bucket, 'configs'>): Policy | 'unreadable' | undefined {
  const document = bucket.configs['policy'];
  if (typeof document !== 'object' || document === null) return undefined;
  const known = readPolicies.get(document);
  if (known) return known;
  const read = readPolicy(document, 'bucket');
  // It was checked when it was stored, perhaps by a version that let more pass. What is not understood may have been a
  // denial, so it shuts out all but the owner's root, which can replace it.
  const policy = read.ok ? read.policy : 'unreadable';
  readPolicies.set(document, policy);
  return policy;
}

function deniedTo(identity: Identity, policy: Policy | undefined, request: AccessRequest): boolean {
  if (policy && bucketVerdict(policy, identity, request) === 'deny') return true;
  if (identity.kind === 'anonymous') return false;
  if (identity.kind === 'session' && identityVerdict(identity.policy, request) === 'deny') return true;
  const who = principalOf(identity);
  return who.kind === 'sub' && who.policies.some((own) => identityVerdict(own, request) === 'deny');
}

/** A signed request is also weighed as an anonymous one, so that what is public is public with any valid signature. */
async function allowedToAnyone(
  policy: Policy | undefined,
  request: AccessRequest,
  acls: Acls,
): Promise<boolean> {
  const verdict = policy ? bucketVerdict(policy, anonymous, request) : 'silent';
  if (verdict !== 'silent') return verdict === 'allow';
  return (await acls())?.(anonymous) === true;
}

interface Grounds {
  readonly owns: boolean;
  readonly policy: Policy | undefined;
  readonly request: AccessRequest;
  readonly acls: Acls;
}

async function allowedTo(
  identity: SignedIdentity,
  { owns, policy, request, acls }: Grounds,
): Promise<boolean> {
  if (identity.kind === 'session' && identityVerdict(identity.policy, request) !== 'allow') return false;
  const who = principalOf(identity);
  if (who.kind === 'root' && owns) return true;
  const byOwnPolicy =
    who.kind === 'sub' && who.policies.some((own) => identityVerdict(own, request) === 'allow');
  if (owns && byOwnPolicy) return true;
  const byResource =
    (policy !== undefined && bucketVerdict(policy, identity, request) === 'allow') ||
    (await acls())?.(identity) === true;
  // A user of another account needs the word of both accounts.
  return byResource && (owns || who.kind === 'root' || byOwnPolicy);
}

async function aclGrantsTo(
  bucket: Pick<Bucket, 'name' | 'configs'>,
  key: string | undefined,
  action: string,
  objectAcls: ObjectAcls,
): Promise<GrantsTo> {
  const bucketAcl = aclFromJson(bucket.configs['acl']);
  const onBucket = bucketPermissions[action];
  const onObject = objectPermissions[action];
  if (onObject && key !== undefined) {
    const acl = (await objectAcls(bucket.name, key)) ?? bucketAcl;
    return (identity) => aclGrants(acl, identity, onObject);
  }
  return (identity) => onBucket !== undefined && aclGrants(bucketAcl, identity, onBucket);
}

const bucketPermissions: Readonly<Record<string, Permission>> = {
  HeadBucket: 'READ',
  GetBucket: 'READ',
  GetBucketObjectVersions: 'READ',
  ListMultipartUploads: 'READ',
  PutObject: 'WRITE',
  PostObject: 'WRITE',
  AppendObject: 'WRITE',
  InitiateMultipartUpload: 'WRITE',
  UploadPart: 'WRITE',
  UploadPartCopy: 'WRITE',
  CompleteMultipartUpload: 'WRITE',
  DeleteObject: 'WRITE',
  GetBucketACL: 'READ_ACP',
  PutBucketACL: 'WRITE_ACP',
};

// Without a list of its own an object has its bucket's, where the same permissions mean the same.
const objectPermissions: Readonly<Record<string, Permission>> = {
  GetObject: 'READ',
  HeadObject: 'READ',
  GetObjectACL: 'READ_ACP',
  PutObjectACL: 'WRITE_ACP',
};

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
