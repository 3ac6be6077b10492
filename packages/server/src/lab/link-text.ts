/**
 * Rules of the laboratory as a short text, such as `3g,cut=40s`: the names of links and `key=value` pairs with commas
 * between them, and semicolons between rules.
 */
import {
  LabError,
  check,
  mostRules,
  readRule,
  seedField,
  type LabDocument,
  type LabEffects,
  type LabRule,
} from './rule.ts';

const kbit = 125;
const mbit = 125_000;

/**
 * Links by name. The figures of 2g, 3g, 4g and dsl are those of WebPageTest's profiles; the delay is a round trip.
 * https://github.com/WPO-Foundation/webpagetest/blob/master/www/settings/connectivity.ini.sample
 */
export const links = {
  '2g': { delayMs: 800, upBytesPerSecond: 256 * kbit, downBytesPerSecond: 280 * kbit },
  '3g': { delayMs: 300, upBytesPerSecond: 768 * kbit, downBytesPerSecond: 1600 * kbit },
  '4g': { delayMs: 170, upBytesPerSecond: 9 * mbit, downBytesPerSecond: 9 * mbit },
  dsl: { delayMs: 50, upBytesPerSecond: 384 * kbit, downBytesPerSecond: 1500 * kbit },
  'slow-wifi': {
    delayMs: 40,
    jitterMs: 160,
    upBytesPerSecond: 2 * mbit,
    downBytesPerSecond: 2 * mbit,
  },
  offline: { offline: true },
} as const satisfies Readonly<Record<string, LabEffects>>;

/** What a rule collects while its text is read. */
interface Draft {
  match: Record<string, unknown>;
  effects: Record<string, unknown>;
  name?: string;
}

interface Key {
  readonly allowed: string;
  /** Gives false for a value that it cannot read. The value is empty for a key that stands alone. */
  take(draft: Draft, value: string): boolean;
}

const keys: Readonly<Record<string, Key>> = {
  delay: effect('delayMs', duration, 'a time such as 200ms or 2s'),
  jitter: effect('jitterMs', duration, 'a time such as 200ms or 2s'),
  up: effect('upBytesPerSecond', rate, 'a rate such as 750kbit or 100KB'),
  down: effect('downBytesPerSecond', rate, 'a rate such as 750kbit or 100KB'),
  rate: {
    allowed: 'a rate such as 750kbit or 100KB',
    take({ effects }, value) {
      effects['upBytesPerSecond'] = effects['downBytesPerSecond'] = rate(value);
      return rate(value) !== undefined;
    },
  },
  cut: effect(
    'cutEveryMs',
    duration,
    'a time such as 40s, after which all connections are cut again and again',
  ),
  'cut-after': {
    allowed: 'a time such as 5s or an amount such as 2MB',
    take({ effects }, value) {
      const [ms, bytes] = [duration(value), amount(value)];
      if (ms !== undefined) effects['cutAfterMs'] = ms;
      else if (bytes !== undefined) effects['cutAfterBytes'] = bytes;
      else return false;
      return true;
    },
  },
  lose: flag('loseAnswer'),
  silent: flag('silent'),
  refuse: effect(
    'refuse',
    (value) => (/^\d{3}$/.test(value) ? Number(value) : value),
    'an error code such as SlowDown, or a status such as 502',
  ),
  portal: effect('portal', (value) => (value === '' ? 'page' : value), 'page or redirect'),
  corrupt: effect('corrupt', (value) => value, 'request or answer'),
  clock: effect('clockOffsetMs', offset, 'an offset such as +5m or -1h'),
  expired: flag('expireKeys'),
  full: flag('diskFull'),
  op: match('operation', (value) => value.split('|'), 'operations such as UploadPart, with | between them'),
  method: match('method', (value) => value.toUpperCase().split('|'), 'methods with | between them'),
  bucket: match('bucket', (value) => value, 'a bucket, or a pattern with *'),
  key: match('key', (value) => value, 'a key, or a pattern with *'),
  client: match('client', (value) => value, 'an address, or a pattern with *'),
  nth: {
    allowed: 'a number such as 3, or a range such as 3..5 or 3..',
    take({ match: found }, value) {
      const [, from, dots, to] = /^(\d{1,9})(\.\.)?(\d{1,9})?$/.exec(value) ?? [];
      if (from === undefined || (dots === undefined && to !== undefined)) return false;
      found['from'] = Number(from);
      if (to !== undefined) found['to'] = Number(to);
      else if (dots === undefined) found['to'] = Number(from);
      return true;
    },
  },
  every: match('every', (value) => (/^\d{1,9}$/.test(value) ? Number(value) : undefined), 'a number'),
  chance: match('chance', share, 'a share such as 0.2 or 20%'),
  name: {
    allowed: 'a name',
    take(draft, value) {
      draft.name = value;
      return value !== '';
    },
  },
};

/** What a text may hold, for messages and help. */
export const linkWords = `${Object.keys(links).join(', ')}, or KEY=VALUE with a key among ${Object.keys(keys).join(', ')}, seed`;

/** Reads a text. Throws {@link LabError} that names the word which makes no sense and what is allowed. */
export function readLink(text: string): LabDocument {
  let seed = 1;
  const rules: LabRule[] = [];
  for (const part of text.split(';')) {
    const words = part.split(',').map((word) => word.trim());
    const ruling = words.filter((word) => {
      if (word === '') return false;
      if (!word.startsWith('seed=')) return true;
      const value = word.slice('seed='.length);
      seed = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
      check(seedField, Number.isNaN(seed) ? value : seed, 'seed');
      return false;
    });
    if (ruling.length > 0) rules.push(ruleOf(ruling, part.trim()));
  }
  if (rules.length === 0) throw new LabError(`"${text.slice(0, 100)}" has no rule; it may have ${linkWords}`);
  if (rules.length > mostRules) throw new LabError(`there may be ${mostRules} rules at most`);
  return { seed, rules };
}

function ruleOf(words: readonly string[], part: string): LabRule {
  const draft: Draft = { match: {}, effects: {} };
  for (const word of words) {
    const preset = Object.hasOwn(links, word) ? links[word as keyof typeof links] : undefined;
    if (preset) {
      Object.assign(draft.effects, preset);
      continue;
    }
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (!key) throw new LabError(`"${word.slice(0, 100)}" is not known; allowed are ${linkWords}`);
    if (!key.take(draft, equals < 0 ? '' : word.slice(equals + 1)))
      throw new LabError(`${name} must be ${key.allowed}, got "${word.slice(0, 100)}"`);
  }
  const { name, match: found, effects } = draft;
  const rule = {
    ...(name === undefined ? {} : { name }),
    ...(Object.keys(found).length === 0 ? {} : { match: found }),
    ...effects,
  };
  return readRule(rule, `"${part.slice(0, 100)}"`);
}

function effect(field: keyof LabEffects, read: (value: string) => unknown, allowed: string): Key {
  return { allowed, take: ({ effects }, value) => (effects[field] = read(value)) !== undefined };
}

function match(field: string, read: (value: string) => unknown, allowed: string): Key {
  return {
    allowed,
    take: (draft, value) => value !== '' && (draft.match[field] = read(value)) !== undefined,
  };
}

function flag(field: keyof LabEffects): Key {
  return {
    allowed: 'a word without a value',
    take({ effects }, value) {
      effects[field] = true;
      return value === '';
    },
  };
}

const millisecondsOf: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function duration(value: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(value) ?? [];
  return count === undefined ? undefined : Number(count) * millisecondsOf[unit]!;
}

function offset(value: string): number | undefined {
  const [, sign, rest = ''] = /^([+-]?)(.+)$/.exec(value) ?? [];
  const ms = duration(rest);
  return ms === undefined ? undefined : (sign === '-' ? -1 : 1) * Math.round(ms);
}

const bytesOf: Readonly<Record<string, number>> = { B: 1, KB: 1000, MB: 1_000_000, GB: 1_000_000_000 };
const bitsOf: Readonly<Record<string, number>> = { bit: 1, kbit: 1000, mbit: 1_000_000, gbit: 1_000_000_000 };

function amount(value: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)([KMG]?B)$/i.exec(value) ?? [];
  return count === undefined ? undefined : Math.round(Number(count) * bytesOf[unit.toUpperCase()]!);
}

function rate(value: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)([kmg]?bit)$/i.exec(value) ?? [];
  if (count === undefined) return amount(value);
  return Math.max(1, Math.round((Number(count) * bitsOf[unit.toLowerCase()]!) / 8));
}

function share(value: string): number | undefined {
  if (/^\d{1,3}(\.\d{1,6})?%$/.test(value)) return Number(value.slice(0, -1)) / 100;
  return /^\d(\.\d{1,9})?$/.test(value) ? Number(value) : undefined;
}
