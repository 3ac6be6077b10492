/** Handlers of access control lists, bucket policies and demands on signatures. */
import {
  fault,
  maxAclGrants,
  maxStrictActions,
  maxStrictNames,
  maxStrictRules,
  type Output,
  type Operations,
} from '@sampan/protocol';
import {
  accountOf,
  aclFromFields,
  aclFromJson,
  aclToJson,
  allUsers,
  authenticatedUsers,
  groupOf,
  type Acl,
  type AclFields,
  type AclPlace,
  type Grant,
} from '../access/acl.ts';
import { rootWrittenAs } from '../access/identity.ts';
import { readPolicy } from '../access/policy.ts';
import { JsonProblem, readJson } from '../access/read-json.ts';
import { gives, refuseCount, removes, setConfig, stores } from './document.ts';
import { bucketOf, type Handler } from './call.ts';
import { currentVersion } from './object.ts';

type AclDocument = Output<Operations['getBucketAcl'], never>;

/** What a PUT of a list carries: headers, a document, or both, in which case the headers win. */
interface AclInput extends AclFields {
  readonly Owner?: AclDocument['Owner'] | undefined;
  readonly AccessControlList?: AclDocument['AccessControlList'] | undefined;
}

export const putBucketAcl: Handler<'putBucketAcl'> = async (input, call) => {
  const acl = readAcl(input, 'bucket', bucketOf(call).owner);
  await setConfig(call, 'acl', acl ? aclToJson(acl) : null);
  return {};
};

export const getBucketAcl: Handler<'getBucketAcl'> = async (_input, call) => {
  const bucket = bucketOf(call);
  const acl = aclFromJson(bucket.configs['acl']);
  return aclDocument(acl, bucket.owner, acl ? acl.canned : 'private');
};

export const putObjectAcl: Handler<'putObjectAcl'> = async (input, call) => {
  const bucket = bucketOf(call);
  const acl = readAcl(input, 'object', bucket.owner);
  const { revision, versionId } = await currentVersion(call, input, false);
  const ref = { bucket: bucket.name, key: input.Key, versionId, revision };
  const done = await call.backend.metadata.patchVersion(ref, { acl: acl ? aclToJson(acl) : null });
  if (!done.ok) throw fault(done.reason === 'changed' ? 'PathConflict' : 'NoSuchKey');
  return {};
};

export const getObjectAcl: Handler<'getObjectAcl'> = async (input, call) => {
  const version = await currentVersion(call, input, false);
  const acl = aclFromJson(version.acl);
  return aclDocument(acl, version.owner, acl ? acl.canned : 'default');
};

/** The list that a request sets; undefined for an object's `default`. */
function readAcl(input: AclInput, place: AclPlace, ownerUin: string): Acl | undefined {
  const byHeaders =
    input.ACL !== undefined ||
    [input.GrantRead, input.GrantWrite, input.GrantReadAcp, input.GrantWriteAcp, input.GrantFullControl].some(
      (header) => header !== undefined,
    );
  if (byHeaders) return aclFromFields(input, place, ownerUin);
  if (!input.AccessControlList || !input.Owner) throw fault('MissingRequestBodyError');
  const owner = rootWrittenAs(ownerUin);
  if (accountOf(input.Owner.ID) !== owner)
    throw fault('InvalidArgument', { Message: 'The Owner of the list is not the owner of the resource.' });
  const granted = input.AccessControlList.Grant;
  if (granted.length > maxAclGrants)
    throw fault('InvalidArgument', { Message: `An access control list has at most ${maxAclGrants} grants.` });
  const grants = granted.map(({ Grantee, Permission }): Grant => {
    if (Permission === 'WRITE' && place === 'object')
      throw fault('MalformedXML', { Message: 'Objects have no permission WRITE.' });
    const grantee = Grantee.URI === undefined ? accountOf(Grantee.ID ?? '') : groupOf(Grantee.URI);
    if (grantee === undefined) throw fault('InvalidArgument', { Message: 'A grantee is not understood.' });
    return { grantee, permission: Permission };
  });
  return { grants };
}

function aclDocument(acl: Acl | undefined, ownerUin: string, canned: string | undefined): AclDocument {
  const ID = rootWrittenAs(ownerUin);
  const owners: Grant = { grantee: ID, permission: 'FULL_CONTROL' };
  // Grants come back as they were written; a canned list, or none, shows what the owner has anyway.
  const asWritten = acl !== undefined && acl.canned === undefined && acl.grants.length > 0;
  const grants = asWritten ? acl.grants : [owners, ...(acl?.grants ?? [])];
  return {
    ...(canned === undefined ? {} : { ACL: canned }),
    Owner: { ID, DisplayName: ID },
    AccessControlList: {
      Grant: grants.map(({ grantee, permission }) => ({
        Grantee:
          grantee === allUsers || grantee === authenticatedUsers
            ? { Type: 'Group', URI: grantee }
            : { Type: 'CanonicalUser', ID: grantee, DisplayName: grantee },
        Permission: permission,
      })),
    },
  };
}

export const putBucketPolicy: Handler<'putBucketPolicy'> = async ({ Policy: text }, call) => {
  if (text.trim() === '') throw fault('MissingRequestBodyError');
  let document: unknown;
  try {
    document = readJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonProblem)) throw cause;
    throw fault('MalformedPolicy', { Message: `The policy is not valid: ${cause.message}.` }, { cause });
  }
  const read = readPolicy(document, 'bucket');
  if (!read.ok) throw fault('MalformedPolicy', { Message: `The policy is not valid: ${read.problem}.` });
  // JSON.parse made it, so it is JSON.
  await setConfig(call, 'policy', document as never);
  return {};
};

export const getBucketPolicy: Handler<'getBucketPolicy'> = async (_input, call) => {
  const policy = bucketOf(call).configs['policy'];
  if (policy === undefined || policy === null) throw fault('NoSuchPolicy');
  return { Policy: JSON.stringify(policy) };
};

export const deleteBucketPolicy = removes<'deleteBucketPolicy'>('policy');

export const putBucketStrictSignature = stores<'putBucketStrictSignature'>('strict-signature', ({ Rule }) => {
  refuseCount(Rule.length, maxStrictRules);
  for (const { actionlist, headerlist, paramlist } of Rule) {
    const actions = actionlist?.action.length ?? 0;
    if (actions === 0) throw fault('MalformedXML', { Message: 'A rule names at least one action.' });
    const names = Math.max(headerlist?.header.length ?? 0, paramlist?.param.length ?? 0);
    if (actions > maxStrictActions || names > maxStrictNames)
      throw fault('MalformedXML', {
        Message: `A rule has at most ${maxStrictActions} actions, ${maxStrictNames} headers and ${maxStrictNames} parameters.`,
      });
  }
});
export const getBucketStrictSignature = gives<'getBucketStrictSignature'>('strict-signature', { Rule: [] });
export const deleteBucketStrictSignature = removes<'deleteBucketStrictSignature'>('strict-signature');
