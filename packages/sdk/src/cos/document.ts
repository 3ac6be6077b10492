/** XML as the official SDKs' helpers read it: any document in, any object out. */
import { looseNode, parseXml } from '@sampan/protocol';

/** Reads a document as an object with the root's name: leaves are strings, repeated elements arrays. */
export function xml2json(text: string): Record<string, unknown> {
  const node = parseXml(text.trim());
  return { [node.name]: looseNode(node) };
}
