import { postObject } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { formCall } from './form.ts';

const target = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'k' } as const;

test('a form carries what elsewhere are headers as its own fields', () => {
  const { operation, values } = formCall({
    ...target,
    Headers: { 'Cache-Control': 'max-age=7', 'x-cos-acl': 'public-read', 'X-Cos-Meta-Place': 'quay' },
    'x-cos-meta-time': 'noon',
    ContentDisposition: 'inline',
  });

  expect(operation).toBe(postObject);
  expect(values).toMatchObject({
    Key: 'k',
    CacheControl: 'max-age=7',
    ContentDisposition: 'inline',
    ACL: 'public-read',
    Meta: { place: 'quay', time: 'noon' },
  });
});
