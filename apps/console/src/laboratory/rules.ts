/** The rules of the network laboratory, as the service has them. */
import { askService } from '../session/reserved.ts';

/** A rule in force. What it does and to which requests are its other fields; see the guide of the laboratory. */
export interface Rule {
  readonly name: string;
  readonly match?: Readonly<Record<string, unknown>>;
  /** Requests that it matches. */
  readonly seen: number;
  /** Requests that it acted on. */
  readonly hits: number;
  /** Connections that it reset. */
  readonly cuts: number;
}

export interface Laboratory {
  readonly seed: number;
  readonly rules: readonly Rule[];
  /** Links by name. */
  readonly links: Readonly<Record<string, unknown>>;
}

const path = '/-/lab';

export async function readLaboratory(): Promise<Laboratory> {
  return (await askService(path)) as Laboratory;
}

/** Adds a rule, written as text, to those in force. The service counts anew from then on. */
export async function addRule({ seed, rules }: Laboratory, text: string): Promise<Laboratory> {
  return setRules(seed, [...rules.map(asGiven), text]);
}

/** Leaves one out. */
export async function removeRule({ seed, rules }: Laboratory, name: string): Promise<Laboratory> {
  return setRules(seed, rules.filter((rule) => rule.name !== name).map(asGiven));
}

export async function removeAll(): Promise<Laboratory> {
  return (await askService(path, { method: 'DELETE' })) as Laboratory;
}

async function setRules(seed: number, rules: readonly unknown[]): Promise<Laboratory> {
  return (await askService(path, { method: 'PUT', body: { seed, rules } })) as Laboratory;
}

/** Without what the service counts. Names that it gave are given anew, so that they follow the order. */
function asGiven({ seen: _seen, hits: _hits, cuts: _cuts, name, ...rule }: Rule): unknown {
  return /^rule-\d+$/.test(name) ? rule : { name, ...rule };
}

/** What a rule does and to which requests, in one line. */
export function ruleText({
  seen: _seen,
  hits: _hits,
  cuts: _cuts,
  name: _name,
  match,
  ...effects
}: Rule): string {
  return [...pairs(effects), ...pairs(match ?? {})].join(', ');
}

function pairs(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).map(([name, value]) =>
    value === true ? name : `${name}: ${Array.isArray(value) ? value.join(' | ') : String(value)}`,
  );
}
