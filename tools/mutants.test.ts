import { expect, test } from 'vitest';
import { mutantsOf, withMutant } from './mutants.ts';

const edits = (source: string) => mutantsOf(source).map(({ before, after }) => `${before} -> ${after}`);

test.each([
  ['if (a === b) c();', ['a === b -> false as boolean', '=== -> !==', 'c(); -> ;']],
  ['return !a && n < 10;', ['&& -> ||', '!a -> a', '< -> <=', '10 -> 10 + 1']],
  ['return a ? 1 : 2;', ['a ? 1 : 2 -> a ? 2 : 1', '1 -> 1 + 1', '2 -> 2 + 1']],
  ['await f(true); throw new Error();', ['await f(true); -> ;', 'true -> false', 'throw new Error(); -> ;']],
  ['super(); const a: 1 = b();', []],
])('the edits of %j', (body, expected) => {
  expect(edits(`function f() { ${body} }`)).toEqual(expected);
});

test('constants, types and imports offer none', () => {
  expect(edits("import { a } from '1'; const limit = 5; interface B { c: true } type D = 1;")).toEqual([]);
});

test('an edit is made where it was found', () => {
  const source = 'const f = (a: number) =>\n  a > 1;';
  const [first] = mutantsOf(source);

  expect(first?.line).toBe(2);
  expect(withMutant(source, first!)).toBe('const f = (a: number) =>\n  a >= 1;');
});
