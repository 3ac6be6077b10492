import { readFileSync } from 'node:fs';
import { operations } from '../packages/protocol/src/index.ts';
import { expect, test } from 'vitest';
import { casesByFile, coveredBy, evidence, operationTable, page, quirks } from './compatibility.ts';

/** A page without the numbers, which only a run can know. */
function shape(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\d+( \(\*\*\d+ fail\*\*\))?(?= in \[)|In all \d+/g, 'N'));
}

test('docs/compatibility.md says what the rows, the handlers and the tests say; npm run docs renews it', () => {
  const written = readFileSync(new URL('../docs/compatibility.md', import.meta.url), 'utf8');

  expect(shape(written)).toEqual(shape(page(new Map())));
});

test('every operation has conformance cases', () => {
  const files = evidence();

  expect(Object.keys(operations).filter((name) => !files.has(name as keyof typeof operations))).toEqual([]);
});

test('a file is evidence for what it says, or for the operation it is named for', () => {
  expect(coveredBy('x.test.ts', "covers('putObject', 'getObject')")).toEqual(['putObject', 'getObject']);
  expect(coveredBy('get-bucket-location.test.ts', '')).toEqual(['getBucketLocation']);
  expect(coveredBy('addressing.test.ts', '')).toEqual([]);
});

test('cases are counted by file, failures apart', () => {
  const counts = casesByFile({
    testResults: [
      { name: '/x/put-object.test.ts', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
    ],
  });

  expect(counts.get('put-object.test.ts')).toEqual({ passed: 1, failed: 1 });
  expect(operationTable(counts).find((line) => line.includes('`putObject`'))).toContain('1 (**1 fail**) in');
});

test('quirks are read with all their lines', () => {
  const found = quirks().find((line) => line.includes('PostObjectRestore'));

  expect(found).toContain('both are accepted.');
});
