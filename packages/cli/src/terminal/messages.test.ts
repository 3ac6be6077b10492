import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { afterEach, expect, test } from 'vitest';
import { chinese } from './messages-zh.ts';
import { languageOf, speak, t } from './messages.ts';

const sources = join(import.meta.dirname, '..');

/** The English sentences of all sources, with {} for each value. */
function sentences(): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 't') {
      const { template } = node;
      const parts = ts.isNoSubstitutionTemplateLiteral(template)
        ? [template.text]
        : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];
      found.add(parts.join('{}'));
    }
    ts.forEachChild(node, visit);
  };
  for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.ts') && !name.endsWith('.test.ts'))
      visit(
        ts.createSourceFile(name, readFileSync(join(sources, name), 'utf8'), ts.ScriptTarget.Latest, true),
      );
  return found;
}

afterEach(() => speak('en'));

test('every sentence has a Chinese one with the same values, and none is left over', () => {
  const english = sentences();

  expect([...english].filter((sentence) => chinese[sentence] === undefined)).toEqual([]);
  expect(Object.keys(chinese).filter((sentence) => !english.has(sentence))).toEqual([]);
  for (const [sentence, translated] of Object.entries(chinese)) {
    // One sentence shows braces of a pattern, and has no values.
    const values = sentence.includes('[] {} in') ? 0 : sentence.split('{}').length - 1;
    const named = [...translated.matchAll(/\{(\d+)\}/g)]
      .map(([, index]) => Number(index))
      .toSorted((a, b) => a - b);
    expect({ sentence, named }).toEqual({
      sentence,
      named: Array.from({ length: values }, (_, index) => index),
    });
  }
});

test('values go where the language wants them', () => {
  const say = () => t`${2} of ${7} files failed`;

  expect(say()).toBe('2 of 7 files failed');
  speak('zh');
  expect(say()).toBe('7 个文件中有 2 个失败');
});

test('the locale decides, in the order of POSIX', () => {
  expect(languageOf({ LC_ALL: 'en_US.UTF-8', LANG: 'zh_CN.UTF-8' })).toBe('en');
  expect(languageOf({ LC_ALL: '', LANG: 'zh_CN.UTF-8' })).toBe('zh');
  expect(languageOf({}, 'zh-CN')).toBe('zh');
  expect(languageOf({ LANG: 'C' }, 'zh-CN')).toBe('en');
});
