import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { readUses } from './uses.ts';

describe.each([
  ['on a page', { types: [], lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] }],
  ['on Node', {}],
])('a program %s', (_where, change) => {
  test('compiles with sixty right uses', () => {
    const { text, uses } = readUses('right.ts');

    expect(uses.length).toBeGreaterThanOrEqual(60);
    expect(compile(text, change)).toEqual([]);
  });

  test('fails to compile in each line of forty misuses', () => {
    const { text, first, uses } = readUses('wrong.ts');
    const lines = new Set(compile(text, change).map((message) => Number(/^line (\d+)/.exec(message)![1])));

    expect(uses.length).toBeGreaterThanOrEqual(40);
    expect(uses.filter((_use, index) => !lines.has(first + index + 1))).toEqual([]);
    expect([...lines].filter((line) => line <= first)).toEqual([]);
  });
});
