import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseXml, XmlError } from './xml-reader.ts';

test('reads elements, attributes, text, CDATA, comments and character references', () => {
  const root = parseXml(
    '\uFEFF<?xml version="1.0"?><!-- c --><a b="1&amp;2"><c>x &lt;y&gt; &#65;&#x42;</c><d><![CDATA[<raw>&amp;]]></d><e/></a>\n',
  );

  expect(root.attributes).toEqual({ b: '1&2' });
  expect(root.children.map((child) => [child.name, child.text])).toEqual([
    ['c', 'x <y> AB'],
    ['d', '<raw>&amp;'],
    ['e', ''],
  ]);
});

test('keeps white space inside a leaf and drops it between elements', () => {
  const root = parseXml('<a>\n  <b>  two words \n</b>\n</a>');

  expect(root.text).toBe('');
  expect(root.children[0]?.text).toBe('  two words \n');
});

test('normalises line ends but keeps a carriage return that was written as a reference', () => {
  expect(parseXml('<a>1\r\n2\r3&#13;</a>').text).toBe('1\n2\n3\r');
});

describe('refuses', () => {
  test.each([
    ['a document type', '<!DOCTYPE a><a/>'],
    ['an entity declaration', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['an entity that is not predefined', '<a>&nbsp;</a>'],
    ['a bare ampersand', '<a>b & c</a>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a control character', '<a>\u0007</a>'],
    ['a control character in CDATA', '<a><![CDATA[\u001b]]></a>'],
    ['a control character in a comment', '<a><!--\u0000--></a>'],
    ['a reference to a control character', '<a>&#7;</a>'],
    ['a reference to nothing', '<a>&#0;</a>'],
    ['a reference to a control character in an attribute', '<a b="&#x1F;"/>'],
    ['a reference to half of a pair', '<a>&#xD800;</a>'],
    ['a reference to no character', '<a>&#xFFFE;</a>'],
    ['an unclosed element', '<a><b></b>'],
    ['crossed elements', '<a><b></a></b>'],
    ['an end without a start', '</a>'],
    ['two roots', '<a/><b/>'],
    ['no root', '   '],
    ['text outside the root', '<a/>tail'],
    ['an unclosed comment', '<a><!-- b</a>'],
    ['an unclosed CDATA', '<a><![CDATA[b</a>'],
    ['an unclosed declaration', '<?xml version="1.0"'],
    ['a malformed start tag', '<a b=c/>'],
    ['a tag without a name', '<a>< b/></a>'],
    ['a truncated tag', '<a><b'],
  ])('%s', (_what, source) => {
    expect(() => parseXml(source)).toThrow(XmlError);
  });

  test('elements nested deeper than allowed', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);

    expect(() => parseXml(nested(32))).not.toThrow();
    expect(() => parseXml(nested(100_000))).toThrow(XmlError);
  });

  test('a document longer than allowed', () => {
    expect(() => parseXml(`<a>${'x'.repeat(100)}</a>`, { maxLength: 50, maxDepth: 4 })).toThrow(XmlError);
  });
});

test('never fails with anything but an XmlError, whatever it is given', () => {
  const scraps = fc.constantFrom(
    ...[
      '<',
      '>',
      '/',
      '<a>',
      '</a>',
      '<a b="',
      '"',
      "'",
      '&',
      '&lt;',
      '&#',
      ';',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
    ],
    ...['<!DOCTYPE', ' ', '\r', '\u0000', 'é', '\ud800'],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(scraps).map((list) => list.join('')),
      ),
      (source) => {
        try {
          parseXml(source);
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('takes time in proportion to the length of the document', () => {
  const document = (count: number) => `<a>${'<b c="d">e</b>'.repeat(count)}</a>`;

  const root = parseXml(document(200_000));

  expect(root.children).toHaveLength(200_000);
});
