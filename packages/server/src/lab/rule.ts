/** Rules of the network laboratory as data, and the checks of what callers write. */
import { isErrorCode, operations } from '@sampan/protocol';

/** Which requests a rule is about. What is absent does not matter. */
export interface LabMatch {
  /** Names of operations or of their actions, in any case: `multipartUpload` and `UploadPart` are the same. */
  readonly operation?: readonly string[];
  /** Methods in capitals. */
  readonly method?: readonly string[];
  /** Full name of a bucket; `*` stands for any run of characters, here and below. */
  readonly bucket?: string;
  readonly key?: string;
  /** Address of the client. */
  readonly client?: string;
  /** Number of the first matching request that is meant, from 1. Default: 1. */
  readonly from?: number;
  /** Number of the last one. Default: there is none. */
  readonly to?: number;
  /** Every so many of them, beginning with `from`. Default: 1. */
  readonly every?: number;
  /** Share of them, from 0 to 1, that the seed picks. Default: 1. */
  readonly chance?: number;
}

/** What happens to the requests of a rule. All that is present happens. */
export interface LabEffects {
  /** Wait before a request is carried out. */
  readonly delayMs?: number;
  /** Up to so much more, picked by the seed. */
  readonly jitterMs?: number;
  /** Rate of request bodies; all requests of the rule share it. */
  readonly upBytesPerSecond?: number;
  /** Rate of the bodies of answers; all requests of the rule share it. */
  readonly downBytesPerSecond?: number;
  /** All connections with a request of the rule are reset this often, counted from when the rule was set. */
  readonly cutEveryMs?: number;
  /** The connection is reset when a request has taken so long. */
  readonly cutAfterMs?: number;
  /** The connection is reset when so many bytes of bodies have passed, of the request and its answer together. */
  readonly cutAfterBytes?: number;
  /** The connection is reset at once. */
  readonly offline?: true;
  /** Nothing is read, nothing is answered. */
  readonly silent?: true;
  /** The request is carried out, then the connection is reset in place of an answer. */
  readonly loseAnswer?: true;
  /** Not carried out: answered with an error of COS by its code, or with a status from 400 to 599 as by a gateway. */
  readonly refuse?: string | number;
  /** Not carried out: answered as by the sign-in page of a public network, as a page or as a redirect to it. */
  readonly portal?: 'page' | 'redirect';
  /** One bit of the body is turned on its way. */
  readonly corrupt?: 'request' | 'answer';
  /** How far the service's clock is wrong: signatures are judged by it, `Date` and `ServerTime` say it. */
  readonly clockOffsetMs?: number;
  /** Signed requests are refused as by keys that have expired. */
  readonly expireKeys?: true;
  /** Requests that store something are refused as by a full disk. */
  readonly diskFull?: true;
}

/** One rule. */
export interface LabRule extends LabEffects {
  /** Names it in the log. Default: `rule-1` and so on. */
  readonly name?: string;
  readonly match?: LabMatch;
}

/** All rules of a service, with the seed of what is left to chance. */
export interface LabDocument {
  /** A whole number. Default: 1. */
  readonly seed: number;
  readonly rules: readonly LabRule[];
}

/** Says in one line what is wrong with a rule. */
export class LabError extends Error {
  override readonly name = 'LabError';
}

/** Each rule takes a little time of every request. */
export const mostRules = 64;
const longestMs = 3_600_000;

/** What a field may be: in words, and as a test. */
export interface LabField {
  readonly allowed: string;
  holds(value: unknown): boolean;
}

const whole = (least: number, most: number): LabField => ({
  allowed: `a whole number from ${least} to ${most}`,
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
});
const number = (least: number, most: number): LabField => ({
  allowed: `a number from ${least} to ${most}`,
  holds: (value) => typeof value === 'number' && value >= least && value <= most,
});
const oneOf = (...words: readonly string[]): LabField => ({
  allowed: words.map((word) => JSON.stringify(word)).join(' or '),
  holds: (value) => words.some((word) => word === value),
});
const text = (allowed: string): LabField => ({
  allowed,
  holds: (value) => typeof value === 'string' && value !== '' && value.length <= 1024,
});
const listOf = (what: string, known: (word: string) => boolean): LabField => ({
  allowed: `a list of ${what}`,
  holds: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((word) => typeof word === 'string' && known(word)),
});
const yes: LabField = { allowed: 'true', holds: (value) => value === true };

/** Operations by their own name and by the name of their action, both in lower case. */
const operationsByWord = new Map<string, string[]>();
for (const [name, { action }] of Object.entries(operations))
  for (const word of new Set([name.toLowerCase(), action.replace(/^.*:/, '').toLowerCase()]))
    operationsByWord.set(word, [...(operationsByWord.get(word) ?? []), name]);

/** The operations that a word of a rule stands for. */
export function operationsNamed(word: string): readonly string[] {
  return operationsByWord.get(word.toLowerCase()) ?? [];
}

const methods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'];
const rate = whole(1, 10_000_000_000);

/** Whether a value is a code of COS that stands for an error. */
function isRefusal(value: unknown): boolean {
  return typeof value === 'string' && isErrorCode(value);
}

export const matchFields: Readonly<Record<keyof LabMatch, LabField>> = {
  operation: listOf(
    'operations such as "UploadPart" or "putObject"',
    (word) => operationsNamed(word).length > 0,
  ),
  method: listOf(`methods among ${methods.join(', ')}`, (word) => methods.includes(word)),
  bucket: text('a bucket, or a pattern with *'),
  key: text('a key, or a pattern with *'),
  client: text('an address, or a pattern with *'),
  from: whole(1, 1_000_000_000),
  to: whole(1, 1_000_000_000),
  every: whole(1, 1_000_000_000),
  chance: number(0, 1),
};

export const effectFields: Readonly<Record<keyof LabEffects, LabField>> = {
  delayMs: number(0, longestMs),
  jitterMs: number(0, longestMs),
  upBytesPerSecond: rate,
  downBytesPerSecond: rate,
  cutEveryMs: number(100, longestMs),
  cutAfterMs: number(1, longestMs),
  cutAfterBytes: whole(0, Number.MAX_SAFE_INTEGER),
  offline: yes,
  silent: yes,
  loseAnswer: yes,
  refuse: {
    allowed: 'an error code of COS such as "SlowDown", or a status from 400 to 599',
    holds: (value) => isRefusal(value) || whole(400, 599).holds(value),
  },
  portal: oneOf('page', 'redirect'),
  corrupt: oneOf('request', 'answer'),
  clockOffsetMs: whole(-1e13, 1e13),
  expireKeys: yes,
  diskFull: yes,
};

/** A seed. */
export const seedField = whole(0, 4_294_967_295);
const nameField: LabField = {
  allowed: 'a name of at most 64 letters, digits, dots, dashes and underscores',
  holds: (value) => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value),
};

/** Reads a list of rules. Throws {@link LabError}. */
export function readRules(value: unknown): readonly LabRule[] {
  if (!Array.isArray(value)) throw wrong('rules', 'a list', value);
  if (value.length > mostRules) throw new LabError(`rules must be at most ${mostRules}, got ${value.length}`);
  return value.map((rule, at) => readRule(rule, `rules[${at}]`));
}

/** Reads one rule; `at` says in messages where it stands. Throws {@link LabError}. */
export function readRule(value: unknown, at: string): LabRule {
  const { name, match, ...effects } = members(value, at);
  if (name !== undefined) check(nameField, name, `${at}.name`);
  const matched = match === undefined ? undefined : members(match, `${at}.match`);
  if (matched) checkAll(matchFields, matched, `${at}.match`);
  checkAll(effectFields, effects, at, ['name', 'match']);
  if (Object.keys(effects).length === 0)
    throw new LabError(`${at} does nothing; it may have ${Object.keys(effectFields).join(', ')}`);
  const rule = value as LabRule;
  const { from = 1, to = Infinity } = rule.match ?? {};
  if (to < from) throw new LabError(`${at}.match.to must be at least from, ${from}, got ${to}`);
  return rule;
}

/** Throws {@link LabError} unless a value is what its field may be. */
export function check(field: LabField, value: unknown, at: string): void {
  if (!field.holds(value)) throw wrong(at, field.allowed, value);
}

function checkAll(
  fields: Readonly<Record<string, LabField>>,
  values: Readonly<Record<string, unknown>>,
  at: string,
  besides: readonly string[] = [],
): void {
  for (const [key, value] of Object.entries(values)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (!field)
      throw new LabError(
        `${at} has no ${JSON.stringify(key.slice(0, 64))}; it may have ${[...besides, ...Object.keys(fields)].join(', ')}`,
      );
    check(field, value, `${at}.${key}`);
  }
}

function members(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(at, 'an object', value);
  return value as Record<string, unknown>;
}

function wrong(at: string, allowed: string, value: unknown): LabError {
  return new LabError(`${at} must be ${allowed}, got ${JSON.stringify(value).slice(0, 100)}`);
}
