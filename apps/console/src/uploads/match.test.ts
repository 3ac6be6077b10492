import { expect, test } from 'vitest';
import { matchEarlier, type Picked } from './match.ts';
import type { Upload } from './upload.ts';

const file = (size: number, lastModified = 1) => ({ size, lastModified }) as File;
const picked = (path: string, size: number, lastModified = 1): Picked => ({
  path,
  file: file(size, lastModified),
});
const earlier = (path: string, size: number, lastModified = 1) => ({ path, size, lastModified }) as Upload;

test('a file that was chosen again goes on with its upload, another one is fresh', () => {
  const upload = earlier('holiday/a.jpg', 10);

  const { again, fresh } = matchEarlier([upload], [picked('holiday/a.jpg', 10), picked('holiday/b.jpg', 10)]);

  expect(again.map(([one]) => one)).toEqual([upload]);
  expect(fresh.map(({ path }) => path)).toEqual(['holiday/b.jpg']);
});

test('a file of another size or time is not taken for the same', () => {
  const { again, fresh } = matchEarlier([earlier('a', 10, 1)], [picked('a', 11, 1), picked('a', 10, 2)]);

  expect(again).toEqual([]);
  expect(fresh).toHaveLength(2);
});

test('a file that was dropped alone is found, though its upload was part of a folder', () => {
  const { again } = matchEarlier([earlier('holiday/a.jpg', 10)], [picked('a.jpg', 10)]);

  expect(again).toHaveLength(1);
});

test('of twins in two folders each gets its own file', () => {
  const [one, other] = [earlier('x/a', 10), earlier('y/a', 10)];
  const [forOther, forOne] = [picked('y/a', 10), picked('x/a', 10)];

  const { again, fresh } = matchEarlier([one, other], [forOther, forOne]);

  expect(again).toEqual([
    [other, forOther.file],
    [one, forOne.file],
  ]);
  expect(fresh).toEqual([]);
});
