// What only the service needs of the operation table and its codecs, left out of the bundles: where a row is
// documented, what its answer's headers mean (clients hand them over as they came), strict readers and parsers.

import type { AnyNode as Node, ObjectExpression } from 'acorn';
import type { Plugin } from 'vite';

/** A piece of a module's text, and what stands there instead. */
export type Edit = { start: number; end: number; text: string };

/** Calls `visit` on a node and all below it, parents first. */
export function walk(root: unknown, visit: (node: Node, parent: Node | undefined) => void): void {
  const step = (value: unknown, parent: Node | undefined): void => {
    if (Array.isArray(value)) for (const item of value) step(item, parent);
    else if (isNode(value)) {
      visit(value, parent);
      for (const child of Object.values(value)) step(child, value);
    }
  };
  step(root, undefined);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** The text with the edits made; of two that overlap, the one that begins first. */
export function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: instead } of [...edits].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue;
    result += text.slice(at, start) + instead;
    at = end;
  }
  return result + text.slice(at);
}

/** Members of shapes and codecs that only the service calls. */
const strict: Readonly<Record<string, readonly string[]>> = {
  'xml.ts': ['read', 'absent'],
  'text.ts': ['parse', 'fault'],
};
/** Codecs of closed sets write what they are given; the service refuses what is not in the set. */
const sets: Readonly<Record<string, string>> = { oneOf: 'string', xmlOneOf: 'xmlText' };
const ofRows = ['source', 'parse', 'fault'];
const ofAnswers = ['fields', 'status', 'late'];
/** Shapes that clients read as they read any element, so that naming them changes nothing. */
const leaves = /^(maybeText|(maybe\()?(xmlText|xmlInteger|xmlBoolean|xmlOneOf\([^()]*\))\)?)$/;

/** Leaves out the service's half of the protocol. */
export function clientHalf(): Plugin {
  return {
    name: 'client-half',
    enforce: 'post',
    transform(code, id) {
      const [, file = ''] = /[\\/]protocol[\\/]src[\\/](?:operations[\\/])?([\w-]+\.ts)$/.exec(id) ?? [];
      const isRows = /[\\/]operations[\\/][\w-]+\.ts$/.test(id);
      if (!isRows && !strict[file]) return null;
      const edits: Edit[] = [];
      const take = (node: Node, text = ''): void => {
        const { start, end } = node;
        // With the comma that follows.
        const after = text === '' ? (/^\s*,/.exec(code.slice(end))?.[0].length ?? 0) : 0;
        edits.push({ start, end: end + after, text });
      };
      walk(this.parse(code), (node) => {
        if (node.type === 'ObjectExpression') {
          for (const property of members(node)) {
            if ((strict[file] ?? ofRows).includes(property.name)) take(property.node);
            if (isRows && property.name === 'response' && property.value.type === 'ObjectExpression')
              for (const inner of members(property.value))
                if (ofAnswers.includes(inner.name)) take(inner.node);
                else if (inner.name === 'body') for (const leaf of leavesOf(inner.value, code)) take(leaf);
          }
        }
        if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return;
        const { name } = node.callee;
        if (file === 'xml.ts' && name === 'leaf') take(node, '/* @__PURE__ */ leaf()');
        const open = isRows ? sets[name] : undefined;
        if (open !== undefined) take(node, open);
        for (const argument of isRows ? node.arguments : []) if (isAddress(argument)) take(argument);
      });
      if (edits.length === 0) return null;
      const text = edited(code, edits);
      return { code: isRows ? withImports(text) : text, map: null };
    },
  };
}

function members(node: ObjectExpression) {
  return node.properties.flatMap((property) =>
    property.type === 'Property' && property.key.type === 'Identifier' && !property.computed
      ? [{ node: property, name: property.key.name, value: property.value }]
      : [],
  );
}

/** Members of elements that are plain text. */
function leavesOf(shape: Node, code: string): Node[] {
  const found: Node[] = [];
  walk(shape, (node, parent) => {
    if (node.type !== 'ObjectExpression' || parent?.type !== 'CallExpression') return;
    if (parent.callee.type !== 'Identifier' || parent.callee.name !== 'element') return;
    if (parent.arguments[0] !== node) return;
    for (const property of members(node)) {
      const { start, end } = property.value;
      if (leaves.test(code.slice(start, end))) found.push(property.node);
    }
  });
  return found;
}

/** The page that documents a row. */
function isAddress(node: Node): boolean {
  if (node.type === 'Identifier') return node.name === 'overview';
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'page';
}

/** Rows may not have imported what stands for a closed set. */
function withImports(text: string): string {
  const missing = Object.values(sets).filter(
    (name) =>
      new RegExp(`\\b${name}\\b`).test(text) &&
      !new RegExp(`import[^;]*\\b${name}\\b[^;]*;`).test(text) &&
      !new RegExp(`\\b(const|function) ${name}\\b`).test(text),
  );
  return missing
    .map((name) => `import { ${name} } from '../${name === 'string' ? 'text' : 'xml'}.ts';\n`)
    .join('')
    .concat(text);
}
