import { describe, expect, test } from 'vitest';
import { links, readLink } from './link-text.ts';
import { readRules } from './rule.ts';

test('a link by name and a pair are one rule', () => {
  expect(readLink('3g,cut=40s')).toEqual({ seed: 1, rules: [{ ...links['3g'], cutEveryMs: 40_000 }] });
});

test('semicolons separate rules, and a seed is of all of them', () => {
  expect(readLink('seed=7; 4g ; name=lost, op=UploadPart|multipartComplete, nth=2..4, lose')).toEqual({
    seed: 7,
    rules: [
      links['4g'],
      {
        name: 'lost',
        match: { operation: ['UploadPart', 'multipartComplete'], from: 2, to: 4 },
        loseAnswer: true,
      },
    ],
  });
});

test.each([
  ['up=750kbit', { upBytesPerSecond: 93_750 }],
  ['down=1.5MB', { downBytesPerSecond: 1_500_000 }],
  ['rate=8bit', { upBytesPerSecond: 1, downBytesPerSecond: 1 }],
  ['delay=1.5s,jitter=20ms', { delayMs: 1500, jitterMs: 20 }],
  ['cut-after=2MB', { cutAfterBytes: 2_000_000 }],
  ['cut-after=5s', { cutAfterMs: 5000 }],
  ['clock=-1h', { clockOffsetMs: -3_600_000 }],
  ['clock=+5m', { clockOffsetMs: 300_000 }],
  ['refuse=502', { refuse: 502 }],
  ['refuse=SlowDown,nth=1..3', { refuse: 'SlowDown', match: { from: 1, to: 3 } }],
  ['portal', { portal: 'page' }],
  ['portal=redirect', { portal: 'redirect' }],
  ['corrupt=answer,chance=20%', { corrupt: 'answer', match: { chance: 0.2 } }],
  [
    'full,method=put,key=a/*,bucket=b-1,client=127.*',
    {
      diskFull: true,
      match: { method: ['PUT'], key: 'a/*', bucket: 'b-1', client: '127.*' },
    },
  ],
  ['offline,nth=3..', { offline: true, match: { from: 3 } }],
  ['silent,every=2,nth=1', { silent: true, match: { every: 2, from: 1, to: 1 } }],
  ['expired', { expireKeys: true }],
])('%s', (text, rule) => {
  expect(readLink(text).rules).toEqual([rule]);
});

describe('one line says what came and what is allowed for', () => {
  test.each([
    ['5g', /"5g" is not known; allowed are 2g, 3g, .*delay/],
    ['', /has no rule/],
    ['seed=3', /has no rule/],
    ['seed=x,3g', /^seed must be a whole number/],
    ['delay=5', /^delay must be a time such as 200ms or 2s, got "delay=5"$/],
    ['delay', /^delay must be/],
    ['delay=2h', /delayMs must be a number from 0 to 3600000/],
    ['up=fast', /^up must be a rate/],
    ['cut=2MB', /^cut must be a time .*got "cut=2MB"/],
    ['cut=1ms', /cutEveryMs must be a number from 100/],
    ['lose=1', /^lose must be a word without a value/],
    ['refuse=Nonsense', /refuse must be an error code of COS .*got "Nonsense"/],
    ['refuse=200', /refuse must be an error code of COS .*got 200/],
    ['portal=x', /portal must be "page" or "redirect"/],
    ['corrupt', /corrupt must be/],
    ['op=Fly,lose', /operation must be a list of operations/],
    ['nth=0,lose', /from must be a whole number from 1/],
    ['nth=5..3,lose', /to must be at least from, 5, got 3/],
    ['nth=x,lose', /^nth must be a number such as 3/],
    ['chance=2,lose', /chance must be a number from 0 to 1, got 2/],
    ['op=GetObject', /does nothing; it may have delayMs/],
    ['clock=soon', /^clock must be an offset/],
  ])('%j', (text, message) => {
    expect(() => readLink(text)).toThrow(message);
  });
});

describe('a rule as JSON is refused for', () => {
  test.each([
    [{}, /^rules must be a list, got \{\}$/],
    [[1], /^rules\[0\] must be an object, got 1$/],
    [[{ delay: 5 }], /^rules\[0\] has no "delay"; it may have name, match, delayMs/],
    [[{ delayMs: '5' }], /^rules\[0\]\.delayMs must be a number from 0 to 3600000, got "5"$/],
    [[{ loseAnswer: false }], /^rules\[0\]\.loseAnswer must be true, got false$/],
    [[{ loseAnswer: true, match: { nth: 1 } }], /^rules\[0\]\.match has no "nth"; it may have operation/],
    [[{ loseAnswer: true, match: { operation: 'PutObject' } }], /operation must be a list of operations/],
    [[{ loseAnswer: true, name: 'a b' }], /^rules\[0\]\.name must be a name of at most 64/],
    [[{ upBytesPerSecond: 0 }], /upBytesPerSecond must be a whole number from 1/],
    [Array.from({ length: 65 }, () => ({ offline: true })), /^rules must be at most 64, got 65$/],
  ])('%#', (rules, message) => {
    expect(() => readRules(rules)).toThrow(message);
  });
});
