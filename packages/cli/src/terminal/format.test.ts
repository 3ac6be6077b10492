import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  barLine,
  columnsOf,
  dateText,
  durationText,
  fitted,
  parseDuration,
  percentOf,
  progressLine,
  sizeText,
  visible,
  type Progress,
} from './format.ts';

const MiB = 1024 * 1024;

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [10_240, '10.0 KiB'],
    [102_400, '100 KiB'],
    [1023 * 1024 + 1000, '1.00 MiB'],
    [64 * MiB, '64.0 MiB'],
    [1024 * MiB, '1.00 GiB'],
    [Number.MAX_SAFE_INTEGER, '8.00 PiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });

  test('are never longer than a column of eight', () => {
    fc.assert(fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (bytes) => sizeText(bytes).length <= 8));
  });
});

describe('times', () => {
  test.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1:00'],
    [125, '2:05'],
    [3723, '1:02:03'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  test.each([
    ['90', 90],
    ['90s', 90],
    ['15m', 900],
    ['2h', 7200],
    ['7d', 604_800],
    ['soon', undefined],
    ['', undefined],
    ['-1', undefined],
    ['1.5h', undefined],
  ])('%j reads as %j seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test('a date that makes no sense is a dash', () => {
    expect(dateText(new Date('nonsense'))).toBe('-');
    expect(dateText(new Date(2026, 10, 2, 3, 4))).toBe('2026-11-02 03:04');
  });
});

describe('names', () => {
  test('what a terminal would obey becomes a replacement mark', () => {
    expect(visible('a\x1b[2Jb\r\n\u202ec')).toBe('a\ufffd[2Jb\ufffd\ufffd\ufffdc');
    expect(visible('照片 é.jpg')).toBe('照片 é.jpg');
  });

  test('wide characters take two columns and marks none', () => {
    expect(columnsOf('照片.jpg')).toBe(8);
    expect(columnsOf('e\u0301')).toBe(1);
  });

  test('are shortened in the middle, so that beginning and ending stay', () => {
    expect(fitted('a-very-long-name.jpg', 11)).toBe('a-ver…e.jpg');
    expect(fitted('short', 8)).toBe('short   ');
  });

  test('fit whatever they are made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 40 }), (name, columns) => {
        expect(columnsOf(fitted(name, columns))).toBe(columns);
      }),
    );
  });
});

describe('progress', () => {
  const half: Progress = {
    name: 'a.bin',
    loadedBytes: 32 * MiB,
    totalBytes: 64 * MiB,
    bytesPerSecond: 8 * MiB,
  };

  test('a plain line tells percent, size, speed and time left', () => {
    expect(progressLine(half)).toBe('a.bin: 50 %  32.0 MiB of 64.0 MiB  8.00 MiB/s  4 s left');
  });

  test('a bar fills with the share that has gone', () => {
    expect(barLine(half, 100)).toBe(
      `a.bin  ${'━'.repeat(12)}${'─'.repeat(12)}   50 %  32.0 MiB of 64.0 MiB  8.00 MiB/s  4 s left`,
    );
    expect(barLine(half, 100, true)).toContain(`${'#'.repeat(12)}${'-'.repeat(12)}`);
  });

  test('100 % is only said at the end, and an empty file is at its end', () => {
    expect(percentOf({ ...half, loadedBytes: 64 * MiB - 1 })).toBe(99);
    expect(percentOf({ ...half, loadedBytes: 64 * MiB })).toBe(100);
    expect(percentOf({ ...half, loadedBytes: 0, totalBytes: 0 })).toBe(100);
  });

  test('without a known end there is no bar, percent or time left', () => {
    expect(barLine({ ...half, totalBytes: undefined }, 80)).toBe('a.bin  32.0 MiB  8.00 MiB/s');
  });

  test('stays on one line of any terminal', () => {
    const progress = fc.record({
      name: fc.string({ unit: 'grapheme', maxLength: 80 }),
      loadedBytes: fc.nat(2 ** 50),
      totalBytes: fc.option(fc.nat(2 ** 50), { nil: undefined }),
      bytesPerSecond: fc.option(fc.nat(2 ** 40), { nil: undefined }),
    });
    fc.assert(
      fc.property(progress, fc.integer({ min: 1, max: 200 }), (shown, columns) => {
        const line = barLine(shown, columns);
        expect(columnsOf(line)).toBeLessThanOrEqual(Math.max(1, columns - 1));
        expect(visible(line)).toBe(line);
      }),
    );
  });
});
