/**
 * The condition part of a policy statement.
 * Source: https://cloud.tencent.com/document/product/436/46205 and 46206
 */
import { BlockList, isIP } from 'node:net';

/** Values of a request by condition key in lower case; what the request lacks is absent. */
export type ConditionContext = Readonly<Record<string, readonly string[] | undefined>>;

/** Operator to key to values, as in the document but with lists everywhere. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

interface Operator {
  /** Compares one value of the request with one value of the policy. */
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

/** Whether the evaluator knows an operator, with its quantifier and its suffix. */
export function knowsOperator(name: string): boolean {
  const operator = operatorPattern.exec(name.toLowerCase())?.[2];
  return operator !== undefined && Object.hasOwn(operators, operator);
}

/** Whether all conditions hold. A value that is missing fails a plain operator and satisfies one with `_if_exist`. */
export function conditionsHold(conditions: Conditions, context: ConditionContext): boolean {
  return Object.entries(conditions).every(([name, keys]) => {
    const [, quantifier, operator = '', ifExist] = operatorPattern.exec(name.toLowerCase()) ?? [];
    const known = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
    if (!known) return false;
    return Object.entries(keys).every(([key, values]) => {
      const found = context[key.toLowerCase()];
      if (found === undefined) return ifExist !== undefined;
      const one = (fact: string) => values.some((value) => known.test(fact, value)) !== known.negative;
      return quantifier === 'for_all_value' ? found.every(one) : found.some(one);
    });
  });
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

function inNetwork(fact: string, value: string): boolean {
  const [network = '', bits] = value.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(fact) === 0) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const networks = new BlockList();
  try {
    if (bits === undefined) networks.addAddress(network, type);
    else networks.addSubnet(network, Number(bits), type);
  } catch {
    return false;
  }
  return networks.check(fact, isIP(fact) === 4 ? 'ipv4' : 'ipv6');
}

/** Something that texts can be held against. */
export interface Pattern {
  test(text: string): boolean;
}

/**
 * A pattern in which `*` stands for any run of characters, `/` included. It takes time in proportion to the text,
 * whatever the pattern: policies come from callers.
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
