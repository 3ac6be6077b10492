import type { Json } from '../port.ts';

// Documents of so many bucket configurations are kept as they were read; the one that was used longest ago goes first.
const kept = 1024;
const parsed = new Map<string, Json>();

/**
 * Reads a stored document. The same text gives the same value, which nobody may change: what is derived from a
 * document, such as the statements of a policy, can be kept beside it until the document is replaced.
 */
export function readDocument(text: string): Json {
  const known = parsed.get(text);
  if (known !== undefined) {
    parsed.delete(text);
    parsed.set(text, known);
    return known;
  }
  const document = JSON.parse(text) as Json;
  if (parsed.size >= kept) parsed.delete(parsed.keys().next().value!);
  parsed.set(text, document);
  return document;
}
