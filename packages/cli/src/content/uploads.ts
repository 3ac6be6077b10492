/** Jobs that upload files to objects. */
import { isServiceError } from '@sampan/protocol';
import { addressText } from '../words/address.ts';
import type { Connected as Opened } from '../connection/context.ts';
import { digestFile } from './digest.ts';
import type { Shipment } from './files.ts';
import type { Job, Performed } from './jobs.ts';
import { headOf } from './remote.ts';
import { trafficLimit, type TransferFlags } from './transfer-flags.ts';

type Connected = Pick<Opened, 'cos' | 'at'>;

/** Makes the job of one file. */
export function uploadJob(connected: Connected, shipment: Shipment, flags: TransferFlags): Job {
  return {
    from: shipment.path,
    to: addressText(shipment),
    sizeBytes: shipment.sizeBytes,
    perform: async ({ report, signal }) =>
      (await reasonToSkip(connected, shipment, flags)) ??
      upload(connected, shipment, { flags, report, signal }),
  };
}

async function reasonToSkip(
  connected: Connected,
  shipment: Shipment,
  { overwrite }: TransferFlags,
): Promise<Performed | undefined> {
  if (overwrite === 'always') return undefined;
  const there = await headOf(connected, shipment);
  if (!there) return undefined;
  if (overwrite === 'never') return { skipped: 'exists' };
  if (there.sizeBytes !== shipment.sizeBytes) return undefined;
  const { crc64 } = await digestFile(shipment.path);
  return there.headers['x-cos-hash-crc64ecma'] === crc64 ? { skipped: 'same', crc64 } : undefined;
}

interface Upload {
  readonly flags: TransferFlags;
  readonly report: (loadedBytes: number) => void;
  readonly signal: AbortSignal;
}

async function upload(
  { cos, at }: Connected,
  { bucket, key, path }: Shipment,
  { flags, report, signal }: Upload,
): Promise<Performed> {
  const { header = {}, overwrite, partSize } = flags;
  try {
    const {
      resumedBytes = 0,
      CRC64,
      ETag,
    } = await cos.uploadFile({
      ...at(bucket),
      Key: key,
      FilePath: path,
      // Between the look and the upload another may have come.
      Headers: { ...header, ...(overwrite === 'never' ? { 'x-cos-forbid-overwrite': 'true' } : {}) },
      ...(partSize === undefined ? {} : { ChunkSize: partSize, SliceSize: partSize }),
      ...trafficLimit(flags),
      // What an interrupted run has sent is what the next one goes on from.
      KeepParts: true,
      Signal: signal,
      onProgress: ({ loaded }) => report(loaded),
    });
    return { resumedBytes, crc64: CRC64, eTag: ETag };
  } catch (error) {
    if (overwrite === 'never' && isServiceError(error) && error.code === 'FileAlreadyExists')
      return { skipped: 'exists' };
    throw error;
  }
}
