/**
 * The handler of POST Object, uploads by browser forms. Permission and size limit are checked before the file is read.
 */
import { encodeKeyPath, operations } from '@sampan/protocol';
import { discardBody } from '../body/discard.ts';
import { receive } from '../body/receive.ts';
import { customerKey } from '../body/encryption.ts';
import { attributesFrom, encryptionFields } from './attributes.ts';
import { bucketOf, type Handler } from './call.ts';
import { follow, readFollowUp, withAnswer } from './callback.ts';
import { contentEtag, quoted } from './etag.ts';
import { storedAs, writeFault } from './object.ts';
import { slowed, trafficLimit } from './traffic.ts';

export const postObject: Handler<'postObject'> = async (input, call) => {
  const bucket = bucketOf(call);
  const followUp = readFollowUp(input);
  const customer = customerKey(input);
  const attributes = attributesFrom(input, bucket, customer);
  const redirect = redirectTarget(input.SuccessActionRedirect);
  const limit = trafficLimit(input.TrafficLimit, input.TrafficLimitHeader);
  const received = await receive(call.backend.receiver, slowed(input.Body, limit, call), {
    contentMd5: input.ContentMD5,
    customerKey: customer,
    client: call.request,
  });
  const { sizeBytes, crc64 } = received;
  const etag = contentEtag(received.md5, attributes.encryption);
  const written = await call.backend.metadata.putVersion({
    bucket: bucket.name,
    key: input.Key,
    attributes,
    content: { sizeBytes, crc64, etag },
    body: received.body,
    conditions: { forbidOverwrite: input.ForbidOverwrite ?? input.ForbidOverwriteHeader },
  });
  if (!written.ok) {
    await discardBody(call.backend.blobs, received.body);
    throw writeFault(written.reason);
  }
  const address = `http://${call.address.host}${call.address.path.replace(/\/?$/, '/')}${encodeKeyPath(input.Key)}`;
  const output = {
    ETag: quoted(etag),
    CRC64: crc64,
    VersionId: written.versioning === 'enabled' ? written.versionId : undefined,
    ...encryptionFields(attributes.encryption),
  };
  const statusCode = successStatus(input.SuccessActionStatus);
  if (followUp) {
    // An answer with a body of its own is neither a redirect nor a 204, which have none.
    const answered = { ...output, statusCode: statusCode === 204 ? 200 : statusCode, Location: address };
    const stored = storedAs(input, { etag, sizeBytes }, attributes, call);
    return withAnswer(
      operations.postObject,
      answered,
      await follow(followUp, stored, call.backend.callbacks),
    );
  }
  return {
    ...output,
    ...(redirect
      ? { statusCode: 303, Location: redirected(redirect, { bucket: bucket.name, key: input.Key, etag }) }
      : { statusCode, Location: address }),
  };
};

/** The page that the browser is sent to afterwards. What is no address is passed over, as if it were not given. */
function redirectTarget(text: string | undefined): URL | undefined {
  if (text === undefined || !/^https?:/i.test(text)) return undefined;
  return URL.canParse(text) ? new URL(text) : undefined;
}

function redirected(target: URL, said: { bucket: string; key: string; etag: string }): string {
  const query = `bucket=${said.bucket}&key=${encodeURIComponent(said.key)}&etag=${encodeURIComponent(quoted(said.etag))}`;
  const search = target.search === '' ? `?${query}` : `${target.search}&${query}`;
  return `${target.origin}${target.pathname}${search}${target.hash}`;
}

function successStatus(text: string | undefined): number {
  return text === '200' || text === '201' ? Number(text) : 204;
}
