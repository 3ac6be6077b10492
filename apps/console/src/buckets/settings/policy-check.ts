/**
 * Reads a bucket policy as the service does, and says what is wrong with it or risky about it. The service has the last
 * word: it refuses what it does not understand.
 * Source: https://cloud.tencent.com/document/product/436/18023
 */
import type { Texts } from '../../text/en.ts';

export interface Finding {
  /** Wrong: the service will refuse it. Risky: it will do more than most want. */
  readonly kind: 'wrong' | 'risky';
  readonly text: string;
}

/** A statement with its lists, whatever the spelling of its fields. */
interface Statement {
  readonly effect: string;
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly hasCondition: boolean;
}

type Words = Texts['settings']['check'];

/** Everything that is to be said of a document; nothing for a good one. */
export function checkPolicy(text: string, bucket: string, words: Words): readonly Finding[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return [wrong(words.notJson(error instanceof Error ? error.message : ''))];
  }
  const top = fieldsOf(document);
  const findings: Finding[] = [];
  if (top.get('version') !== undefined && top.get('version') !== '2.0') findings.push(wrong(words.version));
  const list = statementList(top);
  if (list.length === 0) findings.push(wrong(words.noStatements));
  list.forEach((statement, at) =>
    findings.push(...checkStatement(readStatement(statement, top), at + 1, bucket, words)),
  );
  return findings;
}

function checkStatement(statement: Statement, n: number, bucket: string, words: Words): Finding[] {
  const { effect, principals, actions, resources, hasCondition } = statement;
  const findings: Finding[] = [];
  if (effect !== 'allow' && effect !== 'deny') findings.push(wrong(words.effect(n)));
  if (principals.length === 0) findings.push(wrong(words.missing(n, 'Principal')));
  if (actions.length === 0) findings.push(wrong(words.missing(n, 'Action')));
  if (resources.length === 0) findings.push(wrong(words.missing(n, 'Resource')));
  for (const principal of principals)
    if (!isEveryone(principal) && !/^qcs::cam::(uin|anyone|anonymous)[/:]\S+$/.test(principal))
      findings.push(wrong(words.principalForm(n, principal)));
  for (const action of actions)
    if (!/^(\*|(name\/)?cos:[A-Za-z*]+)$/.test(action)) findings.push(wrong(words.actionForm(n, action)));
  for (const resource of resources) {
    const path = pathOf(resource);
    if (resource !== '*' && path === undefined) findings.push(wrong(words.resourceForm(n, resource)));
    else if (path !== undefined && !path.startsWith('prefix//') && !isIn(path, bucket))
      findings.push(wrong(words.otherBucket(n, resource)));
  }
  if (effect === 'allow' && !hasCondition && principals.some(isEveryone)) {
    const changes = actions.some((action) =>
      /\*|:(Put|Delete|Post|Upload|Abort|Append|Complete|Initiate)/.test(action),
    );
    findings.push({ kind: 'risky', text: changes ? words.everyoneWrites(n) : words.everyoneReads(n) });
  }
  return findings;
}

/** What a document says of one request. Statements with conditions are named, because the request's context decides. */
export interface Verdict {
  readonly is: 'allowed' | 'denied' | 'silent';
  /** The statement that decided, from 1 on. */
  readonly statement: number;
  readonly isConditional: boolean;
}

/** Tries a request against a document. Undefined for a document that cannot be read. */
export function tryPolicy(
  text: string,
  request: { readonly principal: string; readonly action: string; readonly resource: string },
): Verdict | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const top = fieldsOf(document);
  const about = statementList(top)
    .map((statement, at) => ({ ...readStatement(statement, top), n: at + 1 }))
    .filter(
      ({ principals, actions, resources }) =>
        principals.some((principal) => isEveryone(principal) || covers(principal, request.principal)) &&
        actions.some((action) => covers(bareAction(action), bareAction(request.action))) &&
        resources.some((resource) => covers(resource, request.resource)),
    );
  const decisive =
    about.find(({ effect }) => effect === 'deny') ?? about.find(({ effect }) => effect === 'allow');
  if (!decisive) return { is: 'silent', statement: 0, isConditional: false };
  return {
    is: decisive.effect === 'deny' ? 'denied' : 'allowed',
    statement: decisive.n,
    isConditional: decisive.hasCondition,
  };
}

/** A principal may also stand once above all statements. */
function readStatement(statement: unknown, top: ReadonlyMap<string, unknown>): Statement {
  const fields = fieldsOf(statement);
  const principal = fields.get('principal') ?? top.get('principal');
  const qcs = typeof principal === 'string' ? principal : fieldsOf(principal).get('qcs');
  const effect = fields.get('effect');
  return {
    effect: typeof effect === 'string' ? effect.toLowerCase() : '',
    principals: listOf(qcs),
    actions: listOf(fields.get('action')),
    resources: listOf(fields.get('resource')),
    hasCondition: fieldsOf(fields.get('condition')).size > 0,
  };
}

function statementList(top: ReadonlyMap<string, unknown>): readonly unknown[] {
  const list = top.get('statement');
  return Array.isArray(list) ? list : list === undefined ? [] : [list];
}

/** Documents are written with capitals and without. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field as unknown]));
}

function listOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((one): one is string => typeof one === 'string');
}

function isEveryone(principal: string): boolean {
  return /^(\*|qcs::cam::(anyone|anonymous):(anyone|anonymous|\*))$/.test(principal);
}

/** What follows the account: bucket and key. */
function pathOf(resource: string): string | undefined {
  return /^qcs:[^:]*:cos:[^:]*:[^:]*:(.+)$/s.exec(resource)?.[1];
}

function isIn(path: string, bucket: string): boolean {
  const [name = ''] = path.split('/');
  return covers(name, bucket);
}

function bareAction(action: string): string {
  return action.replace(/^name\//, '');
}

/** Whether a pattern with `*` covers a text. */
function covers(pattern: string, text: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 's').test(text);
}

function wrong(text: string): Finding {
  return { kind: 'wrong', text };
}
