/**
 * Decides whether somebody may do something.
 * Source of the order: https://cloud.tencent.com/document/product/436/35240
 */
import type { Bucket } from '../metadata/port.ts';
import { aclFromJson, aclGrants, type Acl, type Permission } from './acl.ts';
import { anonymous, principalOf, type Identity, type SignedIdentity } from './identity.ts';
import { bucketVerdict, identityVerdict, mightAllow, readPolicy, type Policy } from './policy.ts';
import type { PolicyQuestion, Resource } from './question.ts';

/** Finds the access control list that an object has of its own, or the nearest folder above it has. */
export type ObjectAcls = (bucket: string, key: string) => Promise<Acl | undefined>;

/** Whether the question is answered with yes. It takes time only where lists or policies have to be read. */
export function mayDo(question: PolicyQuestion, objectAcls: ObjectAcls): boolean | Promise<boolean> {
  const { principal, resource, action } = question;
  if (principal.kind === 'root' && owns(principal, resource)) {
    // The root account can always repair a policy that shuts everyone out.
    if (!resource || !bucketPolicy(resource.bucket) || policyActions.has(action)) return true;
  }
  return decide(question, objectAcls);
}

/** Whether somebody belongs to the account that owns a bucket. */
export function owns(identity: Identity, resource: Resource | undefined): boolean {
  return identity.kind !== 'anonymous' && (!resource || resource.bucket.owner === principalOf(identity).uin);
}

async function decide(question: PolicyQuestion, objectAcls: ObjectAcls): Promise<boolean> {
  const { principal, resource } = question;
  const policy = resource && bucketPolicy(resource.bucket);
  const isOwners = owns(principal, resource);
  if (policy === 'unreadable') return isOwners && principal.kind === 'root';
  if (isDenied(question, policy)) return false;
  if (isOwners && principal.kind === 'root') return true;
  const acls = lazily(async () => aclGrantsTo(question, objectAcls));
  if (resource && (await isPublic(question, policy, acls))) return true;
  if (principal.kind === 'anonymous') return false;
  return isAllowed(question, principal, policy, acls);
}

/**
 * Whether somebody could be allowed to do something with some key of a bucket. It errs on the side of yes and reads
 * nothing: it is for refusing, before a body is read, those who have no right at all.
 */
export function mightDo({
  principal,
  action,
  resource,
}: Pick<PolicyQuestion, 'principal' | 'action' | 'resource'>): boolean {
  if (!resource) return principal.kind !== 'anonymous';
  const { bucket } = resource;
  const isOwners = owns(principal, resource);
  if (isOwners && principal.kind === 'root') return true;
  const policy = bucketPolicy(bucket);
  if (policy === 'unreadable') return false;
  const wanted = { action, resource };
  const acl = aclFromJson(bucket.configs['acl']);
  const permission = bucketPermissions[action];
  const granted = (who: Identity) =>
    (policy !== undefined && mightAllow(policy, who, wanted)) ||
    (permission !== undefined && aclGrants(acl, who, permission));
  if (granted(anonymous)) return true;
  if (principal.kind === 'anonymous') return false;
  if (principal.kind === 'session' && !mightAllow(principal.policy, undefined, wanted)) return false;
  const who = principalOf(principal);
  if (who.kind === 'root') return isOwners || granted(principal);
  return (isOwners && who.policies.some((own) => mightAllow(own, undefined, wanted))) || granted(principal);
}

type GrantsTo = (identity: Identity) => boolean;
type Acls = () => Promise<GrantsTo>;

const policyActions = new Set(['PutBucketPolicy', 'GetBucketPolicy', 'DeleteBucketPolicy']);

// A store gives the same document as long as it was not replaced, so each version is read once.
const readPolicies = new WeakMap<object, Policy | 'unreadable'>();

/** The policy of a bucket, as it was read once. */
export function bucketPolicy(bucket: Pick<Bucket, 'configs'>): Policy | 'unreadable' | undefined {
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

function isDenied(question: PolicyQuestion, policy: Policy | undefined): boolean {
  const { principal } = question;
  if (policy && bucketVerdict(policy, principal, question) === 'deny') return true;
  if (principal.kind === 'anonymous') return false;
  if (principal.kind === 'session' && identityVerdict(principal.policy, question) === 'deny') return true;
  const who = principalOf(principal);
  return who.kind === 'sub' && who.policies.some((own) => identityVerdict(own, question) === 'deny');
}

/** A signed request is also judged as an anonymous one, so that what is public is public with any valid signature. */
async function isPublic(question: PolicyQuestion, policy: Policy | undefined, acls: Acls): Promise<boolean> {
  const verdict = policy ? bucketVerdict(policy, anonymous, question) : 'silent';
  if (verdict !== 'silent') return verdict === 'allow';
  return (await acls())(anonymous);
}

async function isAllowed(
  question: PolicyQuestion,
  principal: SignedIdentity,
  policy: Policy | undefined,
  acls: Acls,
): Promise<boolean> {
  if (principal.kind === 'session' && identityVerdict(principal.policy, question) !== 'allow') return false;
  const isOwners = owns(principal, question.resource);
  const who = principalOf(principal);
  if (who.kind === 'root' && isOwners) return true;
  const byOwnPolicy =
    who.kind === 'sub' && who.policies.some((own) => identityVerdict(own, question) === 'allow');
  if (isOwners && byOwnPolicy) return true;
  const byResource =
    (policy !== undefined && bucketVerdict(policy, principal, question) === 'allow') ||
    (await acls())(principal);
  // A user of another account needs the word of both accounts.
  return byResource && (isOwners || who.kind === 'root' || byOwnPolicy);
}

async function aclGrantsTo({ action, resource }: PolicyQuestion, objectAcls: ObjectAcls): Promise<GrantsTo> {
  if (!resource) return () => false;
  const { bucket, key } = resource;
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
