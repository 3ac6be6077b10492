/** The compiler over one file that is only text, so that a test can say what must and what must not compile. */
import { join } from 'node:path';
import ts from 'typescript';

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['@sampan/source'],
  allowImportingTsExtensions: true,
  esModuleInterop: true,
  types: ['node'],
};

/** Libraries are parsed once: every program reads the same ones, for the same target. */
const parsed = new Map<string, ts.SourceFile | undefined>();

const file = join(import.meta.dirname, 'fixtures', 'program.ts');

/** Compiles a program that is one file in `fixtures`, and gives what is wrong with it. */
export function compile(text: string, change: ts.CompilerOptions = {}): string[] {
  const host = ts.createCompilerHost({ ...options, ...change });
  const { readFile, getSourceFile } = host;
  host.readFile = (path) => (path === file ? text : readFile(path));
  host.getSourceFile = (path, language, onError) => {
    if (path === file) return ts.createSourceFile(path, text, language);
    if (!parsed.has(path)) parsed.set(path, getSourceFile.call(host, path, language, onError));
    return parsed.get(path);
  };
  const program = ts.createProgram([file], { ...options, ...change }, host);
  const source = program.getSourceFile(file)!;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText, start = 0 }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    },
  );
}
