/** Which names a script takes from around it: by scope analysis, so neither members nor local names count. */
import { Linter } from 'eslint';

/** Free names of a script that are not part of ES2018, in order and once each; `typeof name` counts too. */
export function freeNames(code: string): string[] {
  const found = new Linter().verify(code, [
    {
      languageOptions: { ecmaVersion: 2018, sourceType: 'script' },
      linterOptions: { reportUnusedDisableDirectives: 'off' },
      rules: { 'no-undef': ['error', { typeof: true }] },
    },
  ]);
  const names = found.map(({ ruleId, message }) => {
    const name = /^'([^']+)' is not defined/.exec(message)?.[1];
    if (ruleId !== 'no-undef' || name === undefined) throw new Error(message);
    return name;
  });
  return [...new Set(names)].sort();
}
