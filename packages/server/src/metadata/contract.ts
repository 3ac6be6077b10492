/** The suite that every metadata store passes. Test support: not part of the published package. */
import { describe, expect, test } from 'vitest';
import { appendCases } from './testing/appends.ts';
import { bucketCases } from './testing/buckets.ts';
import { completionCases } from './testing/completions.ts';
import { copyCases } from './testing/copies.ts';
import { garbageCases } from './testing/garbage.ts';
import { listingCases } from './testing/listings.ts';
import { lostAnswerCases } from './testing/lost-answers.ts';
import { objectCases } from './testing/objects.ts';
import { partCases } from './testing/parts.ts';
import { versioningCases } from './testing/versioning.ts';
import { openFixture, type OpenMetadata } from './testing/fixture.ts';

export type { OpenMetadata } from './testing/fixture.ts';

/** Runs the suite against one implementation. */
export function metadataContract(name: string, open: OpenMetadata): void {
  describe(`metadata store: ${name}`, () => {
    const fixture = openFixture(open);

    bucketCases(fixture);
    objectCases(fixture);
    copyCases(fixture);
    appendCases(fixture);
    versioningCases(fixture);
    listingCases(fixture);
    partCases(fixture);
    completionCases(fixture);
    garbageCases(fixture);
    lostAnswerCases(fixture);

    test('after a barrier, changes that were asked for before it are there', async () => {
      const bucket = await fixture.newBucket();
      const putting = Promise.all(['a', 'b', 'c'].map((key) => fixture.putText({ bucket, key }, key)));

      await fixture.store.barrier();
      const keys = await fixture.keysIn(bucket);
      await putting;

      expect(keys).toEqual(['a', 'b', 'c']);
    });

    test('says up to which size bodies are best kept inline, and keeps one of that size', async () => {
      const { inlineLimitBytes } = fixture.store;
      const bucket = await fixture.newBucket();
      const bytes = new Uint8Array(inlineLimitBytes).fill(7);

      await fixture.putText({ bucket, key: 'k' }, 'x', {
        content: { sizeBytes: bytes.length, etag: 'e' },
        body: [{ bytes }],
      });

      const { body } = await fixture.object({ bucket, key: 'k' });
      const pieces = 'pieces' in body ? body.pieces : [];
      expect(pieces.map((piece) => 'bytes' in piece && piece.bytes.length)).toEqual([bytes.length]);
    });

    test('answers that it is there', async () => {
      await expect(fixture.store.ping()).resolves.toBeUndefined();
    });
  });
}
