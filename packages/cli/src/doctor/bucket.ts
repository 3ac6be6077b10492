/** Doctor's checks of a bucket: existence, region, and permissions of the keys. */
import { randomBytes } from 'node:crypto';
import { isServiceError } from '@sampan/protocol';
import type { CosAddress } from '../words/address.ts';
import type { Connected } from '../connection/context.ts';
import { endingOf, exitStatus } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';
import { versionsBelow } from '../content/remote.ts';
import { attempt, type Finding } from './finding.ts';

/** Whether the bucket is there; one in another region is named. */
export async function checkBucket({ cos, at, connection }: Connected, bucket: string): Promise<Finding> {
  const name = 'bucket';
  const { Region } = at(bucket);
  try {
    await cos.headBucket(at(bucket));
    return { name, isFine: true, text: t`the bucket ${bucket} is in ${Region}` };
  } catch (error) {
    const status = isServiceError(error) && error.statusCode === 404 ? exitStatus.notFound : undefined;
    const other = await regionOf(cos, bucket);
    if (other !== undefined && other !== Region)
      return {
        name,
        isFine: false,
        text: t`the bucket ${bucket} is not in ${Region}, but in ${other}`,
        advice: t`say --region ${other}, or put it into the profile`,
        status: exitStatus.notFound,
      };
    if (status === exitStatus.notFound)
      return {
        name,
        isFine: false,
        text: t`there is no bucket ${bucket} in ${Region}`,
        advice: t`check its name and region with sampan ls -l, or make it: sampan mb cos://${bucket}`,
        status,
      };
    const ending = endingOf(error, connection);
    return { name, isFine: false, text: ending.message, status: ending.status };
  }
}

async function regionOf(cos: Connected['cos'], bucket: string): Promise<string | undefined> {
  try {
    const { Buckets } = await cos.getService();
    return Buckets.find(({ Name }) => Name === bucket)?.Location;
  } catch {
    return undefined;
  }
}

/** Makes each request of an upload once, under a key of its own, and deletes what it has made. */
export async function* checkPermissions(connected: Connected, place: CosAddress): AsyncGenerator<Finding> {
  const { cos, at, connection } = connected;
  const key = `${place.key === '' || place.key.endsWith('/') ? place.key : `${place.key}/`}.sampan-doctor-${randomBytes(6).toString('hex')}`;
  const to = { ...at(place.bucket), Key: key };
  const may = (action: string, work: () => Promise<unknown>): Promise<Finding> =>
    attempt(
      {
        name: `permission:${action}`,
        about: connection,
        fine: t`may ${action}`,
        bad: t`may not ${action}`,
        advice: t`allow name/cos:${action} for ${place.bucket}/${place.key}* in the policy of these keys`,
      },
      work,
    );
  let uploadId = '';
  let eTag = '';
  yield await may('PutObject', () => cos.putObject({ ...to, Body: 'sampan doctor' }));
  yield await may('HeadObject', () => cos.headObject(to));
  yield await may('GetObject', () => cos.getObject(to));
  yield await may('InitiateMultipartUpload', async () => {
    uploadId = (await cos.multipartInit(to)).UploadId;
  });
  if (uploadId !== '') {
    const part = { ...to, UploadId: uploadId };
    yield await may('UploadPart', async () => {
      eTag = (await cos.multipartUpload({ ...part, PartNumber: 1, Body: 'sampan doctor' })).ETag;
    });
    yield await may('ListParts', () => cos.multipartListPart(part));
    const completed = await may('CompleteMultipartUpload', () =>
      cos.multipartComplete({ ...part, Parts: [{ PartNumber: 1, ETag: eTag }] }),
    );
    yield completed;
    // Of a second upload, because the first is complete.
    yield await may('AbortMultipartUpload', async () => {
      const id = completed.isFine ? (await cos.multipartInit(to)).UploadId : uploadId;
      await cos.multipartAbort({ ...to, UploadId: id });
    });
  }
  yield await may('DeleteObject', () => cos.deleteObject(to));
  await deleteVersions(connected, { bucket: place.bucket, key });
}

/** In a bucket that keeps versions the objects of doctor are still there; without the permission they stay. */
export async function deleteVersions(connected: Connected, address: CosAddress): Promise<void> {
  const { cos, at } = connected;
  try {
    for await (const { key, versionId, isMarker } of versionsBelow(connected, address))
      if (versionId !== 'null' || isMarker)
        await cos.deleteObject({ ...at(address.bucket), Key: key, VersionId: versionId });
  } catch {
    // Of this nothing is reported: an upload does not need it.
  }
}
