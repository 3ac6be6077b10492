// `a ?? b` and `a?.b` for ES2018: the bundler writes `(t=a.b)==null?c:t` and declares `t`, some 25 bytes each. Calls of
// two small functions are half as long. They stand only where reading `b` early changes nothing.

import ts from 'typescript';
import type { Plugin } from 'vite';

const helpers = 'sampan-nullish';

/** What stands for the operators. A missing object's properties are undefined, as those of an empty one. */
const helperText = `
const nothing = {};
export const or = (value, other) => value === undefined || value === null ? other : value;
export const of = (value) => value === undefined || value === null ? nothing : value;
`;

/** Turns the operators into calls wherever that changes nothing but when a value without effects is read. */
export function shortNullish(): Plugin {
  return {
    name: 'short-nullish',
    enforce: 'pre',
    resolveId: (id) => (id === helpers ? helpers : null),
    load: (id) => (id === helpers ? helperText : null),
    transform(code, id) {
      if (!/[\\/]packages[\\/](sdk|protocol)[\\/]src[\\/].*\.ts$/.test(id)) return null;
      const source = ts.createSourceFile(id, code, ts.ScriptTarget.Latest, true);
      const text = rewritten(source, code);
      if (text === code) return null;
      return { code: `import { or as nullish_or, of as nullish_of } from '${helpers}';\n${text}`, map: null };
    },
  };
}

/** A node's text with the operators in it turned into calls. */
function rewritten(node: ts.Node, code: string): string {
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken &&
    isPlain(node.right)
  )
    return `nullish_or(${rewritten(node.left, code)}, ${rewritten(node.right, code)})`;
  if (isRead(node) && node.questionDotToken && !isCalled(node)) {
    const owner = `nullish_of(${rewritten(node.expression, code)})`;
    return ts.isPropertyAccessExpression(node)
      ? `${owner}.${node.name.text}`
      : `${owner}[${rewritten(node.argumentExpression, code)}]`;
  }
  let text = '';
  let at = node.getStart();
  const end = node.getEnd();
  ts.forEachChild(node, (child) => {
    text += code.slice(at, child.getStart()) + rewritten(child, code);
    at = child.getEnd();
  });
  return text + code.slice(at, end);
}

/** Values that can be read before it is known whether they are needed. */
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

/** Whether a chain that begins here ends in a call, which would lose its object, or goes on without a question. */
function isCalled(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent)) return parent.expression === node;
  if (ts.isNonNullExpression(parent)) return isCalled(parent);
  return isRead(parent) && parent.expression === node && !parent.questionDotToken;
}
