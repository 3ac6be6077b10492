/**
 * Access control lists: grants to accounts and groups, no denials, no conditions.
 * Source: https://cloud.tencent.com/document/product/436/30583
 */
import { fault, maxAclGrants } from '@sampan/protocol';
import type { Json } from '../metadata/port.ts';
import { principalOf, rootWrittenAs, type Identity } from './identity.ts';

export const allUsers = 'http://cam.qcloud.com/groups/global/AllUsers';
export const authenticatedUsers = 'http://cam.qcloud.com/groups/global/AuthenticatedUsers';

export const permissions = ['READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'] as const;
export type Permission = (typeof permissions)[number];

/** One permission for one grantee: a group by its URI or an account as policies write it. */
export interface Grant {
  readonly grantee: string;
  readonly permission: Permission;
}

/** What is stored: the grants besides the owner's, which always has everything. */
export interface Acl {
  readonly grants: readonly Grant[];
  /** The canned name it was set by. */
  readonly canned?: string | undefined;
}

/** The headers that set an access control list. */
export interface AclFields {
  readonly ACL?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantReadAcp?: string | undefined;
  readonly GrantWriteAcp?: string | undefined;
  readonly GrantFullControl?: string | undefined;
}

export type AclPlace = 'bucket' | 'object';

const publicRead: Grant = { grantee: allUsers, permission: 'READ' };

/** The grants of a canned list, or undefined when the place does not know the name. */
function cannedGrants(name: string, place: AclPlace, ownerUin: string): readonly Grant[] | undefined {
  const owner = rootWrittenAs(ownerUin);
  switch (name) {
    case 'private':
      return [];
    case 'public-read':
      return [publicRead];
    case 'authenticated-read':
      return [{ grantee: authenticatedUsers, permission: 'READ' }];
    case 'public-read-write':
      return place === 'bucket' ? [publicRead, { grantee: allUsers, permission: 'WRITE' }] : undefined;
    case 'bucket-owner-read':
      return place === 'object' ? [{ grantee: owner, permission: 'READ' }] : undefined;
    case 'bucket-owner-full-control':
      return place === 'object' ? [{ grantee: owner, permission: 'FULL_CONTROL' }] : undefined;
    default:
      return undefined;
  }
}

const grantFields = [
  ['READ', 'GrantRead'],
  ['WRITE', 'GrantWrite'],
  ['READ_ACP', 'GrantReadAcp'],
  ['WRITE_ACP', 'GrantWriteAcp'],
  ['FULL_CONTROL', 'GrantFullControl'],
] as const satisfies readonly (readonly [Permission, keyof AclFields])[];
const none: readonly Grant[] = [];

/**
 * Reads the access control list that headers set. Undefined when there are none, and for an object's `default`: it has
 * no list of its own. Throws `InvalidArgument` for what is not understood.
 */
export function aclFromFields(fields: AclFields, place: AclPlace, ownerUin: string): Acl | undefined {
  const granted = grantFields.flatMap(([permission, field]) => {
    const header = permission === 'WRITE' && place === 'object' ? undefined : fields[field];
    return header === undefined
      ? none
      : granteesOf(header).map((grantee): Grant => ({ grantee, permission }));
  });
  const { ACL: canned } = fields;
  if (canned === undefined && granted.length === 0) return undefined;
  if (canned === 'default' && place === 'object' && granted.length === 0) return undefined;
  const base = canned === undefined || canned === 'default' ? [] : cannedGrants(canned, place, ownerUin);
  if (!base || (canned === 'default' && place === 'bucket'))
    throw fault('InvalidArgument', { Message: `x-cos-acl is not a canned list of an ${place}.` });
  const grants = [...base, ...granted];
  if (grants.length > maxAclGrants)
    throw fault('InvalidArgument', { Message: `An access control list has at most ${maxAclGrants} grants.` });
  return { grants, ...(canned === undefined ? {} : { canned }) };
}

/**
 * What a list amounts to, in the words of the condition key `cos:x-cos-acl`: the canned names, and `grants` for a grant
 * that no canned name stands for. So a grant cannot go round a condition on the canned name.
 */
export function aclWords({ canned, grants }: Acl): string[] {
  const words = new Set<string>(canned === undefined ? [] : [canned]);
  for (const { grantee, permission } of grants)
    for (const word of grantWords(grantee, permission)) words.add(word);
  return words.size === 0 ? ['private'] : [...words];
}

function grantWords(grantee: string, permission: Permission): readonly string[] {
  if (grantee === allUsers) {
    if (permission === 'READ') return ['public-read'];
    if (permission === 'WRITE') return ['public-read-write'];
    if (permission === 'FULL_CONTROL') return ['public-read', 'public-read-write', 'grants'];
  }
  if (grantee === authenticatedUsers) {
    if (permission === 'READ') return ['authenticated-read'];
    if (permission === 'FULL_CONTROL') return ['authenticated-read', 'grants'];
  }
  return ['grants'];
}

/** The words for the grants of a document, also for one that is not understood. */
export function documentWords(
  grants: readonly {
    readonly Grantee: { readonly URI?: string | undefined; readonly ID?: string | undefined };
    readonly Permission: Permission;
  }[],
): string[] {
  const read = grants.map(({ Grantee: { URI, ID }, Permission: permission }): Grant => {
    const grantee = URI === undefined ? accountOf(ID ?? '') : groupOf(URI);
    return { grantee: grantee ?? '', permission };
  });
  return aclWords({ grants: read });
}

/** The words for headers that set a list, also for headers that are not understood; undefined when there are none. */
export function fieldWords(fields: AclFields): string[] | undefined {
  const { ACL: canned } = fields;
  const grants: Grant[] = [];
  for (const [permission, field] of grantFields) {
    const header = fields[field];
    if (header === undefined) continue;
    try {
      for (const grantee of granteesOf(header)) grants.push({ grantee, permission });
    } catch {
      // The handler refuses it; until then it is a grant like any other.
      grants.push({ grantee: '', permission });
    }
  }
  if (canned === undefined && grants.length === 0) return undefined;
  return aclWords({ canned, grants });
}

/** The grantees of a grant header: `id="…"` separated by commas, in each of the documented spellings. */
function granteesOf(header: string): string[] {
  return header
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, kind, id] = /^(id|uin|uri)\s*=\s*"?([^"]+)"?$/i.exec(part) ?? [];
      const grantee =
        id === undefined ? undefined : kind?.toLowerCase() === 'uri' ? groupOf(id) : accountOf(id);
      if (grantee === undefined)
        throw fault('InvalidArgument', { Message: 'A grant header is a list of id="<account>".' });
      return grantee;
    });
}

/** An account as policies write it, from any spelling that COS documents; undefined for anything else. */
export function accountOf(id: string): string | undefined {
  if (/^qcs::cam::anyone:anyone$/.test(id)) return allUsers;
  const [, written, writtenSub] = /^qcs::cam::uin\/(\d+):uin\/(\d+)$/.exec(id) ?? [];
  if (written !== undefined && writtenSub !== undefined) return id;
  const [, uin, sub = uin] = /^(\d+)(?:\/(\d+))?$/.exec(id) ?? [];
  return uin === undefined || sub === undefined ? undefined : `qcs::cam::uin/${uin}:uin/${sub}`;
}

/** A group that grants may name; undefined for anything else. */
export function groupOf(uri: string): string | undefined {
  return uri === allUsers || uri === authenticatedUsers ? uri : undefined;
}

/** Whether a list grants a permission. The owner is left out: it always has every permission. */
export function aclGrants(acl: Acl | undefined, identity: Identity, permission: Permission): boolean {
  if (!acl) return false;
  const names = granteeNames(identity);
  return acl.grants.some(
    (grant) =>
      (grant.permission === permission || grant.permission === 'FULL_CONTROL') &&
      names.includes(grant.grantee),
  );
}

function granteeNames(identity: Identity): readonly string[] {
  if (identity.kind === 'anonymous') return [allUsers];
  const who = principalOf(identity);
  const names = [allUsers, authenticatedUsers, rootWrittenAs(who.uin)];
  return who.kind === 'sub' ? [...names, `qcs::cam::uin/${who.uin}:uin/${who.subUin}`] : names;
}

/** A list as it came out of the metadata store. */
export function aclFromJson(json: Json | undefined): Acl | undefined {
  // The store gives back what this module put in.
  return json === undefined || json === null ? undefined : (json as unknown as Acl);
}

/** A list as the metadata store keeps it. */
export function aclToJson(acl: Acl): Json {
  return {
    grants: acl.grants.map(({ grantee, permission }) => ({ grantee, permission })),
    ...(acl.canned === undefined ? {} : { canned: acl.canned }),
  };
}
