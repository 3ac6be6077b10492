import { expect, test } from 'vitest';
import { addressText, isAddress, parseAddress, parseObject } from './address.ts';
import { UsageFailure } from './failure.ts';

test('splits an address at the first slash and takes the key as it is', () => {
  expect(parseAddress('cos://photos-1250000000/2024/a b%20+?#.jpg')).toEqual({
    bucket: 'photos-1250000000',
    key: '2024/a b%20+?#.jpg',
  });
});

test('keeps slashes, dots and line breaks of a key', () => {
  expect(parseAddress('cos://photos-1250000000//../a\nb/').key).toBe('/../a\nb/');
});

test('a bucket alone has an empty key, with or without a slash', () => {
  expect(parseAddress('cos://photos-1250000000').key).toBe('');
  expect(parseAddress('cos://photos-1250000000/').key).toBe('');
});

test.each(['photos-1250000000/a', 'cos:/photos-1250000000/a', 'http://photos-1250000000/a', ''])(
  'refuses %j, which is no address',
  (text) => {
    expect(() => parseAddress(text)).toThrow(UsageFailure);
  },
);

test.each(['cos://', 'cos:///a', 'cos://photos/a', 'cos://Photos-1250000000/a', 'cos://a.b-1250000000/a'])(
  'refuses %j and says what a bucket name looks like',
  (text) => {
    expect(() => parseAddress(text)).toThrow(/name-1250000000/);
  },
);

test('an object needs a key, in the address or beside it', () => {
  expect(() => parseObject('cos://photos-1250000000')).toThrow(
    /names no object: write cos:\/\/photos-1250000000\/key/,
  );
  expect(parseObject('cos://photos-1250000000', 'a').key).toBe('a');
  expect(() => parseObject('cos://photos-1250000000/a', 'b')).toThrow(/not both/);
});

test('refuses a key that the service would refuse', () => {
  expect(parseObject(`cos://photos-1250000000/${'k'.repeat(850)}`).key).toHaveLength(850);
  expect(() => parseObject(`cos://photos-1250000000/${'k'.repeat(851)}`)).toThrow(/850/);
});

test('writes what it reads', () => {
  const text = 'cos://photos-1250000000/a/b%2F.jpg';

  expect(addressText(parseAddress(text))).toBe(text);
  expect(isAddress(text)).toBe(true);
  expect(isAddress('./cos:/a')).toBe(false);
});
