/**
 * Policy documents of buckets, users and temporary keys: reading them strictly and finding what they say of a request.
 * Source: https://cloud.tencent.com/document/product/436/18023
 */
import { splitBucket } from '@sampan/protocol';
import { isKnownAction } from './actions.ts';
import { conditionProblem, conditionsHold, wildcard, type Conditions, type Pattern } from './conditions.ts';
import { principalOf, type Identity } from './identity.ts';
import type { PolicyQuestion, Resource } from './question.ts';
import type { Policy, Statement } from './statements.ts';

export type { Policy, Statement } from './statements.ts';

/** Where a document is attached: a bucket policy names principals, an identity's must not. */
export type PolicyPlace = 'bucket' | 'identity';

export type PolicyReading =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly problem: string };

/** What statements are compared with; whose document it is, and whom it names, is a matter of the caller. */
type Wanted = Omit<PolicyQuestion, 'principal'>;

export type Verdict = 'allow' | 'deny' | 'silent';

/**
 * Reads a document. What is not understood is refused and named, so that no rule is silently without effect, and no
 * permission without its condition.
 */
export function readPolicy(document: unknown, place: PolicyPlace): PolicyReading {
  try {
    return { ok: true, policy: policyFrom(document, place) };
  } catch (error) {
    if (error instanceof PolicyProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

/** What a document attached to somebody says of a question. */
export function identityVerdict(policy: Policy, wanted: Wanted): Verdict {
  return verdict(policy.statements, wanted);
}

/**
 * What a bucket's policy says of a question. A denial for everyone binds only the anonymous: rules for named accounts come
 * first (https://cloud.tencent.com/document/product/436/35240). A permission for everyone is for everyone.
 */
export function bucketVerdict(policy: Policy, identity: Identity, wanted: Wanted): Verdict {
  return verdict(
    policy.statements.filter((statement) => isAbout(statement, identity)),
    wanted,
  );
}

/** Whether a statement of a bucket's policy is about somebody. */
export function isAbout({ principals = [], effect }: Statement, identity: Identity): boolean {
  const named = principals.some((principal) => isNamed(principal, identity));
  if (effect === 'deny') return identity.kind === 'anonymous' ? principals.some(isEveryone) : named;
  return named || principals.some(isEveryone);
}

/** A part of a statement that keeps it from covering what is wanted. */
export type Misfit = 'action' | 'resource' | 'condition';

/** Why a statement does not cover what is wanted; nothing where it does. */
export function misfitsOf(statement: Statement, wanted: Wanted): readonly Misfit[] {
  const fits: readonly (readonly [Misfit, boolean])[] = [
    ['action', coversAction(statement, wanted)],
    ['resource', coversResource(statement, wanted)],
    ['condition', conditionsHold(statement.conditions, wanted.context, statement.effect)],
  ];
  return fits.filter(([, isFit]) => !isFit).map(([misfit]) => misfit);
}

function verdict(statements: readonly Statement[], wanted: Wanted): Verdict {
  let allowed = false;
  for (const statement of statements) {
    if (!covers(statement, wanted)) continue;
    if (statement.effect === 'deny') return 'deny';
    allowed = true;
  }
  return allowed ? 'allow' : 'silent';
}

function covers(statement: Statement, wanted: Wanted): boolean {
  return (
    coversAction(statement, wanted) &&
    coversResource(statement, wanted) &&
    conditionsHold(statement.conditions, wanted.context, statement.effect)
  );
}

function coversAction({ actions }: Statement, wanted: Wanted): boolean {
  return actions.some((action) => actionNames(wanted.action).some((name) => action.test(name)));
}

function coversResource({ resources }: Statement, wanted: Wanted): boolean {
  return resources.some((resource) => resourceCovers(resource, wanted));
}

// Quirk: policy pages say PostObjectRestore, the official Node SDK says RestoreObject; both are accepted. A part that
// is copied counts as PutObject on the policy page, and official samples grant UploadPart for it.
const otherNames: Readonly<Record<string, readonly string[]>> = {
  PostObjectRestore: ['RestoreObject'],
  UploadPartCopy: ['PutObject', 'UploadPart'],
};

function actionNames(action: string): readonly string[] {
  // The pages of access control lists and of policies differ in the case of this one word.
  const spelled = action.endsWith('ACL') ? [action, `${action.slice(0, -3)}Acl`] : [action];
  return [...spelled, ...(otherNames[action] ?? [])];
}

function isEveryone(principal: string): boolean {
  return /^(\*|qcs::cam::(anyone|anonymous):(anyone|anonymous|\*))$/.test(principal);
}

function isNamed(principal: string, identity: Identity): boolean {
  if (identity.kind === 'anonymous') return false;
  const found = /^qcs::cam::uin\/(\d+):(?:uin|uid)\/(\d+|\*)$/.exec(principal);
  if (!found) return false;
  const who = principalOf(identity);
  if (found[1] !== who.uin) return false;
  return found[2] === '*' || found[2] === (who.kind === 'sub' ? who.subUin : who.uin);
}

/**
 * Whether a resource of a policy covers the resource of a question. Forms: `*`, `qcs::cos:<region>:uid/<appid>:<bucket>/<key>`
 * and the older `…:prefix//<appid>/<short name>/<key>` that `qcloud-cos-sts` writes. Any part may hold `*`.
 */
function resourceCovers(resource: string, wanted: Wanted): boolean {
  if (resource === '*') return true;
  if (!wanted.resource) return false;
  const { bucket, key } = wanted.resource;
  const fields = /^qcs:([^:]*):cos:([^:]*):([^:]*):([^]*)$/.exec(resource);
  if (!fields) return false;
  const [, , region = '', account = '', path = ''] = fields;
  const { shortName = bucket.name, appId = '' } = splitBucket(bucket.name) ?? {};
  if (region !== '' && !wildcard(region).test(bucket.region)) return false;
  const accounts = [`uid/${appId}`, `uin/${bucket.owner}`];
  if (account !== '' && !accounts.some((name) => wildcard(account).test(name))) return false;
  const below = key ?? listed(wanted);
  const names = path.startsWith('prefix//')
    ? [`prefix//${appId}/${shortName}/${below}`]
    : [`${bucket.name}/${below}`];
  // A listing is also of the bucket as such, which may be written without the slash after it.
  if (key === undefined) {
    const whole = names[0]!.slice(0, names[0]!.length - below.length);
    names.push(whole, whole.slice(0, -1));
  }
  return names.some((name) => wildcard(path).test(name));
}

const listings = new Set(['GetBucket', 'GetBucketObjectVersions', 'ListMultipartUploads']);

/**
 * The prefix that a listing asks for. Quirk: the official SDKs name it as the resource of a listing, and
 * `qcloud-cos-sts` writes `<bucket>/<prefix>` into the policy; keys of so narrow a scope must be able to list.
 */
function listed(wanted: Wanted): string {
  const prefix = listings.has(wanted.action) ? wanted.context['cos:prefix'] : undefined;
  return prefix === undefined || prefix === 'later' ? '' : (prefix[0] ?? '');
}

/**
 * Whether a policy could allow an action for some key of a bucket, with its conditions left aside. It errs on the side of
 * yes: it is for refusing early those who have no right at all.
 */
export function mightAllow(
  policy: Policy,
  identity: Identity | undefined,
  { action, resource: { bucket } }: { readonly action: string; readonly resource: Resource },
): boolean {
  const { shortName = bucket.name, appId = '' } = splitBucket(bucket.name) ?? {};
  const starts = [`${bucket.name}/`, `prefix//${appId}/${shortName}/`];
  return policy.statements.some(({ effect, principals = [], actions, resources }) => {
    if (effect === 'deny') return false;
    if (identity && !principals.some((name) => isNamed(name, identity) || isEveryone(name))) return false;
    if (!actions.some((pattern) => actionNames(action).some((name) => pattern.test(name)))) return false;
    return resources.some((resource) => {
      if (resource === '*') return true;
      const path = /^qcs:[^:]*:cos:[^:]*:[^:]*:([^]*)$/.exec(resource)?.[1];
      const literal = path?.split('*')[0];
      return (
        literal !== undefined &&
        starts.some((start) => literal.startsWith(start) || start.startsWith(literal))
      );
    });
  });
}

class PolicyProblem extends Error {}

function policyFrom(document: unknown, place: PolicyPlace): Policy {
  const root = fieldsOf(document, 'the policy', ['version', 'statement', 'principal', 'id']);
  const version = root.get('version');
  if (version !== undefined && version !== '2.0') throw new PolicyProblem('version must be 2.0');
  const list = root.get('statement');
  const statements = Array.isArray(list) ? (list as unknown[]) : list === undefined ? [] : [list];
  if (statements.length === 0) throw new PolicyProblem('statement is missing');
  return { statements: statements.map((item) => statementFrom(item, place, root.get('principal'))) };
}

const statementFields = ['sid', 'effect', 'principal', 'action', 'resource', 'condition'];

function statementFrom(item: unknown, place: PolicyPlace, shared: unknown): Statement {
  const fields = fieldsOf(item, 'a statement', statementFields);
  const written = fields.get('effect');
  const effect = typeof written === 'string' ? written.toLowerCase() : undefined;
  if (effect !== 'allow' && effect !== 'deny') throw new PolicyProblem('effect must be allow or deny');
  return {
    effect,
    principals: principalsFrom(fields.get('principal') ?? shared, place),
    actions: texts(fields.get('action'), 'action').map((action) => actionPattern(action, place)),
    resources: texts(fields.get('resource'), 'resource').map((resource) => checkedResource(resource, place)),
    conditions: conditionsFrom(fields.get('condition')),
    written: item as object,
  };
}

function principalsFrom(principal: unknown, place: PolicyPlace): readonly string[] | undefined {
  const names =
    principal === undefined
      ? undefined
      : typeof principal === 'string'
        ? [principal]
        : texts(fieldsOf(principal, 'principal', ['qcs']).get('qcs'), 'principal.qcs');
  if (place === 'identity') {
    // Documents for temporary keys may carry a principal of `*`, which says nothing there.
    if (names?.some((name) => !isEveryone(name)))
      throw new PolicyProblem('principal is for policies of buckets; this one is about its holder');
    return undefined;
  }
  if (!names) throw new PolicyProblem('principal is missing');
  const unclear = names.find((name) => !isEveryone(name) && !principalPattern.test(name));
  if (unclear !== undefined)
    throw new PolicyProblem(`principal ${unclear.slice(0, 64)} is not * or qcs::cam::uin/<uin>:uin/<uin>`);
  return names;
}

// Roles are understood and match no one: this service has none.
const principalPattern = /^qcs::cam::uin\/\d+:(?:(?:uin|uid)\/(?:\d+|\*)|roleName\/[\w+=,.@-]+)$/;

function actionPattern(action: string, place: PolicyPlace): Pattern {
  if (action === '*') return wildcard('*');
  const name = /^(?:name\/)?cos:(.+)$/.exec(action)?.[1];
  if (name !== undefined) {
    const pattern = wildcard(name);
    if (isKnownAction(pattern)) return pattern;
  } else if (place === 'identity' && /^(?:name\/)?[a-z][a-z0-9-]*:.+$/.test(action)) {
    // Permissions of other services may stand in the same document; they cover nothing here.
    return { test: () => false };
  }
  throw new PolicyProblem(`action ${action.slice(0, 64)} is not one of COS (names keep their case)`);
}

function checkedResource(resource: string, place: PolicyPlace): string {
  if (resource === '*') return resource;
  const [, service, account = ''] = /^qcs:[^:]*:([^:]*):[^:]*:([^:]*):[^]+$/.exec(resource) ?? [];
  const isOurs = service === 'cos' && /^(|\*|ui[dn]\/[\d*]+)$/.test(account);
  if (!isOurs && (place === 'bucket' || service === undefined || service === 'cos'))
    throw new PolicyProblem(
      `resource ${resource.slice(0, 64)} is not * or qcs::cos:<region>:uid/<appid>:<bucket>/<key>`,
    );
  return resource;
}

function conditionsFrom(value: unknown): Conditions {
  if (value === undefined) return {};
  const conditions: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, keys] of fieldsOf(value, 'condition')) {
    const byKey: Record<string, readonly string[]> = {};
    for (const [key, values] of fieldsOf(keys, `condition ${operator.slice(0, 64)}`)) {
      const list = (Array.isArray(values) ? (values as unknown[]) : [values]).map(scalar);
      const problem = conditionProblem(operator, key, list);
      if (problem !== undefined) throw new PolicyProblem(problem);
      byKey[key] = list;
    }
    if (Object.keys(byKey).length === 0)
      throw new PolicyProblem(`condition ${operator.slice(0, 64)} is empty`);
    conditions[operator] = byKey;
  }
  return conditions;
}

function scalar(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new PolicyProblem('a condition compares with text, numbers or booleans');
}

function texts(value: unknown, name: string): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0 || !items.every((item) => typeof item === 'string'))
    throw new PolicyProblem(`${name} must be a text or a list of texts`);
  return items;
}

/** The fields of a document by lower-case name; names may begin with a capital. Without `known` any name may stand there. */
function fieldsOf(value: unknown, what: string, known?: readonly string[]): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PolicyProblem(`${what} must be an object`);
  const fields = new Map<string, unknown>();
  for (const [written, field] of Object.entries(value)) {
    const name = written.toLowerCase();
    if (known && !known.includes(name))
      throw new PolicyProblem(`${written.slice(0, 64)} is not a field of ${what}`);
    if (fields.has(name)) throw new PolicyProblem(`${written.slice(0, 64)} is given twice`);
    fields.set(name, field);
  }
  return fields;
}
