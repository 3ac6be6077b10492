/** What a service holds, looked at beside the SDKs under test. */
import COS from '@sampan/sdk';
import type { RunningService } from '../service.ts';
import { Bucket, Region } from './phone.ts';

export interface Objects {
  /** The object's bytes, or undefined when there is none. */
  read(Key: string): Promise<Buffer | undefined>;
  /** Its headers. */
  head(Key: string): Promise<Readonly<Record<string, string>>>;
  /** Unfinished uploads of a key. */
  uploads(Key: string): Promise<readonly string[]>;
}

export function objectsOf(service: RunningService): Objects {
  const cos = new COS({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Proxy: service.url,
    Protocol: 'http:',
  });
  return {
    async read(Key) {
      try {
        return (await cos.getObject({ Bucket, Region, Key })).Body;
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return undefined;
        throw error;
      }
    },
    head: async (Key) => (await cos.headObject({ Bucket, Region, Key })).headers ?? {},
    uploads: async (Key) =>
      (await cos.multipartList({ Bucket, Region, Prefix: Key })).Upload.map(({ UploadId }) => UploadId),
  };
}

/** Whose bytes an object has, by the content that each MiB is of. */
export function mixOf(object: Buffer | undefined, contents: Readonly<Record<string, Buffer>>): string {
  if (!object) return 'nothing';
  const found = new Set<string>();
  for (let at = 0; at < object.length; at += 1_048_576) {
    const piece = object.subarray(at, at + 1_048_576);
    const name = Object.keys(contents).find((key) =>
      contents[key]!.subarray(at, at + 1_048_576).equals(piece),
    );
    found.add(name ?? 'other bytes');
  }
  return [...found].sort().join(' and ');
}
