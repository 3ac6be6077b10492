/** What the service holds, seen by the official Node SDK with permanent keys: the other half of every comparison. */
import COS from 'cos-nodejs-sdk-v5';
import type { RunningService } from '../service.ts';

/** The bucket that the program's config.ts names. */
export const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };

export interface ServiceView {
  /** Objects below the program's prefix: name after the last slash, and bytes. */
  objects(): Promise<{ readonly name: string; readonly size: number }[]>;
  /** Bytes in the parts of the only unfinished upload; undefined when there is none. */
  unfinishedBytes(): Promise<number | undefined>;
  /** CRC-64 of the object with this name, as the service states it. */
  checksum(name: string): Promise<string>;
}

export function viewOf(service: RunningService): ServiceView {
  const cos = new COS({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Proxy: service.url,
    Protocol: 'http:',
  });
  const listed = async () => (await cos.getBucket({ ...place, Prefix: 'album/' })).Contents;
  return {
    async objects() {
      return (await listed()).map(({ Key, Size }) => ({ name: nameOf(Key), size: Number(Size) }));
    },
    async unfinishedBytes() {
      const { Upload } = await cos.multipartList({ ...place, Prefix: 'album/', Delimiter: '' });
      if (Upload.length > 1) throw new Error(`${Upload.length} unfinished uploads`);
      const [upload] = Upload;
      if (!upload) return undefined;
      const { Key, UploadId } = upload;
      try {
        const { Part } = await cos.multipartListPart({ ...place, Key, UploadId });
        // Typed as numbers, but they arrive as text.
        return Part.reduce((sum, { Size }) => sum + Number(Size as unknown), 0);
      } catch (error) {
        // It ended between the two questions.
        if ((error as { code?: string }).code === 'NoSuchUpload') return undefined;
        throw error;
      }
    },
    async checksum(name) {
      const key = (await listed()).map(({ Key }) => Key).find((candidate) => nameOf(candidate) === name);
      if (key === undefined) throw new Error(`the service has no ${name}`);
      const { headers } = await cos.headObject({ ...place, Key: key });
      return String((headers as Record<string, string>)['x-cos-hash-crc64ecma']);
    },
  };
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
