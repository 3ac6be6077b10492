/** Converts access control lists between the service's XML document and the official SDKs' flat form. */
import { listOf, objectParam, type Params } from './params.ts';
import { fromEntries } from '../core/from-entries.ts';

const grantNames = {
  FULL_CONTROL: 'GrantFullControl',
  WRITE: 'GrantWrite',
  READ: 'GrantRead',
  READ_ACP: 'GrantReadAcp',
  WRITE_ACP: 'GrantWriteAcp',
} as const;

const everyone = ['qcs::cam::anyone:anyone', 'http://cam.qcloud.com/groups/global/AllUsers'];

interface Grant {
  readonly Grantee?: { readonly ID?: string; readonly URI?: string };
  readonly Permission?: string;
}

/** Reads the document as `ACL`, `Grant…` texts, `Owner` and `Grants`. */
export function flatAcl(
  data: Params,
  { 'x-cos-acl': acl }: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const owner = objectParam(data, 'Owner');
  const grants = listOf(objectParam(data, 'AccessControlList')['Grant']) as readonly Grant[];
  const named: Record<string, Set<string>> = {};
  const open = new Set<string>();
  for (const name of Object.values(grantNames)) named[name] = new Set();
  for (const { Grantee = {}, Permission = '' } of grants) {
    if (everyone.includes(Grantee.ID ?? '') || everyone.includes(Grantee.URI ?? '')) open.add(Permission);
    else if (Grantee.ID !== owner['ID']) {
      const name = (grantNames as Readonly<Record<string, string>>)[Permission];
      if (name) named[name]?.add(`id="${Grantee.ID ?? ''}"`);
    }
  }
  const texts = Object.entries(named).map(([name, ids]) => [name, [...ids].join(',')] as const);
  return {
    ...fromEntries(texts),
    ACL: acl ?? cannedAcl(open),
    Owner: owner,
    Grants: grants,
  };
}

function cannedAcl(open: ReadonlySet<string>): string {
  if (open.has('FULL_CONTROL') || (open.has('READ') && open.has('WRITE'))) return 'public-read-write';
  return open.has('READ') ? 'public-read' : 'private';
}

/** Writes the document of `AccessControlPolicy`, or gives undefined when the list is given by headers. */
export function aclDocument(params: Params): Record<string, unknown> | undefined {
  if (params['AccessControlPolicy'] === undefined) return undefined;
  const { Grants, Grant, ...rest } = objectParam(params, 'AccessControlPolicy');
  return { ...rest, AccessControlList: { Grant: listOf(Grants ?? Grant) } };
}
