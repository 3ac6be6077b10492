/**
 * The rules in force and what they did. Every thread has the rules, and all threads count in the same memory, so that
 * the third request is the third of the service. What chance decides follows from the seed, the rule and that number.
 */
import { wildcard, type Pattern } from '../access/conditions.ts';
import { Lane, monotonicUs } from './lane.ts';
import { operationsNamed, type LabDocument, type LabRule } from './rule.ts';

/** What a request is, for rules. */
export interface LabFacts {
  readonly operation: string;
  readonly method: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly client: string;
}

/** Rules as each thread gets them. */
export interface LabSettings extends LabDocument {
  /** Counts and rates of all threads. */
  readonly memory: SharedArrayBuffer;
  /** When the rules were set, in microseconds of the monotonic clock. */
  readonly sinceUs: bigint;
}

/** A rule with what it did so far. */
export type LabStatus = LabRule & {
  readonly name: string;
  /** Requests that it matches, whichever of them are meant. */
  readonly seen: number;
  /** Requests that it acted on. */
  readonly hits: number;
  /** Connections that it cut. */
  readonly cuts: number;
};

/** What one rule does to one request. */
export interface Act {
  readonly rule: RuleInForce;
  /** Which of the requests that the rule matches this one is, from 1. */
  readonly nth: number;
}

const bytesOfRule = 32;
const words = { seen: 0, hits: 1, cuts: 2 } as const;
const laneWords = { up: 2, down: 3 } as const;

/** Rules that are set now, with counts at zero. */
export function settingsFor({ seed, rules }: LabDocument): LabSettings {
  const memory = new SharedArrayBuffer(Math.max(1, rules.length) * bytesOfRule);
  return { seed, rules, memory, sinceUs: monotonicUs() };
}

/** The laboratory of one thread. */
export class Laboratory {
  #settings: LabSettings | undefined;
  #rules: readonly RuleInForce[] = [];

  constructor(settings?: LabSettings) {
    this.set(settings);
  }

  /** Whether there is any rule: without one a request costs this question. */
  get isOn(): boolean {
    return this.#rules.length > 0;
  }

  get seed(): number {
    return this.#settings?.seed ?? 1;
  }

  /** Replaces the rules. Requests in progress keep those that they began with. */
  set(settings: LabSettings | undefined): void {
    this.#settings = settings;
    this.#rules = settings?.rules.map((rule, at) => new RuleInForce(rule, at, settings)) ?? [];
  }

  /** Counts a request, and says what happens to it. */
  actsOn(facts: LabFacts): readonly Act[] {
    return this.#rules.flatMap((rule) => {
      const nth = rule.count(facts);
      return nth === undefined ? [] : [{ rule, nth }];
    });
  }

  status(): readonly LabStatus[] {
    return this.#rules.map((rule) => rule.status());
  }
}

/** A rule, ready to be held against requests. */
class RuleInForce {
  readonly rule: LabRule;
  readonly name: string;
  readonly up: Lane | undefined;
  readonly down: Lane | undefined;
  readonly #at: number;
  readonly #settings: LabSettings;
  readonly #counts: Int32Array;
  readonly #operation: ReadonlySet<string> | undefined;
  readonly #method: ReadonlySet<string> | undefined;
  readonly #patterns: readonly (readonly ['bucket' | 'key' | 'client', Pattern])[];

  constructor(rule: LabRule, at: number, settings: LabSettings) {
    const { match = {}, upBytesPerSecond, downBytesPerSecond } = rule;
    this.rule = rule;
    this.name = rule.name ?? `rule-${at + 1}`;
    this.#at = at;
    this.#settings = settings;
    this.#counts = new Int32Array(settings.memory, at * bytesOfRule, 4);
    const lanes = new BigInt64Array(settings.memory, at * bytesOfRule, 4);
    this.up = upBytesPerSecond === undefined ? undefined : new Lane(upBytesPerSecond, lanes, laneWords.up);
    this.down =
      downBytesPerSecond === undefined ? undefined : new Lane(downBytesPerSecond, lanes, laneWords.down);
    this.#operation = match.operation && new Set(match.operation.flatMap(operationsNamed));
    this.#method = match.method && new Set(match.method);
    this.#patterns = (['bucket', 'key', 'client'] as const).flatMap((name) => {
      const pattern = match[name];
      return pattern === undefined ? [] : [[name, wildcard(pattern)] as const];
    });
  }

  /** Counts a request that it matches, and gives its number when it is one of those that are meant. */
  count(facts: LabFacts): number | undefined {
    if (!this.#matches(facts)) return undefined;
    const nth = Atomics.add(this.#counts, words.seen, 1) + 1;
    const { from = 1, to = Infinity, every = 1, chance = 1 } = this.rule.match ?? {};
    if (nth < from || nth > to || (nth - from) % every !== 0) return undefined;
    if (chance < 1 && this.random(nth, 'chance') >= chance) return undefined;
    Atomics.add(this.#counts, words.hits, 1);
    return nth;
  }

  #matches(facts: LabFacts): boolean {
    if (this.#operation && !this.#operation.has(facts.operation)) return false;
    if (this.#method && !this.#method.has(facts.method)) return false;
    return this.#patterns.every(([name, pattern]) => {
      const fact = facts[name];
      return fact !== undefined && pattern.test(fact);
    });
  }

  /** From 0 to below 1, the same for a seed, a rule, a request and a purpose. */
  random(nth: number, purpose: keyof typeof purposes): number {
    let mixed = this.#settings.seed;
    for (const part of [this.#at, nth, purposes[purpose]]) mixed = scrambled(mixed ^ scrambled(part + 1));
    return mixed / 2 ** 32;
  }

  /** How long until all connections are cut the next time. */
  untilCutMs(everyMs: number): number {
    const sinceMs = Number(monotonicUs() - this.#settings.sinceUs) / 1000;
    return everyMs - (sinceMs % everyMs);
  }

  cut(): void {
    Atomics.add(this.#counts, words.cuts, 1);
  }

  status(): LabStatus {
    const read = (word: keyof typeof words): number => Atomics.load(this.#counts, words[word]);
    return { ...this.rule, name: this.name, seen: read('seen'), hits: read('hits'), cuts: read('cuts') };
  }
}

const purposes = { chance: 1, jitter: 2, place: 3 } as const;

/** The finalizer of MurmurHash3: each bit of the input changes half of the output. */
function scrambled(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

export type { RuleInForce };
