import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillIn, mediaVariable, strangeVariable } from './template.ts';

test('a form gets its values percent-encoded, so that none adds a field', () => {
  const filled = fillIn('key=${object}&v=${x:v}', 'form', { object: 'a b&admin=1/ü', 'x:v': 'x=y' });

  expect(filled).toBe('key=a%20b%26admin%3D1%2F%C3%BC&v=x%3Dy');
});

test('JSON gets a value of its own outside strings, and a part of the string inside', () => {
  const filled = fillIn('{"k":${object},"s":${size},"t":"<${object}>","e":"\\"${size}"}', 'json', {
    object: 'a"b\\',
    size: 5,
  });

  expect(JSON.parse(filled)).toEqual({ k: 'a"b\\', s: 5, t: '<a"b\\>', e: '"5' });
});

test('a custom variable that was not given is empty', () => {
  expect(fillIn('a=${x:none}.', 'form', {})).toBe('a=.');
  expect(fillIn('{"a":${x:none}}', 'json', {})).toBe('{"a":""}');
});

test('no value changes what the JSON around it says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const filled = fillIn('{"in":"<${x:v}>","out":${x:v},"end":1}', 'json', { 'x:v': value });

      expect(JSON.parse(filled)).toEqual({ in: `<${value}>`, out: value, end: 1 });
    }),
    { seed: 20261201 },
  );
});

test('a half of a surrogate pair in a form does no harm', () => {
  expect(fillIn('v=${x:v}', 'form', { 'x:v': '\ud800' })).toBe('v=%EF%BF%BD');
});

test('variables that no upload has are found, and those of media processing', () => {
  expect(strangeVariable('${bucket}${x:a}${imageInfo.width}')).toBeUndefined();
  expect(strangeVariable('${bucket}${bukcet}')).toBe('bukcet');
  expect(strangeVariable('${__proto__}')).toBe('__proto__');
  expect(mediaVariable('${size}${videoInfo.format.duration}')).toBe('videoInfo.format.duration');
  expect(mediaVariable('${size}')).toBeUndefined();
});
