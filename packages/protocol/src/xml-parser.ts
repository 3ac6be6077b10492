/**
 * A deliberately small XML reader: elements, attributes, text, CDATA, comments and the five predefined entities with
 * numeric character references. It refuses document types and any other entity, so that no document can grow on
 * reading, and it is bounded in depth and size. It runs in an engine without any Web API.
 */

export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly XmlNode[];
}

/** Says why a document is not the XML that is wanted. */
export class XmlError extends Error {
  declare readonly name: 'XmlError';

  constructor(message: string) {
    super(message);
    (this as { name: string }).name = 'XmlError';
  }
}

export interface XmlLimits {
  /** Longest accepted document, in UTF-16 code units. */
  readonly maxLength: number;
  readonly maxDepth: number;
}

// A Complete of 10,000 parts is about 0.85 MB, a list of 1,000 long keys escaped about 4 MB.
const defaultLimits: XmlLimits = { maxLength: 16 * 1024 * 1024, maxDepth: 32 };

interface OpenNode {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: OpenNode[];
}

/** Reads one document and gives its root element. Throws {@link XmlError} on anything malformed. */
export function parseXml(source: string, limits: XmlLimits = defaultLimits): XmlNode {
  if (source.length > limits.maxLength)
    throw new XmlError(`document is longer than ${String(limits.maxLength)} characters`);
  const document: OpenNode = { name: '', attributes: {}, text: '', children: [] };
  const open: OpenNode[] = [document];
  let at = 0;
  while (at < source.length) {
    const top = open[open.length - 1]!;
    const tag = source.indexOf('<', at);
    const textEnd = tag < 0 ? source.length : tag;
    if (textEnd > at) top.text += decodeText(source.slice(at, textEnd));
    if (tag < 0) break;
    at = readMarkup(source, tag, open, limits);
  }
  if (open.length > 1) throw new XmlError(`element ${open[open.length - 1]!.name} is not closed`);
  const root = document.children[0];
  if (!root || document.children.length > 1) throw new XmlError('a document has exactly one root element');
  if (document.text.replace(/^\uFEFF/, '').trim() !== '')
    throw new XmlError('text stands outside the root element');
  return root;
}

/** Takes up the markup at `<` and gives the position after it. */
function readMarkup(source: string, tag: number, open: OpenNode[], limits: XmlLimits): number {
  const top = open[open.length - 1]!;
  if (source.startsWith('<!--', tag)) return skipTo(source, '-->', tag + 4);
  if (source.startsWith('<?', tag)) return skipTo(source, '?>', tag + 2);
  if (source.startsWith('<![CDATA[', tag)) {
    const end = skipTo(source, ']]>', tag + 9);
    top.text += source.slice(tag + 9, end - 3);
    return end;
  }
  if (source.startsWith('<!', tag)) throw new XmlError('document type declarations are not accepted');
  if (source.startsWith('</', tag)) {
    const end = skipTo(source, '>', tag + 2);
    const name = source.slice(tag + 2, end - 1).trim();
    if (open.length < 2 || top.name !== name) throw new XmlError(`end tag ${name.slice(0, 64)} has no start`);
    if (top.children.length > 0 && top.text.trim() === '') top.text = '';
    open.pop();
    return end;
  }
  return readStartTag(source, tag, open, limits);
}

const namePattern = /[A-Za-z_:][\w:.-]*/y;
const attributePattern = /\s+([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const tagEndPattern = /\s*(\/?)>/y;

function readStartTag(source: string, tag: number, open: OpenNode[], limits: XmlLimits): number {
  const name = matchAt(namePattern, source, tag + 1)?.[0];
  if (name === undefined) throw new XmlError('markup is not a tag');
  const attributes: Record<string, string> = {};
  let at = tag + 1 + name.length;
  for (
    let found = matchAt(attributePattern, source, at);
    found;
    found = matchAt(attributePattern, source, at)
  ) {
    attributes[found[1]!] = decodeText(found[2] ?? found[3] ?? '');
    at += found[0].length;
  }
  const end = matchAt(tagEndPattern, source, at);
  if (!end) throw new XmlError(`start tag ${name.slice(0, 64)} is malformed`);
  const node: OpenNode = { name, attributes, text: '', children: [] };
  open[open.length - 1]!.children.push(node);
  if (end[1] === '') {
    if (open.length > limits.maxDepth)
      throw new XmlError(`elements are nested deeper than ${String(limits.maxDepth)}`);
    open.push(node);
  }
  return at + end[0].length;
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function skipTo(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  if (found < 0) throw new XmlError(`expected ${mark}`);
  return found + mark.length;
}

const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeText(text: string): string {
  // Line ends are normalised as XML wants; a character reference to CR survives.
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  if (!lines.includes('&')) return lines;
  return lines.replace(/&([^;&\s]{0,12})(;?)/g, (whole, name: string, end: string) => {
    if (end === '') throw new XmlError('an ampersand starts no entity');
    const known = predefined[name] ?? characterReference(name);
    if (known === undefined) throw new XmlError(`entity ${whole} is not accepted`);
    return known;
  });
}

function characterReference(name: string): string | undefined {
  const found = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
  if (!found) return undefined;
  const code = found[1] === undefined ? Number(found[2]) : parseInt(found[1], 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
