/** What was probably meant by a name that there is not: of a bucket, a host or an object. */
import { parseHost, splitBucket } from '@sampan/protocol';
import { splitTarget, withoutPort } from '../http/request-address.ts';
import type { Bucket, MetadataStore } from '../metadata/port.ts';
import type { Explanation, Words } from './entry.ts';
import { nearestName } from './nearest.ts';
import { say } from './say.ts';
import type { Evidence, RefusedBy } from './trace.ts';

interface Names {
  readonly metadata: MetadataStore;
  readonly appId: string;
}

/** Names that are looked through, so that an explanation stays cheap. */
const mostNames = 1000;

/** Explains an address that names neither the service nor a bucket nor an object. */
export async function explainBadAddress(
  { target, headers }: Evidence,
  { code }: RefusedBy,
  { metadata, appId }: Names,
): Promise<Explanation<Words> | undefined> {
  if (code !== 'InvalidBucketName') return undefined;
  const { host, rawPath } = splitTarget(target, headers['host'] ?? '');
  const named = parseHost(host);
  const bucket = named?.kind === 'bucket' ? named.bucket : (rawPath.split('/')[1] ?? '');
  const full = `${bucket.toLowerCase()}-${appId}`;
  if (!/^[a-z0-9-]+$/.test(bucket) || splitBucket(bucket))
    return {
      cause: 'bucket-name-malformed',
      summary: say(
        `${JSON.stringify(bucket.slice(0, 100))} is no bucket name: those have a-z, 0-9 and -, and end in -<APPID>.`,
        `${JSON.stringify(bucket.slice(0, 100))} 不是存储桶名称：只能包含 a-z、0-9 和 -，并以 -<APPID> 结尾。`,
      ),
      details: { bucket },
      fix: { sentence: say('Use the full name of the bucket.', '使用存储桶的完整名称。') },
    };
  const exists = (await metadata.bucket(full)) !== undefined;
  return {
    cause: 'bucket-appid-missing',
    summary: say(
      `The bucket name ${bucket} has no APPID${exists ? `; the bucket ${full} exists` : ''}.`,
      `存储桶名称 ${bucket} 缺少 APPID${exists ? `；存储桶 ${full} 存在` : ''}。`,
    ),
    details: { bucket, didYouMean: full, exists },
    fix: {
      sentence: say(`Name the bucket ${full}.`, `将存储桶写为 ${full}。`),
      document: { type: 'text', content: full },
    },
  };
}

/** Explains `NoSuchBucket`. */
export async function explainNoBucket(
  { address, headers }: Evidence,
  { metadata, appId }: Names,
): Promise<Explanation<Words> | undefined> {
  if (address?.kind !== 'bucket') return undefined;
  const { bucket: name, region } = address;
  const existing = await metadata.bucket(name);
  if (existing && region !== undefined && existing.region !== region) return elsewhere(existing, region);
  const all = await metadata.buckets({ limit: mostNames });
  const hostLabel = withoutPort(headers['host'] ?? '').split('.')[0] ?? '';
  const byHost = all.find(
    (bucket) => bucket.name === hostLabel || splitBucket(bucket.name)?.shortName === hostLabel,
  );
  if (address.style === 'path' && byHost)
    return {
      cause: 'bucket-host-unknown',
      summary: say(
        `The host ${address.host} is none that this service knows, so ${name} of the path was taken for the bucket.`,
        `服务不认识主机名 ${address.host}，因此将路径中的 ${name} 当作存储桶。`,
      ),
      details: { host: address.host, didYouMean: byHost.name },
      fix: {
        sentence: say(
          `Use the host ${byHost.name}.cos.${byHost.region}.myqcloud.com, or start the service with --bind ${withoutPort(address.host)}=${byHost.name}.`,
          `使用主机名 ${byHost.name}.cos.${byHost.region}.myqcloud.com，或以 --bind ${withoutPort(address.host)}=${byHost.name} 启动服务。`,
        ),
        document: { type: 'text', content: `${byHost.name}.cos.${byHost.region}.myqcloud.com` },
      },
    };
  const shortName = splitBucket(name)?.shortName;
  const sameName = all.find((bucket) => splitBucket(bucket.name)?.shortName === shortName);
  const near =
    sameName?.name ??
    nearestName(
      name,
      all.map((bucket) => bucket.name),
    );
  if (near !== undefined)
    return {
      cause: sameName ? 'bucket-appid-differs' : 'bucket-name-near',
      summary: say(`There is no bucket ${name}; there is ${near}.`, `存储桶 ${name} 不存在；存在 ${near}。`),
      details: { bucket: name, didYouMean: near },
      fix: {
        sentence: say(`Name the bucket ${near}.`, `将存储桶写为 ${near}。`),
        document: { type: 'text', content: near },
      },
    };
  return {
    cause: 'bucket-unknown',
    summary: say(
      `There is no bucket ${name}, nor one of a similar name.`,
      `存储桶 ${name} 不存在，也没有名称相近的存储桶。`,
    ),
    details: { bucket: name, appId },
    fix: {
      sentence: say(`Make it: sampan mb cos://${name}`, `创建它：sampan mb cos://${name}`),
      document: { type: 'text', content: `sampan mb cos://${name}` },
    },
  };
}

function elsewhere({ name, region }: Bucket, asked: string): Explanation<Words> {
  return {
    cause: 'bucket-in-other-region',
    summary: say(
      `The bucket ${name} is in the region ${region}; the host of the request names ${asked}.`,
      `存储桶 ${name} 位于地域 ${region}，而请求的主机名中是 ${asked}。`,
    ),
    details: { bucket: name, region, asked },
    fix: {
      sentence: say(`Set the region ${region}.`, `将地域设置为 ${region}。`),
      document: { type: 'text', content: region },
    },
  };
}

/** Explains `NoSuchKey` and `NoSuchVersion`. */
export async function explainNoKey(
  { address, bucket, headers }: Evidence,
  { metadata }: Names,
): Promise<Explanation<Words> | undefined> {
  if (address?.kind !== 'bucket' || address.key === undefined || !bucket) return undefined;
  // What is missing may be the source of a copy, which is another object.
  if (headers['x-cos-copy-source'] !== undefined)
    return {
      cause: 'copy-source-missing',
      summary: say('The source of the copy does not exist.', '复制的源对象不存在。'),
      details: { source: headers['x-cos-copy-source'].split('?')[0] },
      fix: { sentence: say('Name a source that exists.', '指定存在的源对象。') },
    };
  const { key } = address;
  const page = await metadata.listVersions({ bucket: bucket.name, prefix: key, limit: 100 });
  const versions = page.items.filter((version) => version.key === key);
  const [newest] = versions;
  const readable = versions.find((version) => version.kind === 'object');
  if (newest?.kind === 'marker' || readable)
    return deleted(key, {
      isMarker: newest?.kind === 'marker',
      at: newest?.modifiedAtMs ?? 0,
      versionId: readable?.versionId,
    });
  const uploads = await metadata.listUploads({ bucket: bucket.name, prefix: key, limit: 100 });
  const unfinished = uploads.items.find((upload) => upload.key === key);
  if (unfinished)
    return {
      cause: 'upload-unfinished',
      summary: say(
        `An upload of ${JSON.stringify(key)} was begun and not completed, so there is no object yet.`,
        `${JSON.stringify(key)} 的分块上传已开始但未完成，因此对象尚不存在。`,
      ),
      details: {
        key,
        uploadId: unfinished.uploadId,
        startedAt: new Date(unfinished.startedAtMs).toISOString(),
      },
      fix: { sentence: say('Complete the upload.', '完成该上传。') },
    };
  return nearKey(key, bucket.name, metadata);
}

function deleted(
  key: string,
  {
    isMarker,
    at,
    versionId,
  }: { readonly isMarker: boolean; readonly at: number; readonly versionId?: string | undefined },
): Explanation<Words> {
  return {
    cause: isMarker ? 'key-deleted' : 'version-unknown',
    summary: isMarker
      ? say(
          `${JSON.stringify(key)} was deleted at ${new Date(at).toISOString()}.`,
          `${JSON.stringify(key)} 已于 ${new Date(at).toISOString()} 被删除。`,
        )
      : say(
          `${JSON.stringify(key)} exists, but not the version that was asked for.`,
          `${JSON.stringify(key)} 存在，但没有所请求的版本。`,
        ),
    details: { key, ...(isMarker ? { deletedAt: new Date(at).toISOString() } : {}), versionId },
    fix:
      versionId === undefined
        ? { sentence: say('No version of it is left: upload it again.', '没有留下任何版本：请重新上传。') }
        : {
            sentence: say(
              `Ask for the version ${versionId}, which is there.`,
              `请求仍存在的版本 ${versionId}。`,
            ),
            document: { type: 'text', content: versionId },
          },
  };
}

async function nearKey(key: string, bucket: string, metadata: MetadataStore): Promise<Explanation<Words>> {
  const folder = key.slice(0, key.lastIndexOf('/', key.length - 2) + 1);
  const pages = await Promise.all(
    [...new Set([folder, ''])].map((prefix) => metadata.listObjects({ bucket, prefix, limit: mostNames })),
  );
  const keys = pages.flatMap(({ items }) => items.map((item) => item.key));
  const near = nearestName(key, keys);
  return {
    cause: near === undefined ? 'key-unknown' : 'key-near',
    summary:
      near === undefined
        ? say(`There is no object ${JSON.stringify(key)}.`, `对象 ${JSON.stringify(key)} 不存在。`)
        : say(
            `There is no object ${JSON.stringify(key)}; there is ${JSON.stringify(near)}.`,
            `对象 ${JSON.stringify(key)} 不存在；存在 ${JSON.stringify(near)}。`,
          ),
    details: { key, ...(near === undefined ? {} : { didYouMean: near }) },
    fix:
      near === undefined
        ? { sentence: say('Upload it, or list the bucket for its keys.', '上传它，或列出存储桶查看键名。') }
        : {
            sentence: say(`Use the key ${JSON.stringify(near)}.`, `使用键 ${JSON.stringify(near)}。`),
            document: { type: 'text', content: near },
          },
  };
}
