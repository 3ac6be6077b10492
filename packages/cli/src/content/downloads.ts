/** Jobs that download objects to files. */
import { mkdir, stat } from 'node:fs/promises';
import { addressText } from '../words/address.ts';
import type { Connected as Opened } from '../connection/context.ts';
import { digestFile } from './digest.ts';
import type { Job, Performed } from './jobs.ts';
import { headOf, type RemoteObject } from './remote.ts';
import { trafficLimit, type TransferFlags } from './transfer-flags.ts';

const MiB = 1_048_576;

type Connected = Pick<Opened, 'cos' | 'at'>;

export interface Download {
  readonly object: RemoteObject;
  readonly versionId?: string | undefined;
  readonly path: string;
}

/** Makes the job of one object. A key that ends with a slash is the mark of a folder, which is made. */
export function downloadJob(connected: Connected, download: Download, flags: TransferFlags): Job {
  const { object, path } = download;
  return {
    from: addressText(object),
    to: path,
    sizeBytes: object.sizeBytes,
    async perform({ report, signal }) {
      if (object.key.endsWith('/') && object.sizeBytes === 0) {
        await mkdir(path, { recursive: true });
        return {};
      }
      return (
        (await reasonToSkip(connected, download, flags)) ??
        fetchFile(connected, download, { flags, report, signal })
      );
    },
  };
}

async function reasonToSkip(
  connected: Connected,
  { object, path, versionId }: Download,
  { overwrite }: TransferFlags,
): Promise<Performed | undefined> {
  if (overwrite === 'always') return undefined;
  const there = await stat(path).catch(() => undefined);
  if (!there) return undefined;
  if (overwrite === 'never') return { skipped: 'exists' };
  if (!there.isFile() || there.size !== object.sizeBytes) return undefined;
  const head = await headOf(connected, object, versionId);
  const { crc64 } = await digestFile(path);
  return head?.headers['x-cos-hash-crc64ecma'] === crc64 ? { skipped: 'same', crc64 } : undefined;
}

async function fetchFile(
  { cos, at }: Connected,
  { object, path, versionId }: Download,
  {
    flags,
    report,
    signal,
  }: {
    readonly flags: TransferFlags;
    readonly report: (loadedBytes: number) => void;
    readonly signal: AbortSignal;
  },
): Promise<Performed> {
  const {
    resumedBytes = 0,
    CRC64,
    headers,
  } = await cos.downloadFile({
    ...at(object.bucket),
    Key: object.key,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
    FilePath: path,
    // Each range is one request: fewer of them for what is large, and never more than a few hundred.
    ChunkSize: flags.partSize ?? (object.sizeBytes > 64 * MiB ? 8 * MiB : MiB),
    ParallelLimit: flags.limitRate === undefined ? 5 : 1,
    ...trafficLimit(flags),
    Headers: flags.header ?? {},
    Signal: signal,
    onProgress: ({ loaded }) => report(loaded),
  });
  return { resumedBytes, crc64: CRC64, proven: headers?.['x-cos-hash-crc64ecma'] !== undefined };
}
