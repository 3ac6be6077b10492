/**
 * The condition part of a policy statement.
 * Source: https://cloud.tencent.com/document/product/436/46205 and 46206
 */
import { BlockList, isIP } from 'node:net';

/**
 * What a fact is: its values, absent where the request lacks it, or `later` where only the body decides. A fact with
 * several values is one that amounts to several things at once, such as a list of grants.
 */
export type Fact = readonly string[] | 'later' | undefined;

/** ConditionContext of a request by condition key in lower case. */
export type ConditionContext = Readonly<Record<string, Fact>>;

export type Effect = 'allow' | 'deny';

/** Operator to key to values, as in the document but with lists everywhere. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

interface Operator {
  /** Compares one fact with one value of the policy. */
  readonly test: (fact: string, value: string) => boolean;
  /** None of the values may match, instead of one of them must. */
  readonly negative: boolean;
}

const operators: Readonly<Record<string, Operator>> = {
  string_equal: { test: same, negative: false },
  string_not_equal: { test: same, negative: true },
  string_like: { test: like, negative: false },
  string_not_like: { test: like, negative: true },
  ip_equal: { test: inNetwork, negative: false },
  ip_not_equal: { test: inNetwork, negative: true },
  numeric_equal: { test: numeric((a, b) => a === b), negative: false },
  numeric_not_equal: { test: numeric((a, b) => a === b), negative: true },
  numeric_greater_than: { test: numeric((a, b) => a > b), negative: false },
  numeric_greater_than_equal: { test: numeric((a, b) => a >= b), negative: false },
  numeric_less_than: { test: numeric((a, b) => a < b), negative: false },
  numeric_less_than_equal: { test: numeric((a, b) => a <= b), negative: false },
  bool_equal: { test: (fact, value) => fact.toLowerCase() === value.toLowerCase(), negative: false },
};

const operatorPattern = /^(?:(for_any_value|for_all_value):)?([a-z_]+?)(_if_exist)?$/;

type Kind = 'text' | 'ip' | 'number' | 'truth';

/** What conditions can be about. Source: https://cloud.tencent.com/document/product/436/46206 */
const kinds: Readonly<Record<string, Kind>> = {
  'qcs:ip': 'ip',
  // This service is in no private network, so these two facts are always absent.
  'qcs:vpc': 'text',
  'vpc:requester_vpc': 'text',
  'qcs:request_tag': 'text',
  'cos:secure-transport': 'truth',
  'cos:tls-version': 'number',
  'cos:content-length': 'number',
  'cos:content-type': 'text',
  'cos:prefix': 'text',
  'cos:response-content-type': 'text',
  'cos:versionid': 'text',
  'cos:x-cos-acl': 'text',
  'cos:x-cos-forbid-overwrite': 'truth',
  'cos:x-cos-grant-full-control': 'text',
  'cos:x-cos-grant-read': 'text',
  'cos:x-cos-grant-read-acp': 'text',
  'cos:x-cos-grant-write': 'text',
  'cos:x-cos-grant-write-acp': 'text',
  'cos:x-cos-storage-class': 'text',
};

const operatorKinds: readonly (readonly [RegExp, Kind])[] = [
  [/^ip_/, 'ip'],
  [/^numeric_/, 'number'],
  [/^bool_/, 'truth'],
];

const isValue: Readonly<Record<Kind, (value: string) => boolean>> = {
  text: () => true,
  ip: isNetwork,
  number: (value) => /^-?\d{1,15}(\.\d{1,15})?$/.test(value),
  truth: (value) => /^(true|false)$/i.test(value),
};

/** Says what the evaluator would not understand of one line of a condition; undefined when it understands all. */
export function conditionProblem(name: string, key: string, values: readonly string[]): string | undefined {
  const operator = operatorPattern.exec(name.toLowerCase())?.[2] ?? '';
  if (!Object.hasOwn(operators, operator)) return `condition operator ${name.slice(0, 64)} is unknown`;
  const shown = `condition ${name.slice(0, 64)} ${key.slice(0, 64)}`;
  const kind = Object.hasOwn(kinds, key.toLowerCase()) ? kinds[key.toLowerCase()] : undefined;
  if (kind === undefined) return `${shown} is about an unknown key`;
  const wanted = operatorKinds.find(([pattern]) => pattern.test(operator))?.[1] ?? 'text';
  if (wanted !== 'text' && wanted !== kind) return `${shown} compares what cannot be compared`;
  if (values.length === 0) return `${shown} has no value`;
  const bad = values.find((value) => !isValue[wanted](value));
  return bad === undefined ? undefined : `${shown} has the value ${bad.slice(0, 64)}, which is none`;
}

/** The lines of a condition that do not hold, with the facts that they were held against. */
export function failedConditions(
  conditions: Conditions,
  facts: ConditionContext,
  effect: Effect,
): readonly {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  readonly found: Fact;
}[] {
  return Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys)
      .filter(([key, values]) => !conditionsHold({ [operator]: { [key]: values } }, facts, effect))
      .map(([key, values]) => ({ operator, key, values, found: facts[key.toLowerCase()] })),
  );
}

/**
 * Whether all conditions of a statement hold. A fact that is missing fails a plain operator and satisfies one with
 * `_if_exist`. Doubt counts against the caller: of several values all must satisfy a permission, and one is enough for
 * a denial. A fact that only comes later satisfies a permission and not a denial: the question is put again then.
 */
export function conditionsHold(conditions: Conditions, facts: ConditionContext, effect: Effect): boolean {
  for (const name in conditions) {
    const [, quantifier, operator = '', ifExist] = operatorPattern.exec(name.toLowerCase()) ?? [];
    const known = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
    if (!known) return false;
    const all = quantifier === undefined ? effect === 'allow' : quantifier === 'for_all_value';
    for (const [key, values] of Object.entries(conditions[name]!)) {
      const found = facts[key.toLowerCase()];
      if (found === undefined) {
        if (ifExist === undefined) return false;
      } else if (found === 'later') {
        if (effect === 'deny') return false;
      } else {
        const one = (fact: string) => values.some((value) => known.test(fact, value)) !== known.negative;
        if (!(all ? found.every(one) : found.some(one))) return false;
      }
    }
  }
  return true;
}

// Values that are compared with query parameters are percent-encoded in policies, those compared with headers are
// raw; a match in either form counts.
function same(fact: string, value: string): boolean {
  return fact === value || fact === unescaped(value);
}

function like(fact: string, value: string): boolean {
  return wildcard(value).test(fact) || wildcard(unescaped(value)).test(fact);
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function numeric(test: (a: number, b: number) => boolean): (fact: string, value: string) => boolean {
  return (fact, value) => fact.trim() !== '' && value.trim() !== '' && test(Number(fact), Number(value));
}

function isNetwork(text: string): boolean {
  const [, network = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(network);
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128));
}

function inNetwork(fact: string, value: string): boolean {
  if (!isNetwork(value) || isIP(fact) === 0) return false;
  const [network = '', bits] = value.split('/');
  const type = isIP(network) === 4 ? 'ipv4' : 'ipv6';
  const networks = new BlockList();
  if (bits === undefined) networks.addAddress(network, type);
  else networks.addSubnet(network, Number(bits), type);
  return networks.check(fact, isIP(fact) === 4 ? 'ipv4' : 'ipv6');
}

/** Something that texts can be held against. */
export interface Pattern {
  test(text: string): boolean;
}

/**
 * A pattern in which `*` stands for any run of characters, `/` included. It takes time in proportion to the text,
 * for every pattern, because policies come from callers.
 */
export function wildcard(pattern: string): Pattern {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return { test: (text) => text === start };
  return {
    test(text) {
      if (text.length < start.length + end.length || !text.startsWith(start) || !text.endsWith(end))
        return false;
      // The earliest place for each piece leaves the most room for those after it.
      let at = start.length;
      for (const piece of rest) {
        const found = text.indexOf(piece, at);
        if (found < 0) return false;
        at = found + piece.length;
      }
      return at <= text.length - end.length;
    },
  };
}
