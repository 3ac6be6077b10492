// Functions as a minifier would write them if it knew who calls them. Where every use of a function is a plain call
// with no more arguments than it has parameters, what it declares first may stand among its parameters. And a number
// that is short or used once stands where it is used.

import {
  parse,
  type AnyNode,
  type ArrowFunctionExpression,
  type FunctionExpression,
  type Program,
  type VariableDeclaration,
} from 'acorn';
import type { Plugin } from 'vite';
import { childrenOf, edited, walk, type Edit } from './bundle-names.ts';
import { coldPlaces } from './bundle-texts.ts';
import { scopesOf, type Reference } from './bundle-scopes.ts';

type Func = ArrowFunctionExpression | FunctionExpression;

/** Rewrites functions of a script that nobody else sees. */
export function shortFunctions(): Plugin {
  return {
    name: 'short-functions',
    renderChunk(code, _chunk, { format }) {
      if (format !== 'cjs') return null;
      let text = code;
      for (const rewrite of [inlined, hoisted])
        text = edited(text, rewrite(text, parse(text, { ecmaVersion: 2018 })));
      return { code: text, map: null };
    },
  };
}

/** What has a name that is never given another value, and where the name is used. */
function constantsIn(program: Program): { init: AnyNode; references: Reference[] }[] {
  const found: { init: AnyNode; references: Reference[] }[] = [];
  const declared = scopesOf(program);
  walk(program, (node) => {
    if (node.type !== 'VariableDeclarator' || !node.init) return;
    const binding = declared.get(node.id);
    if (binding && !binding.isWritten) found.push({ init: node.init, references: binding.references });
  });
  return found;
}

/** Declarations at the start of functions, moved among their parameters. */
function hoisted(code: string, program: Program): Edit[] {
  const edits: Edit[] = [];
  const isCold = coldPlaces(code);
  for (const { init, references } of constantsIn(program)) {
    if (!isFunction(init) || !isCold(init.start) || !isOnlyCalled(references, init)) continue;
    const { params, body } = init;
    const moved = body.type === 'BlockStatement' ? movable(body.body) : [];
    const last = params.at(-1);
    if (moved.length === 0 || last?.type === 'RestElement') continue;
    const at = last?.end ?? code.indexOf('(', init.start) + 1;
    const declarations = moved.flatMap(({ declarations }) => declarations);
    const text = [...(last ? [''] : []), ...declarations.map(({ start, end }) => code.slice(start, end))];
    edits.push({ start: at, end: at, text: text.join(', ') });
    edits.push({ start: body.start + 1, end: moved.at(-1)!.end, text: '' });
  }
  return edits;
}

/** The first statements of a function, as far as they declare what could stand among its parameters. */
function movable(statements: readonly AnyNode[]): VariableDeclaration[] {
  const [first, ...others] = statements;
  return first?.type === 'VariableDeclaration' && !isBound(first) ? [first, ...movable(others)] : [];
}

/** Whether something waits, or holds a function: quickjs-emscripten 0.32 confuses what those among parameters write. */
function isBound(node: AnyNode): boolean {
  return node.type === 'AwaitExpression' || 'params' in node || childrenOf(node).some(isBound);
}

/** Numbers, put where they are used, unless they are long and used often. */
function inlined(_code: string, program: Program): Edit[] {
  return constantsIn(program).flatMap(({ init, references }) => {
    if (init.type !== 'Literal' || typeof init.value !== 'number') return [];
    const text = String(init.value);
    const uses = references.length;
    // A name is taken to have two letters; to declare it costs them, the number, and two signs.
    const isShorter = uses * text.length <= uses * 2 + text.length + 4;
    if (!isShorter || references.some(({ parent }) => parent.type === 'ExportSpecifier')) return [];
    return references.map(({ node: { start, end } }) => ({ start, end, text: `(${text})` }));
  });
}

function isFunction(node: AnyNode): node is Func {
  return node.type === 'ArrowFunctionExpression' || (node.type === 'FunctionExpression' && !node.generator);
}

function isOnlyCalled(references: readonly Reference[], { params }: Func): boolean {
  return references.every(
    ({ node, parent }) =>
      parent.type === 'CallExpression' &&
      parent.callee === node &&
      parent.arguments.length <= params.length &&
      parent.arguments.every(({ type }) => type !== 'SpreadElement'),
  );
}
