/** Small faults of the kind that a tired programmer makes, as edits of a source file. `test/scripts/mutations.ts` plants them. */
import ts from 'typescript';

/** One edit. */
export interface Mutant {
  /** Counts from 1. */
  readonly line: number;
  /** Offsets in the source. */
  readonly from: number;
  readonly to: number;
  readonly before: string;
  readonly after: string;
}

const operators: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  '-': '+',
  '*': '/',
  '+=': '-=',
  '-=': '+=',
};

/** All edits that a source offers, in its order. Types, imports and declarations of constants offer none. */
export function mutantsOf(source: string): readonly Mutant[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add = (node: ts.Node, after: string): void => {
    const [from, to] = [node.getStart(file), node.getEnd()];
    const line = file.getLineAndCharacterOfPosition(from).line + 1;
    found.push({ line, from, to, before: source.slice(from, to), after });
  };
  const visit = (node: ts.Node, inFunction: boolean): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (inFunction) for (const [part, after] of editsOf(node)) add(part, after);
    const isFunction = ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, inFunction || isFunction));
  };
  visit(file, false);
  return found;
}

/** The source with the edit made. */
export function withMutant(source: string, { from, to, after }: Mutant): string {
  return source.slice(0, from) + after + source.slice(to);
}

type Edit = readonly [ts.Node, string];

function editsOf(node: ts.Node): readonly Edit[] {
  if (ts.isBinaryExpression(node)) {
    const other = operators[node.operatorToken.getText()];
    return other === undefined ? [] : [[node.operatorToken, other]];
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [[node, node.operand.getText()]];
  if (ts.isIfStatement(node)) return [[node.expression, 'false as boolean']];
  if (ts.isConditionalExpression(node)) {
    const [yes, no] = [node.whenTrue.getText(), node.whenFalse.getText()];
    return [[node, `${node.condition.getText()} ? ${no} : ${yes}`]];
  }
  if (ts.isThrowStatement(node)) return [[node, ';']];
  if (ts.isExpressionStatement(node) && isCall(node.expression)) return [[node, ';']];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [[node, 'false']];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [[node, 'true']];
  if (ts.isNumericLiteral(node) && !ts.isPropertyAssignment(node.parent)) return [[node, `${node.text} + 1`]];
  return [];
}

/** A call for its effect; `super()` must stay, or nothing runs. */
function isCall(expression: ts.Expression): boolean {
  const inner =
    ts.isAwaitExpression(expression) || ts.isVoidExpression(expression) ? expression.expression : expression;
  return ts.isCallExpression(inner) && inner.expression.kind !== ts.SyntaxKind.SuperKeyword;
}
