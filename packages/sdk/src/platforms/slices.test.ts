import { crc64, crc64Text } from '@sampan/protocol';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestInSlices } from './slices.ts';

const bytes = Uint8Array.from({ length: 300_001 }, (_, at) => (at * 7 + (at >>> 8)) & 0xff);

test('gives the checksums of the whole, whatever the slices', async () => {
  let nowMs = 0;
  let rests = 0;
  const pace = {
    now: () => (nowMs += 5),
    rest: async () => {
      rests += 1;
    },
  };

  const found = await digestInSlices(pace, bytes, { md5: true });

  expect(found).toEqual({
    crc64: crc64Text(crc64(bytes)),
    md5: createHash('md5').update(bytes).digest('base64'),
  });
  expect(rests).toBeGreaterThan(1);
});
