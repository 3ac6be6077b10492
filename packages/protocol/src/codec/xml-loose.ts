/** Reads any document the way clients do: without shapes, attributes or a tree between. */
import { contentStart, decodeText, isBlank, normalLines, token, XmlError } from './xml-reader.ts';

interface Open {
  readonly name: string;
  text: string;
  /** What its children are, when it has any. */
  children?: Record<string, unknown>;
}

/**
 * Reads a document as the official SDKs do: leaves are strings, elements with children objects, repeated names arrays,
 * and attributes are left out. With `lists` the root has children, even if it shows none, and those of the names listed
 * are always arrays. Throws `XmlError` on anything malformed.
 */
export function readLoose(source: string, lists?: readonly string[]): { name: string; value: unknown } {
  let top: Open = { name: '', text: '' };
  const outer: Open[] = [];
  for (let at = contentStart(source); at < source.length; at = token.lastIndex) {
    token.lastIndex = at;
    const found = token.exec(source);
    if (!found) throw malformed(source.slice(at, at + 32));
    // By index: taken apart as a list, a match costs as much as finding it.
    const start = found[3];
    const end = found[5] ? start : found[2];
    if (start !== undefined) {
      outer.push(top);
      top = { name: start, text: '' };
      if (lists && outer.length === 1)
        top.children = Object.assign({}, ...lists.map((name) => ({ [name]: [] }))) as Record<string, unknown>;
    }
    if (end !== undefined) {
      const { name, text, children } = top;
      const parent = outer.pop();
      if (!parent || name !== end) throw malformed(found[0]);
      top = parent;
      add((top.children ??= {}), name, children ?? text);
    } else if (start === undefined)
      top.text += found[1] === undefined ? normalLines(found[6] ?? '') : decodeText(found[1]);
  }
  const [root, ...others] = Object.entries(top.children ?? {});
  if (!root || outer.length + others.length > 0 || Array.isArray(root[1]) || !isBlank(top.text))
    throw malformed(source.slice(-32));
  return { name: root[0], value: root[1] };
}

function add(children: Record<string, unknown>, name: string, value: unknown): void {
  const present = children[name];
  if (Array.isArray(present)) present.push(value);
  else children[name] = present === undefined ? value : [present, value];
}

function malformed(near: string): XmlError {
  return new XmlError(`the document is malformed near ${near}`);
}
