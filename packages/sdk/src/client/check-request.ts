/**
 * Checks a request's texts (key, headers, queries) before it is sent. A text that cannot arrive unchanged is refused
 * here, by the name of its parameter. Hosts would change it silently, or fail with an error that looks like a network fault.
 */
import { UsageError } from '@sampan/protocol';
import type { Platform } from '../core/platform.ts';

type Texts = Readonly<Record<string, string>>;

/** What of a request is text. */
export interface RequestTexts {
  readonly bucket: string;
  /** The key that the call names, which of a form is not in its address. */
  readonly named: string;
  readonly query: Texts;
  readonly headers: Texts;
  readonly form: Texts | undefined;
  /** A document; bytes of objects are checked where they are read. */
  readonly body: unknown;
}

/** Throws a UsageError for the first text that cannot be sent. */
export function checkRequest(
  { tidiesPaths, name: host }: Platform,
  { bucket, named, query, headers, form, body }: RequestTexts,
): void {
  checkText('param Bucket', bucket);
  checkText('param Key', named);
  if (tidiesPaths) checkSegments(named, host);
  for (const [name, value] of Object.entries(query)) {
    checkText(`query parameter ${printable(name)}`, name);
    checkText(`query parameter ${name}`, value);
  }
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  for (const [name, value] of Object.entries(form ?? {})) checkText(`form field ${printable(name)}`, value);
  if (typeof body === 'string') checkText('the document', body);
}

/** Throws for text with half of a surrogate pair, which UTF-8 cannot hold: U+FFFD would be stored in its place. */
export function checkText(what: string, text: string): void {
  // Not isWellFormed(), which engines of ES2018 do not have.
  const broken = /[\ud800-\udbff](?![\udc00-\udfff])|(?:[^\ud800-\udbff]|^)[\udc00-\udfff]/.exec(text);
  if (broken)
    throw new UsageError(
      `${what} is no well-formed text: half of a surrogate pair stands at ${broken.index}; ` +
        'it was probably cut inside a character',
    );
}

/** Throws for keys that an address on this host cannot name. */
export function checkSegments(key: string, host: string): void {
  if (key.split('/').some((segment) => segment === '.' || segment === '..'))
    throw new UsageError(
      `param Key has . or .. between slashes: ${host} takes these out of addresses, so the request would be ` +
        'about another object; use another key, or Node',
    );
}

function checkHeader(name: string, value: string): void {
  if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name))
    throw new UsageError(`header ${printable(name)} has a name that HTTP does not allow`);
  const at = /[^\t\x20-\x7e\x80-\xff]/.exec(value);
  if (!at) return;
  if (/[\0-\x1f\x7f]/.test(at[0])) throw new UsageError(`header ${name} holds a control character`);
  const hint =
    name === 'content-disposition'
      ? ", as in attachment; filename*=UTF-8''%E6%96%87.txt (RFC 6266)"
      : ', and decode it where it is read';
  throw new UsageError(
    `header ${name} holds characters outside Latin-1, which HTTP does not carry: percent-encode it` +
      ` (encodeURIComponent)${hint}`,
  );
}

/** A name as it may stand in a message. */
function printable(name: string): string {
  return JSON.stringify(name).replace(/[^\x20-\x7e]/g, '?');
}
