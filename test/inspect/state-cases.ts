import { createHash } from 'node:crypto';
import { placeOf, refusalOf, statusOf, type Case, type Stage } from './stage.ts';

const shortOf = (stage: Stage) => stage.bucket.replace(/-\d+$/, '');

async function begin(stage: Stage, key = 'k'): Promise<string> {
  const { text } = await stage.client.send({ method: 'POST', key, query: { uploads: '' } });
  return /<UploadId>(.*?)<\/UploadId>/.exec(text)![1]!;
}

function putPart(stage: Stage, key: string, uploadId: string) {
  return stage.client.send({ method: 'PUT', key, query: { partNumber: '1', uploadId }, body: 'x' });
}

/** Sends a part of an upload that is begun anew. */
async function putPartAnew(stage: Stage): Promise<number> {
  return (await putPart(stage, 'k', await begin(stage))).status;
}

/** Ways in which a name or the state of what is stored refuses a request. */
export const stateCases: readonly Case[] = [
  {
    name: 'the official SDK has the region of another bucket',
    cause: 'bucket-in-other-region',
    refuse: (stage) =>
      refusalOf(
        stage.official().putObject({ Bucket: stage.bucket, Region: 'ap-beijing', Key: 'k', Body: 'x' }),
      ),
    mend: (stage, why) =>
      statusOf(
        stage.official().putObject({
          Bucket: stage.bucket,
          Region: why.fix!.document!.content,
          Key: 'k',
          Body: 'x',
        }),
      ),
  },
  {
    name: 'the APPID is missing in the bucket name',
    cause: 'bucket-appid-missing',
    refuse: (stage) => stage.client.send({ bucket: shortOf(stage), style: 'path' }),
    mend: async (stage, why) =>
      (await stage.client.send({ bucket: why.fix!.document!.content, style: 'path' })).status,
  },
  {
    name: 'the bucket name has the APPID of another account',
    cause: 'bucket-appid-differs',
    refuse: (stage) => stage.client.send({ bucket: `${shortOf(stage)}-1259999999` }),
    mend: async (stage, why) => (await stage.client.send({ bucket: why.fix!.document!.content })).status,
  },
  {
    name: 'the bucket name has two letters swapped',
    cause: 'bucket-name-near',
    refuse: async (stage) => {
      await stage.client.send({ method: 'PUT', bucket: 'holidays-1250000000' });
      return stage.client.send({ bucket: 'hoildays-1250000000' });
    },
    mend: async (stage, why) => (await stage.client.send({ bucket: why.fix!.document!.content })).status,
  },
  {
    name: 'the key has another case',
    cause: 'key-near',
    refuse: async (stage) => {
      await stage.client.put('Photos/Cat.jpg', 'x');
      return stage.client.get('photos/cat.jpg');
    },
    mend: async (stage, why) => (await stage.client.get(why.fix!.document!.content)).status,
  },
  {
    name: 'the key was percent-encoded by the application',
    cause: 'key-near',
    refuse: async (stage) => {
      await stage.client.put('a b/ü.txt', 'x');
      return refusalOf(stage.official().getObject({ ...placeOf(stage), Key: 'a%20b/%C3%BC.txt' }));
    },
    mend: (stage, why) =>
      statusOf(stage.official().getObject({ ...placeOf(stage), Key: why.fix!.document!.content })),
  },
  {
    name: 'the object was deleted in a bucket with versioning',
    cause: 'key-deleted',
    refuse: async (stage) => {
      await stage.configure(
        'versioning',
        '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
      );
      await stage.client.put('k', 'x');
      await stage.client.delete('k');
      return stage.client.get('k');
    },
    mend: async (stage, why) =>
      (await stage.client.send({ key: 'k', query: { versionId: why.fix!.document!.content } })).status,
  },
  {
    name: 'a part comes after the upload was completed',
    cause: 'upload-completed',
    refuse: async (stage) => {
      const uploadId = await begin(stage);
      const { headers } = await putPart(stage, 'k', uploadId);
      await stage.client.send({
        method: 'POST',
        key: 'k',
        query: { uploadId },
        body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part></CompleteMultipartUpload>`,
      });
      return putPart(stage, 'k', uploadId);
    },
    mend: async (stage) => (await stage.client.get('k')).status,
  },
  {
    name: 'a part comes after the upload was aborted',
    cause: 'upload-aborted',
    refuse: async (stage) => {
      const uploadId = await begin(stage);
      await stage.client.delete('k', { uploadId });
      return putPart(stage, 'k', uploadId);
    },
    mend: putPartAnew,
  },
  {
    name: 'a part is sent for another key than the upload has',
    cause: 'upload-of-another-key',
    refuse: async (stage) => {
      const uploadId = (stage.memory['uploadId'] = await begin(stage, 'right'));
      return putPart(stage, 'wrong', uploadId);
    },
    mend: async (stage, why) =>
      (await putPart(stage, why.fix!.document!.content, stage.memory['uploadId'] ?? '')).status,
  },
  {
    name: 'an archived object is read',
    cause: 'object-archived',
    refuse: async (stage) => {
      await stage.client.put('k', 'x', { 'x-cos-storage-class': 'ARCHIVE' });
      return stage.client.get('k');
    },
    mend: async (stage, why) =>
      (
        await stage.client.send({
          method: 'POST',
          key: 'k',
          query: { restore: '' },
          body: why.fix!.document!.content,
        })
      ).status,
  },
  {
    name: 'the object is another than If-Match names',
    cause: 'precondition-failed',
    refuse: async (stage) => {
      await stage.client.put('k', 'x');
      return stage.client.get('k', { 'if-match': '"00000000000000000000000000000000"' });
    },
    mend: async (stage, why) =>
      (await stage.client.get('k', { 'if-match': why.fix!.document!.content })).status,
  },
  {
    name: 'the bytes are others than Content-MD5 says',
    cause: 'integrity-md5',
    refuse: ({ client }) =>
      client.put('k', 'other', { 'content-md5': createHash('md5').update('meant').digest('base64') }),
    mend: async ({ client }, why) =>
      (await client.put('k', 'other', { 'content-md5': why.fix!.document!.content })).status,
  },
  {
    name: 'an object is there that must not be overwritten',
    cause: 'object-exists',
    refuse: async ({ client }) => {
      await client.put('k', 'x');
      return client.put('k', 'y', { 'x-cos-forbid-overwrite': 'true' });
    },
    mend: async ({ client }) =>
      (await client.put('another', 'y', { 'x-cos-forbid-overwrite': 'true' })).status,
  },
  {
    name: 'an append begins elsewhere than the object ends',
    cause: 'append-position',
    refuse: async ({ client }) => {
      await client.send({ method: 'POST', key: 'k', query: { append: '', position: '0' }, body: 'four' });
      return client.send({ method: 'POST', key: 'k', query: { append: '', position: '3' }, body: 'x' });
    },
    mend: async ({ client }, why) => {
      const position = why.fix!.document!.content;
      return (await client.send({ method: 'POST', key: 'k', query: { append: '', position }, body: 'x' }))
        .status;
    },
  },
  {
    name: 'a bucket with an unfinished upload is deleted',
    cause: 'bucket-not-empty',
    refuse: async (stage) => {
      stage.memory['uploadId'] = await begin(stage);
      return stage.client.send({ method: 'DELETE' });
    },
    mend: async (stage, why) => {
      const [upload] = why.details['uploads'] as { key: string; uploadId: string }[];
      await stage.client.delete(upload!.key, { uploadId: upload!.uploadId });
      return (await stage.client.send({ method: 'DELETE' })).status;
    },
  },
];
