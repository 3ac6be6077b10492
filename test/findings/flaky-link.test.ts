/**
 * The promise about a link of 20 MB/s that breaks every 5 s, in bytes: it breaks after each 100 MB. Here the link is
 * faster and the file small. What the first break costs must not be most of it, so parts stay as small as they begin;
 * `test/scripts/flaky-link.ts` is the whole, with parts that grow.
 */
import { expect, test } from 'vitest';
import { flakyUpload } from './flaky-upload.ts';
import { MiB } from './phone.ts';

test('an upload over a link that breaks after each 100 MB sends at most a twentieth twice, and says so', async () => {
  const mebibytes = 320;

  const { drops, resentBytes, sentBytes, carriedBytes, isSame, left } = await flakyUpload(
    mebibytes,
    { bytesPerSecond: 80e6, dropEveryBytes: 100e6 },
    { ChunkSize: MiB, AsyncLimit: 3 },
  );

  expect(drops).toBeGreaterThanOrEqual(3);
  expect(isSame).toBe(true);
  expect(left).toBe(0);
  expect(sentBytes).toBe(mebibytes * MiB + resentBytes);
  console.log(`${((100 * resentBytes) / (mebibytes * MiB)).toFixed(2)} % were sent twice`);
  expect(resentBytes).toBeLessThanOrEqual(0.05 * mebibytes * MiB);
  // What it tells is what went over the link, but for headers and for bytes that were lost in buffers.
  expect(carriedBytes - mebibytes * MiB).toBeLessThanOrEqual(0.05 * mebibytes * MiB);
}, 120_000);
