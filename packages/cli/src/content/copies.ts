/** Jobs that copy objects within the service, also between buckets, without a download. */
import { addressText, type CosAddress } from '../words/address.ts';
import type { Connected as Opened } from '../connection/context.ts';
import type { Job, Performed } from './jobs.ts';
import { copySource, headOf, type RemoteObject } from './remote.ts';
import type { TransferFlags } from './transfer-flags.ts';

type Connected = Pick<Opened, 'cos' | 'at'>;

export interface Copy {
  readonly object: RemoteObject;
  readonly versionId?: string | undefined;
  readonly to: CosAddress;
}

/** Makes the job of one copy; headers that are given replace those of the source. */
export function copyJob(connected: Connected, copy: Copy, flags: TransferFlags): Job {
  const { object, to } = copy;
  return {
    from: addressText(object),
    to: addressText(to),
    sizeBytes: object.sizeBytes,
    perform: async ({ report, signal }) =>
      (await reasonToSkip(connected, copy, flags)) ?? duplicate(connected, copy, { flags, report, signal }),
  };
}

async function reasonToSkip(
  connected: Connected,
  { object, versionId, to }: Copy,
  { overwrite }: TransferFlags,
): Promise<Performed | undefined> {
  if (overwrite === 'always') return undefined;
  const there = await headOf(connected, to);
  if (!there) return undefined;
  if (overwrite === 'never') return { skipped: 'exists' };
  if (there.sizeBytes !== object.sizeBytes) return undefined;
  const source = await headOf(connected, object, versionId);
  const crc64 = there.headers['x-cos-hash-crc64ecma'];
  return crc64 !== undefined && source?.headers['x-cos-hash-crc64ecma'] === crc64
    ? { skipped: 'same', crc64 }
    : undefined;
}

async function duplicate(
  { cos, at }: Connected,
  { object, versionId, to }: Copy,
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
  const { header, partSize } = flags;
  const { CRC64 } = await cos.sliceCopyFile({
    ...at(to.bucket),
    Key: to.key,
    CopySource: copySource(object, at(object.bucket).Region, versionId),
    ...(header === undefined ? {} : { Headers: header, MetadataDirective: 'Replaced' }),
    ...(partSize === undefined ? {} : { CopyChunkSize: partSize }),
    Signal: signal,
    onProgress: ({ loaded }) => report(loaded),
  });
  return { crc64: CRC64 };
}
