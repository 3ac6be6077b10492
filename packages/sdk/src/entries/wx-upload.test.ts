import { expect, test } from 'vitest';
import { createUploader } from './wx-upload.ts';

const Host = { request: () => undefined };
const keys = { SecretId: 'id', SecretKey: 'key' };

test.each([
  ['DiscoverUploads', true],
  ['SimpleUploadMethod', 'postObject'],
  ['AppId', '1250000000'],
  ['SliceSise', 5],
])('%s is refused, because uploading alone does not know it', (name, value) => {
  expect(() => createUploader({ ...keys, Host, [name]: value })).toThrow(new RegExp(name));
});

test('options of uploads are checked and completed as those of the class', () => {
  const { options } = createUploader({
    ...keys,
    Host,
    SliceSize: 5,
    MaxPartNumber: 5,
    Domain: 'files.example',
  });

  expect(options).toMatchObject({
    SliceSize: 5,
    MaxPartNumber: 1024,
    FileParallelLimit: 3,
    Protocol: 'https:',
  });
  expect(options.Domain).toBe('files.example');
  expect(options.ChunkSize).toBeUndefined();
});
