/** Why somebody may not do something: which statement denies it, or that none allows it, and the least one that would. */
import { splitBucket } from '@sampan/protocol';
import { bucketPolicy, owns } from '../access/authorise.ts';
import { failedConditions } from '../access/conditions.ts';
import { anonymous, principalOf, writtenAs, type Identity } from '../access/identity.ts';
import { isAbout, misfitsOf, type Misfit, type Statement } from '../access/policy.ts';
import type { PolicyQuestion } from '../access/question.ts';
import type { Explanation, Words } from './entry.ts';
import { say } from './say.ts';
import type { Evidence } from './trace.ts';

/** A statement, and where it stands. */
interface Placed {
  readonly place: Place;
  /** Counted from 1. */
  readonly number: number;
  readonly statement: Statement;
}

type Place = 'bucket' | 'session' | 'user';

const placeWords: Readonly<Record<Place, Words>> = {
  bucket: say("the bucket's policy", '存储桶策略'),
  session: say('the policy of the temporary key', '临时密钥的策略'),
  user: say("a policy of the user's", '用户的策略'),
};

/** Explains the refusal of a question. */
export function explainPermission(question: PolicyQuestion, { secure }: Evidence): Explanation<Words> {
  const { principal, action, resource } = question;
  const bucket = resource?.bucket;
  const key = resource?.key;
  const about = {
    principal: writtenAs(principal),
    action: `name/cos:${action}`,
    resource: resourceOf(question),
    context: contextOf(question, secure),
  };
  if (bucket && bucketPolicy(bucket) === 'unreadable')
    return {
      cause: 'permission-policy-unreadable',
      summary: say(
        'The policy of the bucket cannot be understood, so all but the root key of its owner are shut out.',
        '存储桶策略无法解析，因此只有所有者的主密钥可以访问。',
      ),
      details: about,
      fix: { sentence: say('Put the policy again, or delete it.', '重新设置或删除该策略。') },
    };
  const placed = statementsFor(question);
  const denying = placed.find(
    ({ statement }) => statement.effect === 'deny' && misfitsOf(statement, question).length === 0,
  );
  if (denying) return explainDenial(denying, about, question);
  const nearest = nearestOf(placed, question);
  const sessionIsSilent =
    principal.kind === 'session' && !placed.some((one) => one.place === 'session' && allows(one, question));
  const details = { ...about, ...(nearest ? { nearest: nearest.shown } : {}) };
  const who = say(
    principal.kind === 'anonymous' ? 'Everybody, without a signature,' : about.principal,
    principal.kind === 'anonymous' ? '未签名的任何人' : about.principal,
  );
  const what = `${action}${key === undefined ? '' : ` ${JSON.stringify(key)}`}`;
  return {
    cause: causeOf(principal, sessionIsSilent, nearest),
    summary: say(
      `No statement allows ${who.en.replace(/^E/, 'e')} to do ${what}${nearest ? nearest.words.en : ''}.`,
      `没有任何语句允许${who.zh}执行 ${what}${nearest ? nearest.words.zh : ''}。`,
    ),
    details,
    fix: fixOf(question, sessionIsSilent),
  };
}

function causeOf(principal: Identity, sessionIsSilent: boolean, nearest: Nearest | undefined): string {
  if (nearest?.misfits.length === 1 && nearest.misfits[0] === 'condition') return 'permission-condition';
  if (sessionIsSilent) return 'permission-session-policy';
  return principal.kind === 'anonymous' ? 'permission-anonymous' : 'permission-not-allowed';
}

function explainDenial(
  { place, number, statement }: Placed,
  about: Readonly<Record<string, unknown>>,
  { resource, principal }: PolicyQuestion,
): Explanation<Words> {
  const policy = resource?.bucket.configs['policy'] as { readonly statement?: unknown } | undefined;
  const others = [policy?.statement ?? []].flat().filter((_, at) => at !== number - 1);
  const isBuckets = place === 'bucket';
  return {
    cause: 'permission-denied',
    summary: say(
      `Statement ${number} of ${placeWords[place].en} denies it to ${writtenAs(principal)}.`,
      `${placeWords[place].zh}的第 ${number} 条语句拒绝了 ${writtenAs(principal)} 的此操作。`,
    ),
    details: { ...about, denied: { place, statement: number, written: statement.written } },
    fix: {
      sentence: isBuckets
        ? others.length === 0
          ? say('Delete the policy, or narrow the statement.', '删除该策略，或收窄该语句。')
          : say(
              'Put the policy without the statement, or narrow it; a denial wins over every permission.',
              '去掉或收窄该语句后重新设置策略；拒绝优先于任何允许。',
            )
        : say(
            'Narrow the statement where the policy was written; a denial wins over every permission.',
            '在编写该策略处收窄语句；拒绝优先于任何允许。',
          ),
      ...(isBuckets && others.length > 0 ? { document: policyDocument(others) } : {}),
    },
  };
}

/** All statements that are about the caller, in the order in which they are weighed. */
function statementsFor({ principal, resource }: PolicyQuestion): readonly Placed[] {
  const policy = resource && bucketPolicy(resource.bucket);
  const ofBucket =
    policy && policy !== 'unreadable'
      ? numbered('bucket', policy.statements).filter(
          ({ statement }) => isAbout(statement, principal) || isPublic(statement),
        )
      : [];
  if (principal.kind === 'anonymous') return ofBucket;
  const who = principalOf(principal);
  return [
    ...ofBucket,
    ...(principal.kind === 'session' ? numbered('session', principal.policy.statements) : []),
    ...(who.kind === 'sub' ? who.policies.flatMap((own) => numbered('user', own.statements)) : []),
  ];
}

/** What is allowed to everybody is allowed to each; a denial to everybody is for the anonymous alone. */
function isPublic(statement: Statement): boolean {
  return statement.effect === 'allow' && isAbout(statement, anonymous);
}

function numbered(place: Place, statements: readonly Statement[]): readonly Placed[] {
  return statements.map((statement, at) => ({ place, number: at + 1, statement }));
}

function allows({ statement }: Placed, question: PolicyQuestion): boolean {
  return statement.effect === 'allow' && misfitsOf(statement, question).length === 0;
}

interface Nearest {
  readonly misfits: readonly Misfit[];
  readonly shown: Readonly<Record<string, unknown>>;
  readonly words: Words;
}

/** The permission that misses least of the request. */
function nearestOf(placed: readonly Placed[], question: PolicyQuestion): Nearest | undefined {
  const [found] = placed
    .filter(({ statement }) => statement.effect === 'allow')
    .map((one) => ({ ...one, misfits: misfitsOf(one.statement, question) }))
    .filter(({ misfits }) => misfits.length > 0)
    .toSorted((a, b) => a.misfits.length - b.misfits.length);
  if (!found || found.misfits.length === 3) return undefined;
  const { place, number, statement, misfits } = found;
  const conditions = misfits.includes('condition')
    ? failedConditions(statement.conditions, question.context, statement.effect)
    : [];
  const failed = conditions.map(({ key }) => key).join(', ');
  const en = { action: 'its action', resource: 'its resource', condition: `its condition on ${failed}` };
  const zh = { action: '操作', resource: '资源', condition: `条件 ${failed}` };
  return {
    misfits,
    shown: { place, statement: number, misfits, written: statement.written, conditions },
    words: say(
      `; statement ${number} of ${placeWords[place].en} comes nearest, but ${misfits.map((one) => en[one]).join(' and ')} does not fit`,
      `；${placeWords[place].zh}的第 ${number} 条语句最接近，但${misfits.map((one) => zh[one]).join('和')}不符`,
    ),
  };
}

/** The least that would let the request pass, and where it goes. */
function fixOf(question: PolicyQuestion, sessionIsSilent: boolean): NonNullable<Explanation<Words>['fix']> {
  const { principal, resource } = question;
  const bucket = resource?.bucket;
  const statement = {
    effect: 'allow',
    action: [`name/cos:${question.action}`],
    resource: [resourceOf(question)],
  };
  if (sessionIsSilent)
    return {
      sentence: say(
        'Add this statement to the Policy of GetFederationToken, and get new temporary keys.',
        '将此语句加入 GetFederationToken 的 Policy，并重新获取临时密钥。',
      ),
      document: policyDocument([statement]),
    };
  if (!bucket)
    return {
      sentence: say(
        principal.kind === 'anonymous'
          ? 'Sign the request.'
          : 'Add this statement to the policies of the user, in the file of --accounts.',
        principal.kind === 'anonymous' ? '对请求签名。' : '将此语句加入 --accounts 文件中该用户的策略。',
      ),
      ...(principal.kind === 'anonymous' ? {} : { document: policyDocument([statement]) }),
    };
  const written = bucket.configs['policy'] as { readonly statement?: unknown } | null | undefined;
  const named = principal.kind === 'anonymous' ? 'qcs::cam::anyone:anyone' : writtenAs(principal);
  const needsOwn =
    principal.kind !== 'anonymous' && principalOf(principal).kind === 'sub' && !owns(principal, resource);
  return {
    sentence: say(
      (principal.kind === 'anonymous' ? 'Sign the request; or, to open it to everybody, p' : 'P') +
        'ut this policy on the bucket: its last statement is the least that lets the request pass.' +
        (needsOwn ? ' The policies of the user must allow it too, as it is of another account.' : ''),
      (principal.kind === 'anonymous' ? '对请求签名；如要对所有人开放，' : '') +
        '将此策略设置到存储桶：最后一条语句是允许此请求的最小授权。' +
        (needsOwn ? '该用户属于其他账号，其自身策略也必须允许。' : ''),
    ),
    document: policyDocument([
      ...[written?.statement ?? []].flat(),
      { principal: { qcs: [named] }, ...statement },
    ]),
  };
}

function policyDocument(statement: readonly unknown[]): { readonly type: 'json'; readonly content: string } {
  return { type: 'json', content: JSON.stringify({ version: '2.0', statement }, undefined, 2) };
}

function resourceOf({ resource }: PolicyQuestion): string {
  if (!resource) return '*';
  const { bucket, key = '' } = resource;
  const appId = splitBucket(bucket.name)?.appId ?? '';
  return `qcs::cos:${bucket.region}:uid/${appId}:${bucket.name}/${key}`;
}

/** The facts that conditions can be about, apart from absent ones. */
function contextOf({ context }: PolicyQuestion, secure: boolean): Readonly<Record<string, unknown>> {
  const given = Object.entries(context).filter(([, fact]) => fact !== undefined);
  return { 'cos:secure-transport': [String(secure)], ...Object.fromEntries(given) };
}
