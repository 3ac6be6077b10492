import { expect, test } from 'vitest';
import type { Progress } from './format.ts';
import { transferMeter } from './transfer.ts';

const MiB = 1024 * 1024;

function metered(sizes: Readonly<Record<string, number | undefined>>, name?: string) {
  const time = { ms: 0 };
  const shown: Progress[] = [];
  const loads = Object.entries(sizes).map(([key, sizeBytes]) =>
    sizeBytes === undefined ? { key } : { key, sizeBytes },
  );
  const meter = transferMeter(
    name,
    loads,
    (progress) => shown.push(progress),
    () => time.ms,
  );
  return { meter, time, last: () => shown.at(-1) };
}

test('sums up what all files have moved', () => {
  const { meter, last } = metered({ a: 10 * MiB, b: 30 * MiB });

  meter.moved('a', 0);
  meter.moved('b', 0);
  meter.moved('a', 5 * MiB);
  meter.moved('b', 10 * MiB);

  expect(last()).toMatchObject({ name: '0 of 2 files', loadedBytes: 15 * MiB, totalBytes: 40 * MiB });
});

test('a finished file counts whole, whatever its last report said', () => {
  const { meter, last } = metered({ a: 10 * MiB, b: MiB });

  meter.moved('a', 4 * MiB);

  expect(meter.finished('a')).toBe(10 * MiB);
  expect(last()).toMatchObject({ name: '1 of 2 files', loadedBytes: 10 * MiB });
});

test('a failed file leaves the total, so that the end is reached without it', () => {
  const { meter, last } = metered({ a: 10 * MiB, b: MiB });

  meter.moved('a', 4 * MiB);
  meter.failed('a');
  meter.finished('b');

  expect(last()).toMatchObject({ loadedBytes: MiB, totalBytes: MiB });
});

test('the speed is that of the last seconds', () => {
  const { meter, time, last } = metered({ a: 100 * MiB });

  meter.moved('a', 0);
  for (let second = 1; second <= 10; second++) {
    time.ms = second * 1000;
    meter.moved('a', second * 2 * MiB);
  }

  expect(last()?.bytesPerSecond).toBe(2 * MiB);
});

test('what an earlier run had sent is progress but no speed', () => {
  const { meter, time, last } = metered({ a: 100 * MiB });

  time.ms = 1000;
  meter.moved('a', 60 * MiB);
  expect(last()).toMatchObject({ loadedBytes: 60 * MiB, bytesPerSecond: 0 });

  time.ms = 2000;
  meter.moved('a', 61 * MiB);
  expect(last()?.bytesPerSecond).toBe(MiB / 2);
});

test('a stream has no total until its end', () => {
  const { meter, last } = metered({ a: undefined }, 'stdin');

  meter.moved('a', 3 * MiB);

  expect(last()).toMatchObject({ name: 'stdin', totalBytes: undefined, loadedBytes: 3 * MiB });
  expect(meter.finished('a')).toBe(3 * MiB);
});

test('the summary tells files, bytes, time and speed', () => {
  const { meter, time } = metered({ a: 10 * MiB, b: 10 * MiB });

  time.ms = 10_000;
  meter.finished('a');
  meter.finished('b');

  expect(meter.summary()).toBe('2 files, 20.0 MiB in 10 s, 2.00 MiB/s');
});
