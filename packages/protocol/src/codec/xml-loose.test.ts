import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLoose } from './xml-loose.ts';
import { parseXml, XmlError, type XmlNode } from './xml-reader.ts';
import { looseElement } from './xml.ts';

test('leaves are texts, repeated elements arrays, and attributes are left out', () => {
  const source =
    '\uFEFF<?xml version="1.0"?><!-- c --><a b="1">\n <c>x &lt;y&gt; &#65;</c> <d><![CDATA[<raw>]]></d><e/><c> 2\r\n</c><f><g/></f></a>\n';

  expect(readLoose(source)).toEqual({
    name: 'a',
    value: { c: ['x <y> A', ' 2\n'], d: '<raw>', e: '', f: { g: '' } },
  });
});

test('lists are arrays, however many there are', () => {
  expect(readLoose('<a><b>1</b><c/></a>', ['b', 'd']).value).toEqual({ b: ['1'], c: '', d: [] });
  expect(readLoose('<a/>', ['b']).value).toEqual({ b: [] });
  expect(readLoose('<a/>', []).value).toEqual({});
  expect(readLoose('<a><b><b>1</b></b></a>', ['b']).value).toEqual({ b: [{ b: '1' }] });
});

test('an element that holds text and a child is its child', () => {
  expect(readLoose('<a>text<b/></a>').value).toEqual({ b: '' });
});

test('nesting costs no stack', () => {
  expect(readLoose('<a>'.repeat(50_000) + '</a>'.repeat(50_000)).name).toBe('a');
});

/** Like documents, and sometimes one. */
const scraps = fc
  .array(
    fc.constantFrom(
      ...[
        '<a>',
        '</a>',
        '<b>',
        '</b>',
        '<a/>',
        '<b c="&amp;"/>',
        'text',
        ' ',
        '&lt;',
        '&',
        '&nbsp;',
        '<!-- -->',
      ],
      ...['<![CDATA[<]]>', '<?x?>', '<', '>', '<!DOCTYPE a>', '\uFEFF', '&#x110000;'],
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

test('takes what the strict reader takes, and refuses what it refuses', () => {
  let taken = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        scraps,
        scraps.map((inner) => `<a>${inner}</a>`),
      ),
      (source) => {
        const tree = attempt(() => parseXml(source));
        const value = attempt(() => readLoose(source));
        if (tree) taken += 1;
        expect(value).toEqual(tree && { name: tree.name, value: valueOf(tree) });
      },
    ),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test('reads what is written', () => {
  const document = { Code: 'x', List: [{ Key: 'a&b' }, { Key: '<c>' }], One: { Two: ' 3 ' } };

  expect(readLoose(looseElement('Root', document))).toEqual({ name: 'Root', value: document });
});

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(XmlError);
    return undefined;
  }
}

function valueOf({ text, children }: XmlNode): unknown {
  if (children.length === 0) return text;
  const value: Record<string, unknown> = {};
  for (const { name } of children) {
    const same = children.filter((child) => child.name === name).map(valueOf);
    value[name] = same.length === 1 ? same[0] : same;
  }
  return value;
}
