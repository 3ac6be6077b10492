import { expect, test } from 'vitest';
import { plainParams } from './params.ts';

test('callbacks of a batch get plain values, and no body, function or getter that throws', () => {
  const params = {
    Bucket: 'b-1250000000',
    SliceSize: 5,
    AsyncLimit: 0,
    Body: new Uint8Array(1),
    Headers: {},
    onProgress: () => undefined,
    Absent: undefined,
    get Broken(): string {
      throw new Error('cannot be read');
    },
  };

  expect(plainParams(params as never)).toEqual({ Bucket: 'b-1250000000', SliceSize: 5, AsyncLimit: 0 });
});
