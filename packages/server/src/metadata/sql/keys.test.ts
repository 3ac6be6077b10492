import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterPrefix, compareKeys, groupOf } from './keys.ts';
import { newUploadId, revisionOf, versionIdOf } from './version-id.ts';

const key = fc.string({ unit: 'binary', maxLength: 6 });

describe('keys', () => {
  test('compare as the bytes of their UTF-8 forms do', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test('the text after a prefix is above everything with the prefix, and nothing else lies between', () => {
    fc.assert(
      fc.property(key, key, (prefix, other) => {
        const after = afterPrefix(prefix);
        if (after === undefined) return;
        const isBelow = compareKeys(other, after) < 0 && compareKeys(other, prefix) >= 0;
        expect(isBelow).toBe(other.startsWith(prefix));
      }),
    );
  });

  test('nothing is after an empty prefix or one of highest characters', () => {
    expect(afterPrefix('')).toBeUndefined();
    expect(afterPrefix('\u{10ffff}')).toBeUndefined();
    expect(afterPrefix('a\u{10ffff}')).toBe('b');
    expect(afterPrefix('\ud7ff')).toBe('\ue000');
  });

  test('are grouped up to the first delimiter behind the prefix', () => {
    expect(groupOf('a/b/c', '', '/')).toBe('a/');
    expect(groupOf('a/b/c', 'a/', '/')).toBe('a/b/');
    expect(groupOf('a/b', 'a/', '/')).toBeUndefined();
    expect(groupOf('a/b', 'x', '/')).toBeUndefined();
    expect(groupOf('a/b', '', undefined)).toBeUndefined();
  });
});

describe('version ids', () => {
  test('have the form and the meaning of the published sample', () => {
    const revision = revisionOf('MTg0NDUxNTc1NjIzMTQ1MDAwODg');

    expect(new Date((revision ?? 0) / 1000).toISOString()).toMatch(/^2020-04-10T09:36:35/);
    expect(versionIdOf(revision ?? 0)).toBe('MTg0NDUxNTc1NjIzMTQ1MDAwODg');
  });

  test('give their revision back, and the numbers in newer ones are smaller', () => {
    const digits = (id: string): Buffer => Buffer.from(id, 'base64');
    const revisions = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(revisions, revisions, (a, b) => {
        expect(revisionOf(versionIdOf(a))).toBe(a);
        expect(Buffer.compare(digits(versionIdOf(a)), digits(versionIdOf(b)))).toBe(Math.sign(b - a));
      }),
    );
  });

  test('that this store cannot have made are not ids', () => {
    for (const text of [
      '',
      'null',
      'x'.repeat(27),
      'MTg0NDUxNTc1NjIzMTQ1MDAwODg=',
      'MDAwMDAwMDAwMDAwMDAwMDAwMDA',
    ]) {
      expect(revisionOf(text)).toBeUndefined();
    }
  });
});

test('upload ids begin with the second they were made in', () => {
  const nowMs = Date.UTC(2026, 0, 1);

  const [first, second] = [newUploadId(nowMs), newUploadId(nowMs)];

  expect(first).toMatch(/^1767225600[0-9a-f]{64}$/);
  expect(first).not.toBe(second);
});
