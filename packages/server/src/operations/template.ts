/**
 * Texts with variables, `${object}`, that are filled in once an object is there: bodies of upload callbacks, and answers
 * that an upload composes. Sources: https://cloud.tencent.com/document/product/436/106770 (callback) and
 * https://cloud.tencent.com/document/product/436/97529 (answer).
 */

/** What variables stand for. Custom ones begin with `x:`. */
export type Variables = Readonly<Record<string, string | number>>;

/** How the rest of a text is written, which decides how a value is. */
export type TemplateKind = 'form' | 'json';

const variable = /\$\{([^{}]*)\}/g;
const systemNames = ['bucket', 'object', 'etag', 'size', 'mimeType', 'region'];
// Only the vendor's media processing knows what they stand for.
const media = /^(imageInfo|videoInfo|exif)(\.|$)/;

/** How many variables a text names. */
export function variableCount(text: string): number {
  return namesIn(text).length;
}

/** A variable that no upload can have, for a message; undefined when all are known. */
export function strangeVariable(text: string): string | undefined {
  return namesIn(text).find(
    (name) => !systemNames.includes(name) && !name.startsWith('x:') && !media.test(name),
  );
}

/** A variable of media processing, which this service does not do; undefined when there is none. */
export function mediaVariable(text: string): string | undefined {
  return namesIn(text).find((name) => media.test(name));
}

function namesIn(text: string): string[] {
  return [...text.matchAll(variable)].map(([, name = '']) => name);
}

/**
 * Fills a text in. In JSON a variable is a value of its own, or part of the string that it stands in. In a form it is
 * percent-encoded, so that no key can add a field. A custom variable that was not given is empty.
 */
export function fillIn(text: string, kind: TemplateKind, variables: Variables): string {
  let filled = '';
  let end = 0;
  let inString = false;
  for (const found of text.matchAll(variable)) {
    const between = text.slice(end, found.index);
    inString = kind === 'json' && endsInString(between, inString);
    const name = found[1] ?? '';
    const value = Object.hasOwn(variables, name) ? variables[name]! : '';
    filled += between + (kind === 'form' ? encodeURIComponent(wellFormed(value)) : asJson(value, inString));
    end = found.index + found[0].length;
  }
  return filled + text.slice(end);
}

/** A half of a surrogate pair cannot be encoded; keys have none, custom variables may. */
function wellFormed(value: string | number): string {
  return String(value).toWellFormed();
}

function asJson(value: string | number, inString: boolean): string {
  return inString ? JSON.stringify(String(value)).slice(1, -1) : JSON.stringify(value);
}

function endsInString(text: string, inString: boolean): boolean {
  for (let at = 0; at < text.length; at++) {
    if (inString && text[at] === '\\') at++;
    else if (text[at] === '"') inString = !inString;
  }
  return inString;
}
