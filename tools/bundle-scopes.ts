// Which names of a script stand for the same thing.

import type { AnyNode, Identifier, Program } from 'acorn';
import { childrenOf } from './bundle-names.ts';

/** A place where a name is used. */
export type Reference = { node: Identifier; parent: AnyNode };

/** Something that has a name. */
type Binding = { references: Reference[]; isWritten: boolean };

/** Where names are known: the script, a function, a block. */
type Scope = { names: Map<string, Binding>; outer: Scope | undefined };

/** Finds what each place of a script that declares a name stands for. */
export function scopesOf(program: Program): Map<AnyNode, Binding> {
  const declared = new Map<AnyNode, Binding>();
  const root: Scope = { names: new Map(), outer: undefined };
  const declare = (scope: Scope, targets: readonly Identifier[]): void => {
    for (const target of targets) {
      const { name } = target;
      const binding = scope.names.get(name) ?? { references: [], isWritten: false };
      scope.names.set(name, binding);
      declared.set(target, binding);
    }
  };
  const visit = (node: AnyNode, parent: AnyNode, outer: Scope): void => {
    if (node.type === 'Identifier') {
      const isUse = !isMember(node, parent) && !declared.has(node);
      if (isUse) find(outer, node.name)?.references.push({ node, parent });
      return;
    }
    for (const { name } of writtenBy(node)) {
      const binding = find(outer, name);
      if (binding) binding.isWritten = true;
    }
    const scope: Scope = opensScope(node) ? { names: new Map(), outer } : outer;
    if (scope !== outer) declare(scope, declaredIn(node));
    for (const child of childrenOf(node)) visit(child, node, scope);
  };
  declare(root, declaredIn(program));
  for (const child of childrenOf(program)) visit(child, program, root);
  return declared;
}

/** What a name stands for in a scope; nothing for what the language or the host gives. */
function find(scope: Scope | undefined, name: string): Binding | undefined {
  return scope && (scope.names.get(name) ?? find(scope.outer, name));
}

function opensScope(node: AnyNode): boolean {
  return 'params' in node || /^(Block|For\w*|Switch)Statement$|^CatchClause$/.test(node.type);
}

/** The names that a script, a function, a block, a loop or a catch declares for what is in it. */
function declaredIn(scope: AnyNode | Program): Identifier[] {
  if ('params' in scope) return [...scope.params.flatMap(namesIn), ...varsIn(scope.body)];
  if (scope.type === 'CatchClause') return namesIn(scope.param);
  const statements = scope.type === 'SwitchStatement' ? scope.cases.flatMap(childrenOf) : childrenOf(scope);
  return [...(scope.type === 'Program' ? varsIn(scope) : []), ...statements.flatMap(namesOf)];
}

/** The names that a statement declares. */
function namesOf(statement: AnyNode): Identifier[] {
  if (statement.type === 'VariableDeclaration')
    return statement.declarations.flatMap(({ id }) => namesIn(id));
  const isNamed = statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration';
  return isNamed ? namesIn(statement.id) : [];
}

/** The names that `var` declares in a function, however deep in its blocks. */
function varsIn(node: AnyNode | Program): Identifier[] {
  if ('params' in node) return [];
  const own = node.type === 'VariableDeclaration' && node.kind === 'var' ? namesOf(node) : [];
  return [...own, ...childrenOf(node).flatMap(varsIn)];
}

/** The names in a pattern. */
function namesIn(target: AnyNode | null | undefined): Identifier[] {
  if (!target) return [];
  if (target.type === 'Identifier') return [target];
  if (target.type === 'ObjectPattern')
    return target.properties.flatMap((each) =>
      namesIn(each.type === 'Property' ? each.value : each.argument),
    );
  if (target.type === 'ArrayPattern') return target.elements.flatMap(namesIn);
  if (target.type === 'AssignmentPattern') return namesIn(target.left);
  return target.type === 'RestElement' ? namesIn(target.argument) : [];
}

/** The names that get another value. */
function writtenBy(node: AnyNode): Identifier[] {
  if (node.type === 'AssignmentExpression') return namesIn(node.left);
  if (node.type === 'UpdateExpression') return namesIn(node.argument);
  return node.type === 'ForOfStatement' || node.type === 'ForInStatement' ? namesIn(node.left) : [];
}

/** Whether a name is that of a property, and stands for nothing itself. */
function isMember(node: Identifier, parent: AnyNode): boolean {
  if (parent.type === 'MemberExpression') return parent.property === node && !parent.computed;
  if (parent.type === 'Property')
    return parent.key === node && !parent.computed && (!parent.shorthand || parent.value !== node);
  return (
    (parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition') &&
    parent.key === node &&
    !parent.computed
  );
}
