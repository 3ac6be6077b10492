import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import COS from '@sampan/sdk';
import { expect, test } from 'vitest';
import { exampleOf } from '../../tools/reference/examples.ts';
import { readDeclarations } from '../../tools/reference/declarations.ts';
import { serviceForTests } from '../service.ts';
import { methodCalls } from './method-calls.ts';
import { runBlock } from './run-block.ts';

/** The examples of the reference, each as a reader would run it, in the order of the table of calls. */

const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };
const { methods } = readDeclarations();
const names = methods.filter(({ alias }) => alias === undefined).map(({ name }) => name);

/** Refused here: they need buckets with versions or an archived object, or are what the service does not have. */
const refused: Readonly<Record<string, string>> = {
  putBucketReplication: 'BucketVersionNotOpen',
  restoreObject: 'RestoreNonArchiveObject',
  postBucketInventory: 'NotImplemented',
  selectObjectContent: 'NotImplemented',
  selectObjectContentStream: 'NotImplemented',
};

test('every method has an example, and each does what it says', { timeout: 60_000 }, async () => {
  const service = await serviceForTests({ flags: ['--bucket', place.Bucket], name: 'reference' });
  const cos = new COS({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Domain: `${service.url}/{Bucket}`,
    ServiceDomain: service.url,
  });
  await cos.putObject({ ...place, Key: 'docs/a.txt', Body: 'hello' });
  await cos.putObject({ ...place, Key: 'docs/lines.json', Body: '{"a":1}\n' });
  await cos.putObject({ ...place, Key: 'second', Body: 'x' });
  const inOrder = [...new Set(methodCalls.map(({ method }) => method)), ...names].filter(
    (name, at, all) => names.includes(name) && all.indexOf(name) === at && name !== 'destroy',
  );
  // The table looks for a policy before there is one, and a reader afterwards.
  inOrder.splice(inOrder.indexOf('getBucketPolicy'), 1);
  inOrder.splice(inOrder.indexOf('putBucketPolicy') + 1, 0, 'getBucketPolicy');
  const FilePath = join(service.dataDir, 'photo.jpg');
  writeFileSync(FilePath, 'a photo');
  const given: Record<string, unknown> = {
    ...{ cos, FilePath, file: Buffer.from('a file') },
    console: { log: () => undefined },
  };
  const outcomes: Record<string, string> = {};
  for (const name of [...inOrder, 'destroy']) {
    if (name === 'multipartAbort')
      given['UploadId'] = (await cos.multipartInit({ ...place, Key: 'parts' })).UploadId;
    const code = exampleOf(name).replace('./down', () => join(service.dataDir, 'down'));
    const made = code.includes('const result =') ? 'result' : 'undefined';
    const outcome = await runBlock(code, given, made).then(
      (result) => {
        const { UploadId, ETag } = (result ?? {}) as Record<string, unknown>;
        if (name === 'multipartInit') given['UploadId'] = UploadId;
        if (name === 'multipartUpload') given['ETag'] = ETag;
        return 'done';
      },
      (error: unknown) => String((error as { code?: unknown }).code ?? error),
    );
    if (outcome !== 'done') outcomes[name] = outcome;
  }

  expect(names.length).toBeGreaterThanOrEqual(84);
  expect(outcomes).toEqual(refused);
});
