/** Styles of a compiled program, by WeChat's own `wcsc`, with lengths in pixels for a screen 375 wide. */
import { createRequire } from 'node:module';

interface Compiler {
  wxssToJs(root: string, options?: { maxBuffer?: number }): string;
}

type Sheet = (prefix: string) => void;

/** Compiles every `.wxss` below `root`; `prefixOf` gives what stands before the class names of a file. */
export function compiledStyles(root: string, prefixOf: (file: string) => string): Map<string, string> {
  const require = createRequire(import.meta.url);
  const { wxssToJs } = require('miniprogram-compiler') as Compiler;
  const program = wxssToJs(root, { maxBuffer: 16 * 1024 * 1024 });
  const styles = new Map<string, string>();
  let current = '';
  const screen = { width: 375, height: 812 };
  // The compiled sheets hand their text to this manager of WeChat's web view instead of a document.
  const manager = {
    addItem: () => undefined,
    setCss: (_key: string, css: string) => styles.set(current, withoutNotes(css)),
  };
  const view = { screen, devicePixelRatio: 2, __styleSheetManager2__: manager };
  const names = ['window', 'document', 'navigator', 'console'];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the compiler gives the text of a program
  const run = new Function(...names, program) as (
    ...globals: object[]
  ) => (file: string) => Sheet | undefined;
  const sheetOf = run(view, {}, { userAgent: '' }, { warn: () => undefined, error: () => undefined });
  for (const [, file = ''] of program.matchAll(/'((?:\w|[-/@.])+\.wxss)': setCssToHead/g)) {
    current = file;
    sheetOf(file)?.(prefixOf(file));
  }
  return styles;
}

/** Drops the declarations that only serve the inspector of DevTools. */
function withoutNotes(css: string): string {
  return css.replaceAll(/;wxcs_\w[^;}]*(?=[;}])/g, '').replaceAll(/;(?:\s*;)+/g, ';');
}
