/** Converts between any XML document and objects, as the official SDKs' `json2xml` and `xml2json` do. */
import { looseXml, readLoose, type Operation } from '@sampan/protocol';

/** Reads a document as an object with the root's name: leaves are strings, repeated elements arrays. */
export function xml2json(text: string): Record<string, unknown> {
  const { name, value } = readLoose(text.trim());
  return { [name]: value };
}

/** Writes the document of a row's request. */
export function documentText({ request }: Operation, document: unknown): string {
  const root = request.body.kind === 'xml' ? request.body.root : '';
  return `<?xml version="1.0" encoding="UTF-8"?>${looseXml({ [root]: document })}`;
}
