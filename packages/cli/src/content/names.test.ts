import { describe, expect, test } from 'vitest';
import { nameProblem, twinsOf } from './names.ts';

describe('a key that can be no file', () => {
  test.each(['a//b', '/a', '../a', 'a/../b', './a', 'a/.', 'a\0b', 'x'.repeat(256)])(
    'is a problem on every system: %s',
    (name) => {
      for (const platform of ['linux', 'darwin', 'win32'] as const)
        expect(nameProblem(name, platform)).toBeDefined();
    },
  );

  test.each([
    'a:b',
    'C:/Windows/a',
    'a?b',
    'a*b',
    'a"b',
    'a<b',
    'a|b',
    'a\\b',
    '..\\..\\a',
    'C:\\a',
    'a\tb',
    'a.',
    'a ',
    'a./b',
    'a /b',
    'CON',
    'con.txt',
    'folder/Aux/b',
    'nul .txt',
    'COM1',
    'lpt¹.log',
    'conin$',
  ])('is a problem on Windows only: %s', (name) => {
    expect(nameProblem(name, 'win32')).toBeDefined();
    expect(nameProblem(name, 'linux')).toBeUndefined();
  });

  test.each(['a/b.c', 'console', 'com10.txt', '.a', 'ä 照片', "it's (1) 100%.jpg", 'a/'])(
    'is none: %s',
    (name) => {
      for (const platform of ['linux', 'darwin', 'win32'] as const)
        expect(nameProblem(name, platform)).toBeUndefined();
    },
  );
});

describe('names that are one file', () => {
  const rows = [
    { names: ['a.TXT', 'A.txt'], windows: ['A.txt'], macos: ['A.txt'] },
    { names: ['σ', 'ς', 'Σ'], windows: ['ς', 'Σ'], macos: ['ς', 'Σ'] },
    { names: ['d/x', 'D/y'], windows: ['D/y'], macos: ['D/y'] },
    { names: ['d', 'D/y', 'd/z'], windows: ['D/y'], macos: ['D/y'] },
    { names: ['d/', 'd/x'], windows: [], macos: [] },
    // Composed and not: two files on NTFS, one on APFS.
    { names: ['\u00e9', 'e\u0301'], windows: [], macos: ['e\u0301'] },
    { names: ['straße', 'STRASSE'], windows: [], macos: ['STRASSE'] },
    { names: ['a', 'b', 'a/b'], windows: [], macos: [] },
  ];

  test.each(rows)('are found where case does not count: $names', ({ names, windows, macos }) => {
    expect([...twinsOf(names, 'win32')]).toEqual(windows);
    expect([...twinsOf(names, 'darwin')]).toEqual(macos);
    expect([...twinsOf(names, 'linux')]).toEqual([]);
  });
});
