/** XML as the official SDKs' helpers read and write it: any document and any object. */
import { looseNode, looseXml, parseXml, type Operation } from '@sampan/protocol';

/** Reads a document as an object with the root's name: leaves are strings, repeated elements arrays. */
export function xml2json(text: string): Record<string, unknown> {
  const node = parseXml(text.trim());
  return { [node.name]: looseNode(node) };
}

/** Writes the document of a row's request. */
export function documentText({ request }: Operation, document: unknown): string {
  const root = request.body.kind === 'xml' ? request.body.root : '';
  return `<?xml version="1.0" encoding="UTF-8"?>${looseXml({ [root]: document })}`;
}
