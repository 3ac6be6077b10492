// What is written often and is long when minified, said in few bytes: `a ?? b` and `a?.b` need a variable each for
// ES2018, and `undefined`, `typeof a === 'string'` or `Object.entries` cannot be shortened by a minifier, which must not
// assume what they are. Each becomes a call of a small function, or a name, that all modules of a bundle share.

import ts from 'typescript';
import type { Plugin } from 'vite';

const words = 'sampan-idioms';
const prefix = 'idiom_';

/** What the language gives under long names. */
const globals =
  'Uint8Array Int32Array Promise Number String Object Error Date ArrayBuffer decodeURIComponent'.split(' ');
/** Functions of the language that do not ask whose they are. */
const statics = ['Math.max', 'Math.min', 'Math.floor', 'Object.entries', 'JSON.stringify', 'Array.isArray'];
/** Methods of texts without arguments. */
const methods = ['toLowerCase', 'trim'];
const types = ['string', 'number', 'object', 'function'];

/** What stands for the idioms. A missing object's properties are undefined, as those of an empty one. */
const wordsText = `
const empty = {};
export let ${prefix}none;
export const ${prefix}or = (value, other) => value == null ? other : value;
export const ${prefix}nothing = () => ${prefix}none;
export const ${prefix}of = (value) => value == null ? empty : value;
export const ${prefix}thing = (value) => typeof value === 'object' && value !== null;
${types.map((type) => `export const ${prefix}${type} = (value) => typeof value === '${type}';`).join('\n')}
${methods.map((name) => `export const ${prefix}${name} = (text) => text.${name}();`).join('\n')}
${[...globals, ...statics].map((name) => `export const ${nameOf(name)} = ${name};`).join('\n')}
`;

function nameOf(dotted: string): string {
  return prefix + dotted.replace('.', '_');
}

/** Rewrites the idioms, wherever that changes nothing but when a value without effects is read. */
export function shortIdioms(): Plugin {
  return {
    name: 'short-idioms',
    enforce: 'pre',
    resolveId: (id) => (id === words ? words : null),
    load: (id) => (id === words ? wordsText : null),
    transform(code, id) {
      if (!/[\\/]packages[\\/](sdk|protocol)[\\/]src[\\/].*\.ts$/.test(id)) return null;
      // What runs in a worker is carried as text, and finds nothing there of the bundle.
      if (id.endsWith('-worker.ts')) return null;
      const text = rewritten(ts.createSourceFile(id, code, ts.ScriptTarget.Latest, true), code);
      const used = new Set(text.match(/\bidiom_\w+/g));
      if (used.size === 0) return null;
      return { code: `import { ${[...used].join(', ')} } from '${words}';\n${text}`, map: null };
    },
  };
}

/** A node's text with the idioms in it rewritten. */
function rewritten(node: ts.Node, code: string): string {
  // Types are taken away; nothing in them is a value.
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node.getText();
  const short = shortened(node, (inner) => rewritten(inner, code));
  if (short !== undefined) return short;
  let first = '';
  let text = '';
  let at = node.getStart();
  ts.forEachChild(node, (child) => {
    const arrow = ts.isSourceFile(node) ? arrowOf(child, code) : undefined;
    // They come first, as declarations of functions do: other statements may call them.
    if (arrow !== undefined) first += arrow;
    const gap = code.slice(at, child.getStart());
    text += arrow === undefined ? gap + rewritten(child, code) : gap.replace(/\/\*[^]*?\*\//g, '');
    at = child.getEnd();
  });
  return first + text + code.slice(at, node.getEnd());
}

/** A module's function as a constant, which needs no `function`, and often no `return` and braces. */
function arrowOf(node: ts.Node, code: string): string | undefined {
  if (!ts.isFunctionDeclaration(node) || !node.body || !node.name || node.asteriskToken) return undefined;
  if (ownsThis(node.body)) return undefined;
  const { name, modifiers = [], body } = node;
  const marks = modifiers.map((modifier) => modifier.getText());
  if (marks.includes('default')) return undefined;
  const head = code.slice(name.getEnd(), body.getStart());
  const pure = /@__NO_SIDE_EFFECTS__/.test(code.slice(node.getFullStart(), node.getStart()));
  return `\n${pure ? '/* @__NO_SIDE_EFFECTS__ */ ' : ''}${marks.includes('export') ? 'export ' : ''}const ${name.text} = ${
    marks.includes('async') ? 'async ' : ''
  }${rewrittenHead(node, head, code)}=> ${rewritten(body, code)};\n`;
}

function ownsThis(node: ts.Node): boolean {
  if (node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (ts.isIdentifier(node) && node.text === 'arguments') return true;
  return ts.forEachChild(node, (child) => ownsThis(child) || undefined) ?? false;
}

/** Parameters, whose defaults may hold idioms, and the type of what is given back. */
function rewrittenHead(node: ts.FunctionDeclaration, head: string, code: string): string {
  let text = '';
  let at = node.name!.getEnd();
  for (const parameter of node.parameters) {
    text += code.slice(at, parameter.getStart()) + rewritten(parameter, code);
    at = parameter.getEnd();
  }
  return text + head.slice(at - node.name!.getEnd());
}

type Rewrite = (node: ts.Node) => string;

function shortened(node: ts.Node, text: Rewrite): string | undefined {
  if (ts.isArrowFunction(node) && /^\(\) => undefined$/.test(node.getText())) return `${prefix}nothing`;
  if (ts.isBinaryExpression(node)) return shortBinary(node, text);
  if (ts.isCallExpression(node)) return shortCall(node, text);
  if (ts.isIdentifier(node) && node.text === 'undefined' && !isName(node)) return `${prefix}none`;
  if (ts.isIdentifier(node) && globals.includes(node.text) && isValue(node)) return nameOf(node.text);
  if (ts.isPropertyAccessExpression(node) && statics.includes(node.getText())) return nameOf(node.getText());
  if (!isRead(node) || !node.questionDotToken || isCalled(node)) return undefined;
  const owner = `${prefix}of(${text(node.expression)})`;
  return ts.isPropertyAccessExpression(node)
    ? `${owner}.${node.name.text}`
    : `${owner}[${text(node.argumentExpression)}]`;
}

function shortBinary(node: ts.BinaryExpression, text: Rewrite): string | undefined {
  const { left, right, operatorToken } = node;
  if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken && isPlain(right))
    return `${prefix}or(${text(left)}, ${text(right)})`;
  const thing = /^typeof (\w+) (===|!==) 'object' (&&|\|\|) \1 (===|!==) null$/.exec(node.getText());
  if (thing && (thing[2] === '===') === (thing[3] === '&&'))
    return `${thing[3] === '&&' ? '' : '!'}${prefix}thing(${thing[1]!})`;
  if (!ts.isTypeOfExpression(left) || !ts.isStringLiteral(right) || !types.includes(right.text))
    return undefined;
  const test = `${prefix}${right.text}(${text(left.expression)})`;
  if (operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken) return test;
  return operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ? `!${test}` : undefined;
}

/** `a.b?.(c)` and `a.b?.c(d)`, where asking twice for `a.b` asks for the same. */
function shortCall(node: ts.CallExpression, text: Rewrite): string | undefined {
  const callee = node.expression;
  if (
    ts.isPropertyAccessExpression(callee) &&
    methods.includes(callee.name.text) &&
    !ts.isOptionalChain(node)
  )
    return `${prefix}${callee.name.text}(${text(callee.expression)})`;
  const asked = node.questionDotToken
    ? callee
    : isRead(callee) && callee.questionDotToken && callee.expression;
  if (!asked || !isPlain(asked) || isCalled(node) || ts.isNonNullExpression(node.parent)) return undefined;
  if (isRead(node.parent) && node.parent.expression === node) return undefined;
  const called =
    ts.isPropertyAccessExpression(callee) && !node.questionDotToken ? `.${callee.name.text}` : '';
  if (!node.questionDotToken && called === '') return undefined;
  return `(${text(asked)} && ${text(asked)}${called}(${node.arguments.map(text).join(', ')}))`;
}

/** Values that can be read before it is known whether they are needed, and more than once. */
function isPlain(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isPlain(node.expression);
  if (isRead(node) && node.questionDotToken) return false;
  if (ts.isPropertyAccessExpression(node)) return isPlain(node.expression);
  if (ts.isElementAccessExpression(node)) return isPlain(node.expression) && isPlain(node.argumentExpression);
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0;
  if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0;
  if (ts.isPrefixUnaryExpression(node)) return ts.isNumericLiteral(node.operand);
  return (
    ts.isIdentifier(node) ||
    ts.isLiteralExpression(node) ||
    ts.isArrowFunction(node) ||
    [ts.SyntaxKind.NullKeyword, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(node.kind)
  );
}

function isRead(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** Whether a chain goes on after a node: with a call, which would lose its object, or without a question. */
function isCalled(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent)) return parent.expression === node;
  if (ts.isNonNullExpression(parent)) return isCalled(parent);
  return isRead(parent) && parent.expression === node && !parent.questionDotToken;
}

/** Whether an identifier names a member rather than a value. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node)
  );
}

/** Whether the name of a global stands for its value, and is no type, member or declaration. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isNewExpression(parent) || isRead(parent)) return parent.expression === node;
  if (ts.isCallExpression(parent)) return true;
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
}
