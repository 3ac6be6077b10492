import { expect, test } from 'vitest';
import { secondsLeft, stillness, withSample } from './throughput.ts';
import { totalsOf, type Upload, type UploadState } from './upload.ts';

const upload = (state: UploadState, size: number, loaded: number) => ({ state, size, loaded }) as Upload;

test('cancelled uploads do not count, and one that is done counts whole', () => {
  const totals = totalsOf([
    upload('success', 100, 0),
    upload('uploading', 100, 40),
    upload('canceled', 100, 90),
    upload('lost', 50, 60),
  ]);

  expect(totals).toMatchObject({ files: 3, filesDone: 1, bytes: 250, bytesDone: 190 });
  expect(totals.counts).toMatchObject({ success: 1, uploading: 1, canceled: 1, lost: 1, waiting: 0 });
});

test('the speed is the mean of five seconds, and what is taken back does not count', () => {
  const speed = [1000, 500, -300].reduce(withSample, stillness);

  expect(speed.now).toBe(300);
  expect(speed.most).toBe(1000);
  expect(speed.samples).toHaveLength(120);
});

test('the time left is known only while something moves', () => {
  expect(secondsLeft(3000, withSample(stillness, 500))).toBe(30);
  expect(secondsLeft(3000, stillness)).toBeUndefined();
  expect(secondsLeft(0, stillness)).toBe(0);
});
