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
  /** Most tags, texts, comments and instructions; absent: as many as fit. */
  readonly maxTokens?: number;
}

// A Complete of 10,000 parts is about 0.85 MB, a list of 1,000 long keys escaped about 4 MB.
const defaultLimits: XmlLimits = { maxLength: 16 * 1024 * 1024, maxDepth: 32 };

interface OpenNode {
  name: string;
  attributes: Readonly<Record<string, string>>;
  text: string;
  children: OpenNode[];
}

// What most of 30,000 elements have none of is one object for all.
const noAttributes: Readonly<Record<string, string>> = {};
const noChildren: OpenNode[] = [];

/** The next token: text, an end tag, a start tag with attributes, a CDATA section, a comment or an instruction. */
export const token =
  /([^<]+)|<\/([A-Za-z_:][\w:.-]*)[ \t\r\n]*>|<([A-Za-z_:][\w:.-]*)((?:[ \t\r\n]+[A-Za-z_:][\w:.-]*[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*'))*)[ \t\r\n]*(\/?)>|<!\[CDATA\[([^]*?)\]\]>|<!--[^]*?-->|<\?[^]*?\?>/y;

/**
 * Reads one document and gives its root element. Throws {@link XmlError} on anything malformed, characters that XML cannot
 * hold among them, also where a reference names them.
 */
export function parseXml(source: string, limits: XmlLimits = defaultLimits): XmlNode {
  const { maxLength, maxDepth, maxTokens = Infinity } = limits;
  if (source.length > maxLength) throw new XmlError(`document is longer than ${maxLength} characters`);
  if (!isXmlText(source)) throw new XmlError('document has a character that XML cannot hold');
  let top: OpenNode = { name: '', attributes: noAttributes, text: '', children: noChildren };
  const open: OpenNode[] = [];
  let tokens = 0;
  for (let at = contentStart(source); at < source.length; at = token.lastIndex) {
    if (++tokens > maxTokens) throw new XmlError(`document has more than ${maxTokens} pieces`);
    token.lastIndex = at;
    const found = token.exec(source);
    if (!found) throw new XmlError(`markup is not accepted: ${source.slice(at, at + 32)}`);
    // By index: taken apart as a list, a match costs as much as finding it.
    const text = found[1];
    const end = found[2];
    const name = found[3];
    if (text !== undefined) top.text += strictText(text);
    else if (name !== undefined) {
      const attributes = found[4] ? readAttributes(found[4]) : noAttributes;
      const node: OpenNode = { name, attributes, text: '', children: noChildren };
      if (top.children === noChildren) top.children = [node];
      else top.children.push(node);
      if (found[5]) continue;
      if (open.push(top) > maxDepth) throw new XmlError(`elements are nested deeper than ${maxDepth}`);
      top = node;
    } else if (end !== undefined) {
      const parent = open.pop();
      if (!parent || top.name !== end) throw new XmlError(`end tag ${end.slice(0, 64)} has no start`);
      if (top.children.length > 0 && isBlank(top.text)) top.text = '';
      top = parent;
    } else top.text += normalLines(found[6] ?? '');
  }
  if (open.length > 0) throw new XmlError(`element ${top.name} is not closed`);
  const [root] = top.children;
  if (!root || top.children.length > 1 || !isBlank(top.text))
    throw new XmlError('a document is exactly one element');
  return root;
}

/** Whether a text has only characters that XML 1.0 can hold, escaped or not (section 2.2): few controls, no half pairs. */
export function isXmlText(text: string): boolean {
  return !/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
}

/** Where a document begins: behind its byte order mark, if there is one. */
export function contentStart(source: string): number {
  return source.startsWith('\uFEFF') ? 1 : 0;
}

/** Whether a text is nothing but XML's own white space: a no-break space, or a byte order mark further on, is content. */
export function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  text.replace(
    /([^ \t\r\n=]+)[ \t\r\n]*=[ \t\r\n]*(["'])([^]*?)\2/g,
    (_whole, name: string, _quote, value: string) => {
      attributes[name] = strictText(value.replace(/\r\n?|[\t\n]/g, ' '));
      return '';
    },
  );
  return attributes;
}

const predefined: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Line ends as XML wants them, in CDATA too (XML 1.0, 2.11). */
export function normalLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function strictText(source: string): string {
  const text = decodeText(source);
  if (source.includes('&#') && !isXmlText(text))
    throw new XmlError('a reference names a character that XML cannot hold');
  return text;
}

/** The text that an element's source stands for. Names of characters that XML cannot hold are taken: services write them. */
export function decodeText(text: string): string {
  // A character reference to CR survives.
  const lines = normalLines(text);
  if (!lines.includes('&')) return lines;
  // Without a function that is called for each, a long text costs a tenth.
  if (!/&(?!(?:lt|gt|amp|quot|apos);)/.test(lines))
    return lines
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&apos;/g, "'")
      .replace(/&amp;/g, '&');
  return lines.replace(/&([^;&\s]{0,12})(;?)/g, (whole, name: string, end: string) => {
    const known = end === '' ? undefined : (predefined[name] ?? characterReference(name));
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
