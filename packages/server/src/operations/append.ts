/** The handler of APPEND Object. Two clients that append at the same position get one winner. */
import {
  crc64Combine,
  crc64Parse,
  crc64Text,
  fault,
  maxAppendableObjectBytes,
  maxAppendBytes,
  type Input,
  type Operations,
} from '@sampan/protocol';
import { discardBody } from '../body/discard.ts';
import { customerKey, readingKey, type CustomerKey } from '../body/encryption.ts';
import { receive, type Received } from '../body/receive.ts';
import type { IncomingBody } from '../body/stream.ts';
import type { AppendRefusal, Attributes, Content, ObjectVersion } from '../metadata/port.ts';
import { attributesFrom, encryptionFields } from './attributes.ts';
import { bucketOf, type Call, type Handler } from './call.ts';
import { appendedEtag, contentEtag, quoted } from './etag.ts';
import { slowed, trafficLimit } from './traffic.ts';

type AppendInput = Input<Operations['appendObject'], IncomingBody>;

export const appendObject: Handler<'appendObject'> = async (input, call) => {
  const bucket = bucketOf(call);
  // Quirk: the page forbids appends in a bucket that has versioning; the vendor's suites append once it is suspended.
  if (bucket.versioning === 'enabled') throw fault('InvalidBucketState');
  const before = await appendable(input, call);
  const customer = before ? readingKey(before.encryption, input) : customerKey(input);
  const attributes = before ?? firstAttributes(input, call, customer);
  const limit = trafficLimit(input.TrafficLimit, input.TrafficLimitQuery);
  const received = await receive(call.backend.receiver, slowed(input.Body, limit, call), {
    limitBytes: Math.min(maxAppendBytes, maxAppendableObjectBytes - input.Position),
    contentMd5: input.ContentMD5,
    contentSha1: input.ContentSHA1,
    customerKey: customer,
    client: call.request,
  });
  const content = await added({ input, before, attributes, received }, call);
  return {
    NextAppendPosition: content.sizeBytes,
    ETag: quoted(content.etag),
    CRC64: content.crc64,
    // Quirk: in spite of its name the Go SDK compares this header with the MD5 of what it appended.
    ContentSHA1: received.md5,
    ...encryptionFields(attributes.encryption),
  };
};

/** The object that is appended to; undefined when it is to be created. Throws what forbids the append. */
async function appendable(input: AppendInput, call: Call): Promise<ObjectVersion | undefined> {
  const current = await call.backend.metadata.version({ bucket: input.Bucket, key: input.Key });
  const object = current?.kind === 'object' ? current : undefined;
  if (object?.type === 'normal') throw fault('ObjectNotAppendable');
  if (input.Position !== (object?.sizeBytes ?? 0)) throw fault('AppendPositionErr');
  if (input.Position >= maxAppendableObjectBytes) throw fault('EntityTooLarge');
  return object;
}

/** What the first append says stays; later appends change none of it. */
function firstAttributes(input: AppendInput, call: Call, customer: CustomerKey | undefined): Attributes {
  const attributes = attributesFrom(input, bucketOf(call), customer);
  // Source: https://cloud.tencent.com/document/product/436/7741
  if (attributes.storageClass === 'INTELLIGENT_TIERING') throw fault('NotSupportedStorageClass');
  return attributes;
}

interface Adding {
  readonly input: AppendInput;
  readonly before: ObjectVersion | undefined;
  readonly attributes: Attributes;
  readonly received: Received;
}

/** Commits the append and gives what the object is now. */
async function added({ input, before, attributes, received }: Adding, call: Call): Promise<Content> {
  const { Bucket: bucket, Key: key, Position: position } = input;
  const { body } = received;
  let after = before;
  for (;;) {
    const content = joined(after, received, attributes);
    // A rejection leaves the outcome unknown, and with it the bytes: only a refusal removes them.
    const done = await call.backend.metadata.append({
      bucket,
      key,
      position,
      after: after?.revision,
      attributes,
      content,
      body,
    });
    if (done.ok) return content;
    try {
      if (done.reason !== 'changed') throw appendFault(done.reason);
      // It is another object by now, removed and made anew: look again, and give up if it has another length.
      after = await appendable(input, call);
    } catch (error) {
      await discardBody(call.backend.blobs, body);
      throw error;
    }
  }
}

function joined(before: ObjectVersion | undefined, received: Received, attributes: Attributes): Content {
  const { sizeBytes, md5, crc64 } = received;
  if (!before) return { sizeBytes, etag: contentEtag(md5, attributes.encryption), crc64 };
  const first = before.crc64 === undefined ? undefined : crc64Parse(before.crc64);
  const second = crc64Parse(crc64);
  return {
    sizeBytes: before.sizeBytes + sizeBytes,
    etag: appendedEtag(before.etag, md5),
    crc64: first && second && crc64Text(crc64Combine(first, second, sizeBytes)),
  };
}

function appendFault(reason: Exclude<AppendRefusal, 'changed'>) {
  switch (reason) {
    case 'noBucket':
      return fault('NoSuchBucket');
    case 'position':
      return fault('AppendPositionErr');
    case 'notAppendable':
      return fault('ObjectNotAppendable');
    case 'versioned':
      return fault('InvalidBucketState');
  }
}
