/** The suite that every metadata store passes. Test support: not part of the published package. */
import { describe, expect, test } from 'vitest';
import { appendCases } from './testing/appends.ts';
import { bucketCases } from './testing/buckets.ts';
import { completionCases } from './testing/completions.ts';
import { copyCases } from './testing/copies.ts';
import { garbageCases } from './testing/garbage.ts';
import { listingCases } from './testing/listings.ts';
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

    test('answers that it is there', async () => {
      await expect(fixture.store.ping()).resolves.toBeUndefined();
    });
  });
}
