// Short names for the properties that never leave the SDK. A name is shortened everywhere in a bundle or nowhere; it is
// kept when anything outside could know it: a host, the language, the public declarations, what is stored or printed,
// a string of the same text, or any place where types no longer tell whose object it is.

import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { AnyNode } from 'acorn';
import ts from 'typescript';
import type { Plugin } from 'vite';

const packages = join(import.meta.dirname, '..', 'packages') + sep;

/** Files whose types others write or read: applications, hosts and their storage. */
const outside =
  /sdk\/src\/(api|provider|cos\/(types\/.*|events|util|version)|platforms\/(?!slices|wx\/(?!host)).*|wx\/upload|upload\/(task|result))\.ts$|protocol\/src\/errors\.ts$/;
/** Types elsewhere whose values applications or storage see. */
const outsideTypes = [
  'UploadResult',
  'UploadParams',
  'UploadTarget',
  'BatchParams',
  'BatchResult',
  'Progress',
  'UploadRecord',
  'Layout',
  'HostDefaults',
  'CancelSignal',
  'AbortSignalLike',
  'RequestOptions',
];
/** Types that an entry with the class shows besides: to listeners of `before-send`, and in results. */
const classTypes = ['OutgoingRequest', 'Answer'];
/** Parts of the machine that objects in unknown hands may lead to; what lies behind them is still ours. */
const machine = ['Uploader', 'Client', 'Platform', 'Instance', 'Queue', 'CredentialsSource'];
/** Names that the language itself asks objects for. */
const asked =
  'then catch finally next done value return throw get set enumerable configurable writable toJSON toString valueOf ' +
  'constructor prototype length name message stack cause raw index call apply bind arguments caller signal reason aborted exports';

/** The properties that a bundle of `entry` may rename, remembered for as long as no source changes, because types take seconds. */
function rememberedNames(entry: string): Set<string> {
  const hash = createHash('sha256').update(entry);
  for (const file of [import.meta.filename, ...globSync(join(packages, '{protocol,sdk}/src/**/*.ts')).sort()])
    if (!file.endsWith('.test.ts')) hash.update(file).update(readFileSync(file));
  const path = join(packages, '..', '.tmp', 'bundle-names', `${hash.digest('hex')}.json`);
  try {
    return new Set(JSON.parse(readFileSync(path, 'utf8')) as string[]);
  } catch {
    const names = internalNames(entry);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, JSON.stringify([...names]));
    return names;
  }
}

/** Gives the properties that a bundle of `entry` may rename, found in the types of all its modules. */
function internalNames(entry: string): Set<string> {
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2020.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@sampan/source'],
    allowImportingTsExtensions: true,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const shown = [...outsideTypes, ...(entry.endsWith('wx/upload.ts') ? [] : classTypes)];
  const seen = new Set<string>();
  const kept = new Set<string>(asked.split(' '));
  const keptTypes = new Set<ts.Type>();

  /** Keeps the names of a type and of what hangs on it. */
  const keepType = (type: ts.Type, depth = 0): void => {
    const { symbol, aliasSymbol } = type as { symbol?: ts.Symbol; aliasSymbol?: ts.Symbol };
    const name = aliasSymbol?.name ?? symbol?.name ?? '';
    if (depth > 6 || keptTypes.has(type) || machine.includes(name)) return;
    keptTypes.add(type);
    if (type.isUnionOrIntersection()) for (const part of type.types) keepType(part, depth);
    if (type.flags & ts.TypeFlags.TypeParameter) return;
    if (!(type.flags & ts.TypeFlags.Object)) return;
    if (
      symbol?.declarations?.some((found) => !found.getSourceFile().fileName.startsWith(packages)) === true
    ) {
      for (const argument of checker.getTypeArguments(type as ts.TypeReference))
        keepType(argument, depth + 1);
      return;
    }
    for (const property of checker.getPropertiesOfType(type)) {
      kept.add(property.name);
      keepType(checker.getTypeOfSymbol(property), depth + 1);
    }
  };
  const checkSymbol = (symbol: ts.Symbol | undefined, name: string): void => {
    seen.add(name);
    const declared = symbol?.declarations ?? [];
    if (declared.length === 0) kept.add(name);
    for (const found of declared) if (!found.getSourceFile().fileName.startsWith(packages)) kept.add(name);
  };
  const isOpen = (type: ts.Type): boolean =>
    (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) !== 0 ||
    (type.isUnion() && type.types.some(isOpen)) ||
    ((type.flags & ts.TypeFlags.Object) !== 0 &&
      (checker.getIndexInfoOfType(type, ts.IndexKind.String) !== undefined ||
        (checker.getPropertiesOfType(type).length === 0 &&
          checker.getSignaturesOfType(type, ts.SignatureKind.Call).length === 0)));
  const propertyOf = (type: ts.Type, name: string): ts.Symbol | undefined =>
    checker.getPropertyOfType(type, name) ??
    (type.isUnion()
      ? type.types.map((part) => checker.getPropertyOfType(part, name)).find((found) => found !== undefined)
      : undefined);

  const visitDeclarations = (node: ts.Node): void => {
    if ((ts.isTypeElement(node) || ts.isClassElement(node)) && node.name && ts.isIdentifier(node.name))
      kept.add(node.name.text);
    ts.forEachChild(node, visitDeclarations);
  };
  const visitMember = (name: ts.PropertyName, owner: ts.ObjectLiteralExpression): void => {
    if (!ts.isIdentifier(name)) return;
    seen.add(name.text);
    const wanted = checker.getContextualType(owner);
    if (!wanted) return;
    const property = propertyOf(wanted, name.text);
    if (property) checkSymbol(property, name.text);
    else kept.add(name.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      if (shown.includes(node.name.text)) visitDeclarations(node);
      return;
    }
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node)) kept.add(node.text);
    if (ts.isPropertyAccessExpression(node))
      checkSymbol(checker.getSymbolAtLocation(node.name), node.name.text);
    if (ts.isObjectLiteralElement(node) && node.name)
      visitMember(node.name, node.parent as ts.ObjectLiteralExpression);
    if (ts.isClassElement(node) && node.name && ts.isIdentifier(node.name)) seen.add(node.name.text);
    if (ts.isObjectBindingPattern(node)) {
      const type = checker.getTypeAtLocation(node);
      for (const { propertyName, name, dotDotDotToken } of node.elements) {
        const key = propertyName ?? name;
        // What is left over goes who knows where.
        if (dotDotDotToken) continue;
        if (ts.isIdentifier(key)) checkSymbol(propertyOf(type, key.text), key.text);
      }
    }
    if (ts.isElementAccessExpression(node) && !ts.isStringLiteralLike(node.argumentExpression)) {
      const type = checker.getTypeAtLocation(node.expression);
      if (!checker.isArrayLikeType(type)) keepType(type);
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword)
      keepType(checker.getTypeAtLocation(node.right));
    if (ts.isForInStatement(node)) keepType(checker.getTypeAtLocation(node.expression));
    if (ts.isCallExpression(node) && /^(Object|JSON|Reflect)\.(?!freeze)/.test(node.expression.getText()))
      for (const argument of node.arguments) keepType(checker.getTypeAtLocation(argument));
    if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) {
      const from = checker.getTypeAtLocation(node.expression);
      const to = checker.getTypeAtLocation(node);
      if (isOpen(to)) keepType(from);
      if (isOpen(from)) keepType(to);
    }
    if (ts.isExpression(node)) {
      const wanted = checker.getContextualType(node);
      if (wanted && isOpen(wanted)) keepType(checker.getTypeAtLocation(node));
    }
    ts.forEachChild(node, visit);
  };

  // Whoever requires the bundle sees what it gives.
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  for (const exported of module ? checker.getExportsOfModule(module) : []) {
    kept.add(exported.name);
    const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    if (exported.name === 'default' && target.valueDeclaration)
      keepType(checker.getTypeOfSymbolAtLocation(target, target.valueDeclaration));
  }
  for (const file of program.getSourceFiles()) {
    if (!file.fileName.startsWith(packages) || file.isDeclarationFile) continue;
    visit(file);
    if (outside.test(file.fileName)) visitDeclarations(file);
  }
  return new Set([...seen].filter((name) => /^[a-z][A-Za-z0-9]{2,}$/.test(name) && !kept.has(name)).sort());
}

/** Renames what only the SDK knows, the most frequent to the shortest. */
export function shortNames(entry: string): Plugin {
  return {
    name: 'short-names',
    renderChunk(code) {
      // Modules of others, such as a test's, may know any name.
      if (!entry.startsWith(packages)) return null;
      const names = rememberedNames(entry);
      const uses = new Map<string, { node: AnyNode; shorthand: boolean }[]>();
      const taken = new Set<string>();
      const use = (node: AnyNode, shorthand = false): void => {
        if (node.type === 'Literal' && typeof node.value === 'string') taken.add(node.value);
        if (node.type !== 'Identifier') return;
        taken.add(node.name);
        if (names.has(node.name)) uses.set(node.name, [...(uses.get(node.name) ?? []), { node, shorthand }]);
      };
      walk(this.parse(code), (node) => {
        if (node.type === 'Literal') use(node);
        if (node.type === 'MemberExpression' && !node.computed) use(node.property);
        if (node.type === 'Property' && !node.computed) use(node.key, node.shorthand);
        if ((node.type === 'MethodDefinition' || node.type === 'PropertyDefinition') && !node.computed)
          use(node.key);
      });
      const edits: Edit[] = [];
      const fresh = shortest(taken);
      for (const [, found] of [...uses].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))) {
        const name = fresh();
        for (const { node, shorthand } of found)
          edits.push({
            start: node.start,
            end: shorthand ? node.start : node.end,
            text: shorthand ? `${name}:` : name,
          });
      }
      return { code: edited(code, edits), map: null };
    },
  };
}

/** Gives names in order of length that are not taken. */
function shortest(taken: ReadonlySet<string>): () => string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_';
  let count = 0;
  return () => {
    for (;;) {
      let name = '';
      for (let rest = count++; rest >= 0; rest = Math.floor(rest / letters.length) - 1)
        name = letters.charAt(rest % letters.length) + name;
      if (!taken.has(name) && !/^(do|if|in|of|as|is)$/.test(name)) return name;
    }
  };
}

/** A piece of a module's text, and what stands there instead. */
export type Edit = { start: number; end: number; text: string };

/** Calls `visit` on all below a node, parents first. */
export function walk(root: unknown, visit: (node: AnyNode, parent: AnyNode | undefined) => void): void {
  const step = (node: AnyNode, parent: AnyNode | undefined): void => {
    visit(node, parent);
    for (const child of childrenOf(node)) step(child, node);
  };
  for (const child of childrenOf(root)) step(child, undefined);
}

/** The nodes right below a node. */
export function childrenOf(node: unknown): AnyNode[] {
  return Object.values(Object(node) as Record<string, unknown>)
    .flat()
    .filter(isNode);
}

function isNode(value: unknown): value is AnyNode {
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
