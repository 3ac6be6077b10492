/** A bucket that somebody else deletes after a request was let through and before its change is committed. */
import { expect, test } from 'vitest';
import type { OpenedStores } from '../index.ts';
import { storedBucket, storedService } from './testing/stored-service.ts';

type Change = 'setVersioning' | 'setConfig' | 'createUpload' | 'putVersion' | 'deleteVersion' | 'append';

/** Stores that delete the bucket just before the first change of a name. */
function vanishingBefore(change: Change) {
  return (opened: OpenedStores): OpenedStores => {
    const call = opened.metadata[change] as (...args: unknown[]) => Promise<unknown>;
    const vanished = async (...args: unknown[]): Promise<unknown> => {
      await opened.metadata.deleteBucket(storedBucket);
      return call(...args);
    };
    return { ...opened, metadata: { ...opened.metadata, [change]: vanished } };
  };
}

const path = `/${storedBucket}/`;
const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
const tags = '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>';
const bytes = Buffer.from('x');

test.each<[string, Change, string, string, readonly (readonly [string, string])[], Uint8Array]>([
  ['PUT Bucket versioning', 'setVersioning', 'PUT', path, [['versioning', '']], Buffer.from(versioning)],
  ['PUT Bucket tagging', 'setConfig', 'PUT', path, [['tagging', '']], Buffer.from(tags)],
  ['Initiate Multipart Upload', 'createUpload', 'POST', `${path}k`, [['uploads', '']], Buffer.alloc(0)],
  ['PUT Object', 'putVersion', 'PUT', `${path}k`, [], bytes],
  [
    'APPEND Object',
    'append',
    'POST',
    `${path}k`,
    [
      ['append', ''],
      ['position', '0'],
    ],
    bytes,
  ],
  ['DELETE Object', 'deleteVersion', 'DELETE', `${path}k`, [], Buffer.alloc(0)],
])('%s says that there is no such bucket', async (_name, change, method, target, query, body) => {
  const service = await storedService({ parts: { stores: vanishingBefore(change) } });

  const answer = await service.ask(method, target, { query, body });

  expect([answer.status, /<Code>([^<]*)/.exec(answer.body.toString())?.[1]]).toEqual([404, 'NoSuchBucket']);
});
