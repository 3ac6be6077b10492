/** One upload over a link that breaks again and again, and what it took. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import COS from '@sampan/sdk';
import { crc64OfFile, fillWithNoise } from '../noise.ts';
import { startService } from '../service.ts';
import { openLink, type LinkOptions } from './link.ts';
import { objectsOf } from './objects.ts';
import { Bucket, Region } from './phone.ts';

export interface FlakyUpload {
  readonly seconds: number;
  readonly drops: number;
  /** Bytes that crossed the link, headers and broken attempts included. */
  readonly carriedBytes: number;
  /** As the result tells. */
  readonly sentBytes: number;
  readonly resentBytes: number;
  readonly isSame: boolean;
  readonly left: number;
}

/** Uploads so many MiB from a file. */
export async function flakyUpload(
  mebibytes: number,
  options: LinkOptions,
  more: { readonly ChunkSize?: number; readonly AsyncLimit?: number } = {},
): Promise<FlakyUpload> {
  const service = await startService({ name: 'flaky', flags: ['--bucket', Bucket, '--region', Region] });
  const link = await openLink(service.port, options);
  const folder = await mkdtemp(join(tmpdir(), 'sampan-flaky-'));
  try {
    const FilePath = join(folder, 'file');
    await fillWithNoise(FilePath, mebibytes, 1);
    const cos = new COS({
      SecretId: service.secretId,
      SecretKey: service.secretKey,
      Proxy: `http://127.0.0.1:${link.port}`,
      Protocol: 'http:',
      ConfCwd: folder,
    });
    const beganMs = performance.now();
    const { CRC64, sentBytes, resentBytes } = await cos.uploadFile({
      Bucket,
      Region,
      Key: 'flaky',
      FilePath,
      ...more,
    });
    const seconds = (performance.now() - beganMs) / 1000;
    const stored = (await objectsOf(service).head('flaky'))['x-cos-hash-crc64ecma'];
    const own = await crc64OfFile(FilePath);
    return {
      seconds,
      drops: link.drops,
      carriedBytes: link.carriedBytes,
      sentBytes: sentBytes ?? 0,
      resentBytes: resentBytes ?? 0,
      isSame: own === stored && own === CRC64,
      left: (await objectsOf(service).uploads('flaky')).length,
    };
  } finally {
    await link.close();
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
