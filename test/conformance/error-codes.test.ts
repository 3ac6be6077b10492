import { readdirSync, readFileSync } from 'node:fs';
import { errorCodes, isErrorCode, type ErrorCode } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { unprovoked } from './unprovoked.ts';

const folder = new URL('.', import.meta.url);

/** Codes that stand in an expectation of a conformance test, where they are compared with what came. */
function provoked(): ReadonlySet<ErrorCode> {
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.test.ts') && name !== 'error-codes.test.ts',
  );
  const words = files.flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/'([A-Z][A-Za-z0-9]+)'/g)].map(
      (found) => found[1] ?? '',
    ),
  );
  return new Set(words.filter(isErrorCode));
}

test('every error code is provoked by a conformance test, or it is explained why none does', () => {
  const seen = provoked();
  const missing = (Object.keys(errorCodes) as ErrorCode[]).filter((code) => !seen.has(code));

  const lines = missing.map((code) => `  ${code}: ${unprovoked[code] ?? 'NOT EXPLAINED'}`);
  console.log(`${seen.size} error codes are provoked, ${missing.length} never:\n${lines.join('\n')}`);

  expect(missing.filter((code) => unprovoked[code] === undefined)).toEqual([]);
});

test('no code that is explained away is provoked after all', () => {
  const seen = provoked();

  expect((Object.keys(unprovoked) as ErrorCode[]).filter((code) => seen.has(code))).toEqual([]);
});
