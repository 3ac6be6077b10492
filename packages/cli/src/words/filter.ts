/**
 * Matches names against patterns. Patterns are globs: `*` stays within a folder, `**` does not, `[a-z]` and `{a,b}`
 * work.
 */
import picomatch from 'picomatch';

/** `s` lets `**` match names with line breaks in them. */
const options = { dot: true, nonegate: true, windows: false, flags: 's' } as const;

/** Whether a word has characters of a glob. */
export function isPattern(word: string): boolean {
  return /[*?[\]{}]/.test(word) && picomatch.scan(word).isGlob;
}

/** The part of a pattern before the first character of a glob, up to its last slash. */
export function fixedPart(pattern: string): string {
  const at = pattern.search(/[*?[\]{}()!+@\\]/);
  return at < 0 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', at) + 1);
}

/** Makes a test for whole names. */
export function matcher(pattern: string): (name: string) => boolean {
  return picomatch(pattern, options);
}

export interface FilterFlags {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * Makes the test of `--include` and `--exclude`, for names with slashes relative to what was given. A pattern without a
 * slash is compared with the last part of the name. An exclusion wins over every inclusion.
 */
export function filterOf({ include = [], exclude = [] }: FilterFlags): (name: string) => boolean {
  const included = include.map(nameTest);
  const excluded = exclude.map(nameTest);
  return (name) =>
    (included.length === 0 || included.some((test) => test(name))) && !excluded.some((test) => test(name));
}

function nameTest(pattern: string): (name: string) => boolean {
  const whole = pattern.replace(/^\.?\//, '');
  const test = picomatch(whole.endsWith('/') ? `${whole}**` : whole, options);
  if (pattern.includes('/')) return test;
  return (name) => test(name.slice(name.lastIndexOf('/') + 1));
}
