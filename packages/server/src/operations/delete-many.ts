/** The handler of DELETE Multiple Objects. Each key is authorised and reported on its own. */
import { fault, isServiceError, maxDeleteObjects } from '@sampan/protocol';
import { bucketOf, type Call, type Handler } from './call.ts';
import { pieceEntries } from './pages.ts';

export const deleteMultipleObject: Handler<'deleteMultipleObject'> = async (input, call) => {
  const bucket = bucketOf(call);
  if (input.ContentMD5 === undefined)
    throw fault('InvalidRequest', { Message: 'Missing required header for this request: Content-MD5' });
  const wanted = input.Object;
  if (wanted.length === 0 || wanted.length > maxDeleteObjects) throw fault('MalformedXML');

  const refusals = await refusalsOf(wanted, call);
  // An anonymous request that may delete none of the keys gets one AccessDenied.
  if (call.identity.kind === 'anonymous' && refusals.every((refusal) => refusal !== undefined))
    throw fault('AccessDenied');
  const allowed = wanted.filter((_, at) => refusals[at] === undefined);
  const refs = allowed.map(({ Key, VersionId }) => ({ key: Key, versionId: VersionId }));
  const outcome = await call.backend.metadata.deleteVersions(bucket.name, refs);
  if (!outcome.ok) throw fault('NoSuchBucket');

  const Deleted = allowed.map(({ Key, VersionId }, at) => {
    const { marker, versionId } = outcome.deleted[at]!;
    return {
      Key,
      ...(VersionId === undefined || VersionId === '' ? {} : { VersionId }),
      ...(marker ? { DeleteMarker: true, DeleteMarkerVersionId: versionId ?? '' } : {}),
    };
  });
  const Error = wanted.flatMap(({ Key, VersionId }, at) => {
    const refusal = refusals[at];
    if (!refusal) return [];
    return [
      {
        Key,
        ...(VersionId === undefined ? {} : { VersionId }),
        Code: refusal.code,
        Message: refusal.message,
      },
    ];
  });
  return { Deleted: input.Quiet === true ? [] : Deleted, Error };
};

interface Named {
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

type Refusal = { readonly code: string; readonly message: string } | undefined;

/** Asks for each key, since policies and lists may say something else about each. */
async function refusalsOf(wanted: readonly Named[], call: Call): Promise<readonly Refusal[]> {
  const piece = call.backend.share.begin();
  const refusals: Refusal[] = [];
  for (let at = 0; at < wanted.length; at += pieceEntries) {
    const part = wanted.slice(at, at + pieceEntries);
    refusals.push(...(await piece(() => Promise.all(part.map((object) => refusalOf(object, call))))));
  }
  return refusals;
}

/** Why the caller may not delete a key. */
async function refusalOf({ Key: key, VersionId: versionId }: Named, call: Call): Promise<Refusal> {
  try {
    await call.authorise({ action: 'DeleteObject', bucket: bucketOf(call), key, versionId });
    return undefined;
  } catch (error) {
    if (!isServiceError(error)) throw error;
    return { code: error.code, message: error.message };
  }
}
