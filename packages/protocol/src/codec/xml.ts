/**
 * Shapes that describe the content of one XML element. A shape writes typed values and reads them back strictly, which
 * the service does and answers MalformedXML. Clients need no shapes: they write any object and read any element, as
 * the official SDKs do. `any` stands only where a shape's own type is the parameter.
 */
import { parseXml, XmlError, type XmlLimits, type XmlNode } from './xml-reader.ts';

export { isXmlText, parseXml, XmlError, type XmlLimits, type XmlNode } from './xml-reader.ts';

export interface Xml<T> {
  read(node: XmlNode): T;
  write(name: string, value: T): string;
  /** Set on shapes that take up any number of siblings; the names of those siblings, or `self` for the field's. */
  readonly siblings?: 'self' | readonly string[];
  /** Value of a field whose element is absent; without it the element is required. */
  readonly absent?: () => T;
  /** Names of the children that the element knows. */
  readonly fields?: readonly string[];
  /** Names of the children that are lists, however many there are. */
  readonly lists?: readonly string[];
}

/* @__NO_SIDE_EFFECTS__ */
function leaf<T>(parse: (text: string) => T): Xml<T> {
  return {
    read(node) {
      if (node.children.length > 0) throw new XmlError(`element ${node.name} must hold text alone`);
      return parse(node.text);
    },
    write: (name, value) => (value === '' ? `<${name}/>` : `<${name}>${escapeXml(String(value))}</${name}>`),
  };
}

/** Text as it stands; white space counts. */
export const xmlText: Xml<string> = leaf((text) => text);

/** A whole number. */
export const xmlInteger: Xml<number> = leaf((text) => {
  const trimmed = text.trim();
  if (!/^-?\d{1,15}$/.test(trimmed))
    throw new XmlError(`expected a whole number, got "${trimmed.slice(0, 32)}"`);
  return Number(trimmed);
});

/** `true` or `false`, in any case. */
export const xmlBoolean: Xml<boolean> = leaf((text) => {
  const word = text.trim().toLowerCase();
  if (word !== 'true' && word !== 'false')
    throw new XmlError(`expected true or false, got "${word.slice(0, 32)}"`);
  return word === 'true';
});

/** One word of a closed set. */
/* @__NO_SIDE_EFFECTS__ */
export function xmlOneOf<const W extends readonly string[]>(...words: W): Xml<W[number]> {
  return leaf((text) => {
    const word = text.trim();
    if (!words.includes(word))
      throw new XmlError(`expected one of ${words.join(', ')}, got "${word.slice(0, 32)}"`);
    return word;
  });
}

/**
 * A field whose element may be missing. An empty element counts as missing where it could not be read: the official Java
 * SDK writes the fields that were not set so.
 */
/* @__NO_SIDE_EFFECTS__ */
export function maybe<T>(shape: Xml<T>): Xml<T | undefined> {
  return {
    read(node) {
      try {
        return shape.read(node);
      } catch (error) {
        if (node.children.length === 0 && node.text.trim() === '') return undefined;
        throw error;
      }
    },
    write: (name, value) => (value === undefined ? '' : shape.write(name, value)),
    absent: () => undefined,
  };
}

/** Zero or more siblings of the field's name; always an array, also for one. */
/* @__NO_SIDE_EFFECTS__ */
export function many<T>(item: Xml<T>): Xml<T[]> {
  return {
    read: (node) => [item.read(node)],
    write: (name, values) => values.map((value) => item.write(name, value)).join(''),
    siblings: 'self',
    absent: () => [],
  };
}

type OneOfEach<F extends Record<string, Xml<any>>> = {
  [K in keyof F]: { readonly is: K; readonly value: F[K] extends Xml<infer T> ? T : never };
}[keyof F];

/** Siblings of several names in one ordered list, such as `Version` and `DeleteMarker`. */
/* @__NO_SIDE_EFFECTS__ */
export function interleaved<F extends Record<string, Xml<any>>>(shapes: F): Xml<OneOfEach<F>[]> {
  return {
    read: (node) => {
      const value: unknown = shapes[node.name]?.read(node);
      return [{ is: node.name, value } as OneOfEach<F>];
    },
    write: (_name, values) =>
      values
        .map(({ is, value }: { is: keyof F; value: unknown }) => shapes[is]?.write(String(is), value) ?? '')
        .join(''),
    siblings: Object.keys(shapes),
    absent: () => [],
  };
}

type ElementOf<F extends Record<string, Xml<any>>> = {
  [K in keyof F as F[K] extends Xml<infer T> ? (undefined extends T ? never : K) : never]: F[K] extends Xml<
    infer T
  >
    ? T
    : never;
} & {
  [K in keyof F as F[K] extends Xml<infer T> ? (undefined extends T ? K : never) : never]?: F[K] extends Xml<
    infer T
  >
    ? T
    : never;
};

interface ElementOptions {
  /** Attributes that are fields too: from the field's name to the attribute's. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Text written inside the start tag as it stands, such as a name space declaration. */
  readonly declare?: string;
}

/** An element with named children, written in the order declared; unknown children are passed over. */
/* @__NO_SIDE_EFFECTS__ */
export function element<F extends Record<string, Xml<any>>>(
  fields: F,
  options: ElementOptions = {},
): Xml<ElementOf<F>> {
  const attributes = Object.entries(options.attributes ?? {});
  const children = Object.entries(fields).filter(([name]) => !attributes.some(([field]) => field === name));
  return {
    fields: Object.keys(fields),
    lists: Object.entries(fields).reduce<string[]>(
      (lists, [name, { siblings = [] }]) => lists.concat(siblings === 'self' ? name : siblings),
      [],
    ),
    read(node) {
      const value: Record<string, unknown> = {};
      for (const [name, attribute] of attributes) setPresent(value, name, node.attributes[attribute]);
      for (const [name, shape] of children) {
        const found: unknown = shape.siblings ? readSiblings(node, name, shape) : readOne(node, name, shape);
        if (found !== undefined) value[name] = found;
        else if (shape.absent) setPresent(value, name, shape.absent());
        else throw new XmlError(`element ${name} is missing in ${node.name}`);
      }
      return value as ElementOf<F>;
    },
    write(name, value) {
      const values = value as Record<string, unknown>;
      const tag = attributes.reduce(
        (start, [field, attribute]) => {
          const text = values[field];
          return typeof text === 'string' ? `${start} ${attribute}="${escapeAttribute(text)}"` : start;
        },
        name + (options.declare ? ` ${options.declare}` : ''),
      );
      const inner = children.map(([field, shape]) => shape.write(field, values[field])).join('');
      return inner === '' ? `<${tag}/>` : `<${tag}>${inner}</${name}>`;
    },
  };
}

/** Writes any object: each property an element, each array so many of them. Undefined properties are left out. */
export function looseXml(value: unknown): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value !== 'object') return value === undefined ? '' : escapeXml(JSON.stringify(value));
  return Object.entries(value ?? {})
    .map(([name, item]) => looseElement(name, item))
    .join('');
}

/** Writes one element, or many for an array. */
export function looseElement(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => looseElement(name, item)).join('');
  return `<${name}>${looseXml(value)}</${name}>`;
}

/** Reads the only child of a name; undefined when there is none. */
function readOne(node: XmlNode, name: string, shape: Xml<any>): unknown {
  let found: XmlNode | undefined;
  for (const child of node.children) {
    if (child.name !== name) continue;
    if (found) throw new XmlError(`element ${name} is given twice`);
    found = child;
  }
  return found && shape.read(found);
}

/** Reads siblings into one list; undefined when there are none. There may be 10,000: lists are not joined to new ones. */
function readSiblings(node: XmlNode, name: string, shape: Xml<any>): unknown[] | undefined {
  const names = Array.isArray(shape.siblings) ? shape.siblings : [name];
  let all: unknown[] | undefined;
  for (const child of node.children)
    if (names.includes(child.name)) (all ??= []).push(...(shape.read(child) as unknown[]));
  return all;
}

function setPresent(value: Record<string, unknown>, name: string, item: unknown): void {
  if (item !== undefined) value[name] = item;
}

/** Reads a whole document strictly; its root must have the given name. */
export function readXml<T>(root: string, shape: Xml<T>, source: string, limits?: XmlLimits): T {
  const node = parseXml(source, limits);
  if (node.name !== root) throw new XmlError(`expected a ${root} document, got ${node.name}`);
  return shape.read(node);
}

/** Writes a whole document with its declaration. */
export function writeXml<T>(root: string, shape: Pick<Xml<T>, 'write'>, value: T): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${shape.write(root, value)}`;
}

/** Writes documents of any object. */
export const anyXml: Pick<Xml<unknown>, 'write'> = { write: looseElement };

/** Escapes an attribute value. Readers take white space in one for spaces unless it is a reference (XML 1.0, 3.3.3). */
function escapeAttribute(text: string): string {
  return escapeXml(text).replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}

/** Escapes text for element content. */
export function escapeXml(text: string): string {
  // A carriage return would be normalised away by any reader; control characters are not XML 1.0 at all, and a
  // character reference is the form that tolerant readers still understand.
  return text.replace(
    /[&<>"\u0000-\u0008\u000b-\u001f]/g,
    (found) => entities[found] ?? `&#${String(found.charCodeAt(0))};`,
  );
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
