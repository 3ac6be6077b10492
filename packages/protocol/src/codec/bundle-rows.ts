/**
 * Rows as short texts, for bundles: what a client reads of a row, and nothing of what only the service does. A bundler
 * writes them from the table ({@link writeRow}), and the bundle reads them when it is loaded ({@link readRow}).
 *
 * A row is words: numbers of method and target with whether a call may be repeated, the action, the flags of the query
 * that select it, its fields, the request's body and the answer's. Fields stand in one list for all rows of a bundle
 * ({@link writeField}), and a row names each by one character. Headers and parameters are mostly spelled as the field
 * is, so their names are computed, and written only where they differ.
 */
import type { Body, Field, Fields, Method, Operation, Target } from './operation.ts';
import { anyXml } from './xml.ts';

const methods = /* @__PURE__ */ 'GET HEAD PUT POST DELETE OPTIONS'.split(' ') as Method[];
const targets: readonly Target[] = ['service', 'bucket', 'object'];
/** Codes of the characters that stand for fields: those of one byte first, then those after the control characters. */
const fieldCode = (index: number): number => index + (index < 94 ? 33 : 67);

/** An answer whose root holds text; any other root is an element. */
const textRoot = ',.';

type Named = readonly [name: string, field: Fields[string]];

/** Reads the list of fields. */
export function readFields(text: string): Named[] {
  return text.split(' ').map((word) => {
    const [, marks = '', name = '', wire = ''] = /^(\W*)(\w+)=?(.*)/.exec(word)!;
    const place = marks.includes('?') ? 'query' : marks.includes(':') ? 'form' : 'header';
    const field = {
      place,
      name: wire || spelled(place, name, marks.includes('+')),
      required: marks.includes('!'),
      prefix: marks.includes('*'),
    };
    return [name, field as unknown as Fields[string]];
  });
}

/** How a field is called on the wire unless the list says otherwise. */
function spelled(place: Field<unknown>['place'], name: string, isOwn: boolean): string {
  const words = name.replace('SSE', 'ServerSideEncryption').replace(/([a-z])(?=[A-Z])/g, '$1-');
  if (isOwn) return `x-cos-${words.toLowerCase()}`;
  return place === 'form' ? words : words.toLowerCase();
}

/** Reads one row. */
export function readRow(known: readonly Named[], text: string): Operation {
  const [kind = '', action = '', flags = '', names = '', sentBody = '', answered = ''] = text.split(' ');
  const fields: Record<string, Fields[string]> = {};
  known.forEach(([name, field], index) => {
    if (names.includes(String.fromCharCode(fieldCode(index)))) fields[name] = field;
  });
  return {
    method: methods[+kind.charAt(0)]!,
    target: targets[+kind.charAt(1)]!,
    idempotent: kind.length < 3,
    action,
    select: { query: flags ? flags.split(',') : [] },
    source: '',
    // A short row does not know which values make a document, so only one that stands whole under its root is sent.
    request: { fields, body: { ...readBody(sentBody), optional: true } as Body },
    response: { status: 0, fields: {}, body: readBody(answered) },
  };
}

function readBody(text: string): Body {
  const [kind, first = '', ...rest] = text.split(',');
  return {
    kind: kind || (text ? 'xml' : 'none'),
    root: first,
    field: first,
    type: rest[0],
    shape: { ...anyXml, lists: text === textRoot ? undefined : rest },
  } as unknown as Body;
}

/** Writes one entry of the list of fields. */
export function writeField(name: string, { place, name: wire, required, prefix }: Fields[string]): string {
  const isOwn = wire === spelled(place, name, true);
  const marks = { query: '?', form: ':', header: '' }[place] + (isOwn ? '+' : '') + (required ? '!' : '');
  return `${marks}${prefix ? '*' : ''}${name}${spelled(place, name, isOwn) === wire ? '' : `=${wire}`}`;
}

/** Writes one row; `index` gives the position of a field in the list. */
export function writeRow(row: Operation, index: (field: string) => number): string {
  const { method, target, idempotent, action, select, request, response } = row;
  return [
    `${methods.indexOf(method)}${targets.indexOf(target)}${idempotent ? '' : '-'}`,
    action,
    (select?.query ?? []).join(','),
    Object.entries(request.fields)
      .map(([name, field]) => String.fromCharCode(fieldCode(index(writeField(name, field)))))
      .join(''),
    writeBody(request.body, ({ root }) => `,${root}`),
    writeBody(response.body, ({ shape: { lists } }) => (lists ? ['', '', ...lists].join() : textRoot)),
  ]
    .join(' ')
    .replace(/ +$/, '');
}

/** Clients write any document under a root, and read any; of an answer's elements they know which are lists. */
function writeBody(body: Body, writeXml: (body: Body & { kind: 'xml' }) => string): string {
  if (body.kind === 'text') return `text,${body.field},${body.type}`;
  return body.kind === 'xml' ? writeXml(body) : body.kind.replace('none', '');
}
