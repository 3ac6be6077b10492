/** Reads the SDK's public declarations with the compiler, as the pages of reference show them. */
import { join } from 'node:path';
import ts from 'typescript';

const folder = join(import.meta.dirname, '../../packages/sdk/src/api');

/** A property of an interface: an option, a parameter or a field of a result. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  /** Its docstring as one line; empty where the name says it all. */
  readonly doc: string;
}

/** A public method of the class. */
export interface Method {
  readonly name: string;
  readonly doc: string;
  /** Name of the type of its parameters, if it takes an object. */
  readonly paramsType?: string;
  readonly params: readonly Field[];
  readonly resultType: string;
  readonly result: readonly Field[];
  /** The method that it is an older name of. */
  readonly alias?: string;
}

/** The declarations, read once. */
export function readDeclarations(): { options: readonly Field[]; methods: readonly Method[] } {
  const program = ts.createProgram([join(folder, 'index.ts')], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@sampan/source'],
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    types: [],
    lib: ['lib.es2023.d.ts'],
  });
  const checker = program.getTypeChecker();
  const text = (type: ts.Type): string =>
    checker.typeToString(
      type,
      undefined,
      ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope,
    );
  const docOf = (symbol: ts.Symbol): string =>
    ts
      .displayPartsToString(symbol.getDocumentationComment(checker))
      .replace(/\s*\n\s*/g, ' ')
      .trim();
  const find = (file: string, name: string): ts.Declaration => {
    const source = program.getSourceFile(join(folder, file))!;
    const found = source.statements.find(
      (each) => (ts.isInterfaceDeclaration(each) || ts.isClassDeclaration(each)) && each.name?.text === name,
    );
    if (!found) throw new Error(`${file} declares no ${name}`);
    return found as ts.InterfaceDeclaration | ts.ClassDeclaration;
  };

  /** Members in the order of the declarations, those of unions and intersections together. */
  const fieldsOf = (type: ts.Type): Field[] => {
    const fields = new Map<string, Field>();
    const parts = type.isUnion() ? type.types : [type];
    for (const part of parts)
      for (const symbol of checker.getPropertiesOfType(part)) {
        const declaration = symbol.declarations?.[0];
        // The compiler's own library is no part of this reference: a text has no fields here.
        if (!declaration || !program.isSourceFileFromExternalLibrary(declaration.getSourceFile())) {
          const file = declaration?.getSourceFile();
          if (file && program.isSourceFileDefaultLibrary(file)) continue;
        }
        const known = fields.get(symbol.name);
        const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
        // What only one side of a union requires is not required: either of the two will do.
        const missingElsewhere = parts.some((other) => !checker.getPropertyOfType(other, symbol.name));
        fields.set(symbol.name, {
          name: symbol.name,
          type: writtenType(symbol, checker, text),
          optional: optional || (known?.optional ?? false) || missingElsewhere,
          doc: known?.doc || docOf(symbol),
        });
      }
    return [...fields.values()];
  };

  const cos = checker.getTypeAtLocation(find('index.ts', 'COS'));
  const methods = checker.getPropertiesOfType(cos).flatMap((symbol): Method[] => {
    const signatures = checker.getSignaturesOfType(checker.getTypeOfSymbol(symbol), ts.SignatureKind.Call);
    if (signatures.length === 0) return [];
    // The form with a promise, or the only one.
    const signature =
      signatures.find((each) => text(each.getReturnType()).startsWith('Promise<')) ?? signatures[0]!;
    const [first] = signature.getParameters();
    const firstType = first && checker.getNonNullableType(checker.getTypeOfSymbol(first));
    const takesObject = first && /^params$/.test(first.name);
    const returned = signature.getReturnType();
    const awaited = checker.getAwaitedType(returned) ?? returned;
    const alias = symbol
      .getJsDocTags(checker)
      .filter(({ name }) => name === 'deprecated')
      .map(({ text: parts }) => /`(\w+)`/.exec(ts.displayPartsToString(parts))?.[1])[0];
    return [
      {
        name: symbol.name,
        doc: docOf(symbol),
        ...(takesObject ? { paramsType: text(firstType!) } : {}),
        params: takesObject ? fieldsOf(firstType!) : argumentsOf(signature, checker, text),
        resultType: text(awaited),
        result: isDeclaredHere(awaited) ? fieldsOf(awaited) : [],
        ...(alias === undefined ? {} : { alias }),
      },
    ];
  });
  return {
    options: fieldsOf(checker.getTypeAtLocation(find('options.ts', 'COSOptions'))),
    methods: withKnownDocs(methods),
  };

  function isDeclaredHere(type: ts.Type): boolean {
    const symbol = type.aliasSymbol ?? type.getSymbol();
    return symbol?.declarations?.some((each) => each.getSourceFile().fileName.startsWith(folder)) ?? false;
  }
}

/** A type as its author wrote it, which is shorter than what the compiler makes of it. */
function writtenType(symbol: ts.Symbol, checker: ts.TypeChecker, text: (type: ts.Type) => string): string {
  const declaration = symbol.declarations?.[0];
  if (declaration && ts.isPropertySignature(declaration) && declaration.type)
    return declaration.type.getText().replace(/\s*\n\s*/g, ' ');
  return text(checker.getTypeOfSymbol(symbol));
}

function argumentsOf(
  signature: ts.Signature,
  checker: ts.TypeChecker,
  text: (type: ts.Type) => string,
): Field[] {
  return signature.getParameters().map((symbol) => {
    const declaration = symbol.valueDeclaration;
    const optional = declaration && ts.isParameter(declaration) && checker.isOptionalParameter(declaration);
    return { name: symbol.name, type: text(checker.getTypeOfSymbol(symbol)), optional: !!optional, doc: '' };
  });
}

/** A field means the same wherever it is, so one docstring serves all of its name. */
function withKnownDocs(methods: readonly Method[]): Method[] {
  const known = new Map<string, string>();
  for (const { params, result } of methods)
    for (const { name, doc } of [...params, ...result])
      if (doc !== '' && !known.has(name)) known.set(name, doc);
  const filled = (fields: readonly Field[]): Field[] =>
    fields.map((field) => ({ ...field, doc: field.doc || (known.get(field.name) ?? '') }));
  return methods.map((method) => ({
    ...method,
    params: filled(method.params),
    result: filled(method.result),
  }));
}
