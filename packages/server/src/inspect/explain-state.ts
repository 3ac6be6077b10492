/** Refusals for what the service holds: uploads that have ended, archived objects, conditions that fail, sums that differ. */
import type { Bucket, MetadataStore, ObjectVersion } from '../metadata/port.ts';
import type { EndedUpload, Explanation, Words } from './entry.ts';
import { plain, say } from './say.ts';
import type { Evidence, RefusedBy } from './trace.ts';

interface Holdings {
  readonly metadata: MetadataStore;
  endedUpload(uploadId: string): Promise<EndedUpload | undefined>;
}

/** Uploads that are looked through. */
const mostUploads = 1000;

/** Explains `NoSuchUpload`: when and by whom the upload was ended, or of which key it is. */
export async function explainNoUpload(
  { address, bucket }: Evidence,
  { metadata, endedUpload }: Holdings,
): Promise<Explanation<Words> | undefined> {
  if (address?.kind !== 'bucket' || !bucket) return undefined;
  const uploadId = address.query.find(([name]) => name.toLowerCase() === 'uploadid')?.[1] ?? '';
  const ended = uploadId === '' ? undefined : await endedUpload(uploadId);
  if (ended) return explainEnd(ended, address.key);
  const { items } = await metadata.listUploads({ bucket: bucket.name, limit: mostUploads });
  const same = items.find((upload) => upload.uploadId === uploadId);
  if (same && same.key !== address.key)
    return {
      cause: 'upload-of-another-key',
      summary: say(
        `The upload is one of ${JSON.stringify(same.key)}, not of ${JSON.stringify(address.key)}.`,
        `该上传属于 ${JSON.stringify(same.key)}，而不是 ${JSON.stringify(address.key)}。`,
      ),
      details: { uploadId, key: address.key, didYouMean: same.key },
      fix: {
        sentence: say(`Use the key ${JSON.stringify(same.key)}.`, `使用键 ${JSON.stringify(same.key)}。`),
        document: { type: 'text', content: same.key },
      },
    };
  const ofKey = items.filter((upload) => upload.key === address.key);
  const cut = ofKey.find((upload) => uploadId !== '' && upload.uploadId.startsWith(uploadId));
  const [meant] = cut ? [cut] : ofKey;
  return {
    cause: 'upload-unknown',
    summary: say(
      cut
        ? 'The upload id was cut; an upload of this key has a longer one.'
        : 'No upload of this id was begun for this key, or it ended longer ago than the service remembers.',
      cut
        ? 'uploadId 被截断；此键有一个更长的 uploadId。'
        : '此键没有该 uploadId 的上传，或其结束已超出服务的记忆范围。',
    ),
    details: { uploadId, key: address.key, ...(meant ? { didYouMean: meant.uploadId } : {}) },
    fix: meant
      ? {
          sentence: say('Use the id of the unfinished upload.', '使用未完成上传的 uploadId。'),
          document: { type: 'text', content: meant.uploadId },
        }
      : { sentence: say('Begin a new upload.', '重新开始上传。') },
  };
}

function explainEnd(ended: EndedUpload, key: string | undefined): Explanation<Words> {
  const { end, endedAt, principal = '' } = ended;
  const isCompleted = end === 'completed';
  return {
    cause: `upload-${end}`,
    summary: say(
      `The upload was ${end} at ${endedAt} by ${principal}.`,
      `该上传已于 ${endedAt} 由 ${principal} ${isCompleted ? '完成' : '终止'}。`,
    ),
    details: { ...ended, key },
    fix: {
      sentence: isCompleted
        ? say(
            'The object is there: read it, or begin a new upload.',
            '对象已存在：可直接读取，或重新开始上传。',
          )
        : say('Begin a new upload.', '重新开始上传。'),
    },
  };
}

/** Explains refusals that a look at the bucket or the object explains; undefined for others. */
export async function explainState(
  evidence: Evidence,
  error: RefusedBy,
  { metadata }: Holdings,
): Promise<Explanation<Words> | undefined> {
  const { address, bucket } = evidence;
  if (error.facts['computed'] !== undefined) return explainSums(error);
  if (address?.kind !== 'bucket' || !bucket) return undefined;
  if (error.code === 'BucketNotEmpty') return explainNotEmpty(bucket, metadata);
  if (address.key === undefined) return undefined;
  const versionId = address.query.find(([name]) => name.toLowerCase() === 'versionid')?.[1];
  const version = await metadata.version({ bucket: bucket.name, key: address.key, versionId });
  const object = version?.kind === 'object' ? version : undefined;
  return explainObject({ evidence, error, object, bucket });
}

function explainSums({ facts, code }: RefusedBy): Explanation<Words> {
  const { header = '', claimed = '', computed = '' } = facts;
  return {
    cause: code === 'BadDigest' ? 'integrity-md5' : 'integrity-sha1',
    summary: say(
      `${header} says ${claimed}, and the bytes that arrived have ${computed}.`,
      `${header} 为 ${claimed}，而到达的内容为 ${computed}。`,
    ),
    details: facts,
    fix: {
      sentence: say(
        'Compute the sum over the bytes that are sent. Where they are the same, something on the way changed them.',
        '对实际发送的内容计算校验和。若一致，则内容在途中被修改。',
      ),
      document: {
        type: 'text',
        content: code === 'BadDigest' ? Buffer.from(computed, 'hex').toString('base64') : computed,
      },
    },
  };
}

async function explainNotEmpty({ name }: Bucket, metadata: MetadataStore): Promise<Explanation<Words>> {
  const [versions, uploads] = await Promise.all([
    metadata.listVersions({ bucket: name, limit: 10 }),
    metadata.listUploads({ bucket: name, limit: 10 }),
  ]);
  return {
    cause: 'bucket-not-empty',
    summary: say(
      'The bucket still has objects, versions, delete markers or unfinished uploads.',
      '存储桶中仍有对象、版本、删除标记或未完成的上传。',
    ),
    details: {
      versions: versions.items.map(({ key, versionId, kind }) => ({ key, versionId, kind })),
      uploads: uploads.items.map(({ key, uploadId }) => ({ key, uploadId })),
    },
    fix: {
      sentence: say('Empty it, uploads included.', '清空它，包括未完成的上传。'),
      document: { type: 'text', content: `sampan rm -r cos://${name} && sampan abort -r cos://${name}` },
    },
  };
}

interface Case {
  readonly evidence: Evidence;
  readonly error: RefusedBy;
  readonly object: ObjectVersion | undefined;
  readonly bucket: Bucket;
}

function explainObject(about: Case): Explanation<Words> | undefined {
  const { error, bucket, object } = about;
  switch (error.code) {
    case 'InvalidObjectState':
      return object && explainArchived(object);
    case 'PreconditionFailed':
      return explainCondition(about);
    case 'FileAlreadyExists':
      return explainExisting(object);
    case 'AppendPositionErr':
      return explainPosition(object);
    case 'ObjectNotAppendable':
      return object && explainNotAppendable(object);
    case 'InvalidBucketState':
      return {
        cause: 'bucket-versioned',
        summary: say(
          `The bucket has versioning (${bucket.versioning}), and takes no such request.`,
          `存储桶已设置版本控制（${bucket.versioning}），不支持此请求。`,
        ),
        details: { versioning: bucket.versioning, message: error.message },
        fix: { sentence: say('Use a bucket without versioning.', '使用未启用版本控制的存储桶。') },
      };
    case 'InvalidRange':
      return object && explainRange(about, object);
    default:
      return undefined;
  }
}

function explainArchived({ storageClass, restore }: ObjectVersion): Explanation<Words> {
  const at = (ms: number) => new Date(ms).toISOString();
  const isWaiting = restore !== undefined && restore.readyAtMs > Date.now();
  return {
    cause: 'object-archived',
    summary: say(
      `The object is in the class ${storageClass}${isWaiting ? `; its restored copy is ready at ${at(restore.readyAtMs)}` : ' and must be restored before it is read'}.`,
      `对象的存储类型为 ${storageClass}${isWaiting ? `；恢复副本将于 ${at(restore.readyAtMs)} 就绪` : '，读取前需要恢复'}。`,
    ),
    details: {
      storageClass,
      ...(restore ? { readyAt: at(restore.readyAtMs), expiresAt: at(restore.expiresAtMs) } : {}),
    },
    fix: {
      sentence: isWaiting
        ? say('Wait until it is ready.', '等待恢复完成。')
        : say('Restore it with POST Object restore.', '用 POST Object restore 恢复。'),
      ...(isWaiting
        ? {}
        : {
            document: {
              type: 'xml' as const,
              content:
                '<RestoreRequest><Days>1</Days><CASJobParameters><Tier>Standard</Tier></CASJobParameters></RestoreRequest>',
            },
          }),
    },
  };
}

const conditionHeaders = /^(x-cos-copy-source-)?if-(match|none-match|modified-since|unmodified-since)$/;

function explainCondition({ evidence, object }: Case): Explanation<Words> {
  const given = Object.entries(evidence.headers).filter(([name]) => conditionHeaders.test(name));
  const conditions = Object.fromEntries(given);
  const isCopy = given.some(([name]) => name.startsWith('x-cos-copy-source-'));
  const etag = object && !isCopy ? `"${object.etag}"` : undefined;
  const modified = object && !isCopy ? new Date(object.modifiedAtMs).toUTCString() : undefined;
  const asked = given.map(([name, value]) => `${name}: ${value}`).join(', ');
  return {
    cause: 'precondition-failed',
    summary: say(
      `The condition ${asked} does not hold${etag === undefined ? '' : `: the object has the ETag ${etag} and was changed at ${modified}`}.`,
      `条件 ${asked} 不成立${etag === undefined ? '' : `：对象的 ETag 是 ${etag}，修改时间是 ${modified}`}。`,
    ),
    details: { conditions, ...(etag === undefined ? {} : { etag, lastModified: modified }) },
    fix: {
      sentence: say(
        'Read the object again, and repeat the request with what it has now.',
        '重新读取对象，并使用其当前的值重试。',
      ),
      ...(etag === undefined ? {} : { document: { type: 'text' as const, content: etag } }),
    },
  };
}

function explainExisting(object: ObjectVersion | undefined): Explanation<Words> {
  const modified = object && new Date(object.modifiedAtMs).toISOString();
  return {
    cause: 'object-exists',
    summary: say(
      `The request forbids to overwrite (x-cos-forbid-overwrite), and an object is there${modified === undefined ? '' : ` since ${modified}`}.`,
      `请求禁止覆盖（x-cos-forbid-overwrite），而对象已存在${modified === undefined ? '' : `（${modified}）`}。`,
    ),
    details: object ? { etag: object.etag, sizeBytes: object.sizeBytes, lastModified: modified } : {},
    fix: { sentence: say('Use another key, or allow to overwrite.', '使用其他键，或允许覆盖。') },
  };
}

function explainPosition(object: ObjectVersion | undefined): Explanation<Words> {
  const position = object?.sizeBytes ?? 0;
  return {
    cause: 'append-position',
    summary: say(`The object ends at ${position}.`, `对象的末尾位置是 ${position}。`),
    details: { position },
    fix: {
      sentence: say(`Append at the position ${position}.`, `从位置 ${position} 追加。`),
      document: { type: 'text', content: String(position) },
    },
  };
}

function explainNotAppendable({ type }: ObjectVersion): Explanation<Words> {
  return {
    cause: 'object-not-appendable',
    summary: say(
      'The object was made by PUT or by an upload in parts; only one that was made by appending takes more.',
      '对象由 PUT 或分块上传创建；只有以追加方式创建的对象可以追加。',
    ),
    details: { type },
    fix: { sentence: say('Append to another key.', '追加到其他键。') },
  };
}

function explainRange({ evidence, error }: Case, { sizeBytes }: ObjectVersion): Explanation<Words> {
  const { range } = evidence.headers;
  if (range === undefined) return { cause: 'range', summary: plain(error.message), details: { sizeBytes } };
  return {
    cause: 'range-outside',
    summary: say(
      `The object has ${sizeBytes} bytes, and ${range} begins behind them.`,
      `对象有 ${sizeBytes} 字节，而 ${range} 超出了范围。`,
    ),
    details: { range, sizeBytes },
    fix: { sentence: say('Ask for bytes that are there.', '请求存在的字节。') },
  };
}
