/** XML as the official SDKs' helpers write and read it: any object in, any object out. */
import { escapeXml, looseNode, parseXml } from '@sampan/protocol';

/** Writes an object as XML: each property an element, each array so many of them. Undefined properties are left out. */
export function json2xml(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value !== 'object') return escapeXml(JSON.stringify(value));
  return Object.entries(value)
    .map(([name, item]) => elements(name, item))
    .join('');
}

function elements(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => elements(name, item)).join('');
  return `<${name}>${json2xml(value)}</${name}>`;
}

/** Reads a document as an object with the root's name: leaves are strings, repeated elements arrays. */
export function xml2json(text: string): Record<string, unknown> {
  const node = parseXml(text.trim());
  return { [node.name]: looseNode(node) };
}
