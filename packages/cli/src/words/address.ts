/** Parses addresses of the command line: `cos://bucket/key`, where all text after the first slash is the key. */
import { checkBucketName, checkKey } from '@sampan/protocol';
import { UsageFailure } from './failure.ts';
import { t } from '../terminal/messages.ts';

/** A bucket, and a key or the beginning of keys; empty for the whole bucket. */
export interface CosAddress {
  readonly bucket: string;
  readonly key: string;
}

/** Reads an address. Nothing is decoded, so that every key can be written as it is. */
export function parseAddress(text: string): CosAddress {
  const [, bucket, key = ''] = /^cos:\/\/([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  if (bucket === undefined)
    throw new UsageFailure(t`${JSON.stringify(text)} is no address: write cos://bucket/key`);
  const problem = checkBucketName(bucket);
  if (problem)
    throw new UsageFailure(
      t`${JSON.stringify(bucket)} is no bucket name: write name-1250000000, with the account's number`,
    );
  return { bucket, key };
}

/** Reads an address that must name one object. */
export function parseObject(text: string, key = ''): CosAddress {
  const address = parseAddress(text);
  if (key !== '' && address.key !== '')
    throw new UsageFailure(t`give the key in ${text} or with --key, not both`);
  const whole = { bucket: address.bucket, key: key || address.key };
  if (whole.key === '')
    throw new UsageFailure(t`${text} names no object: write ${text.replace(/\/?$/, '/')}key`);
  const problem = checkKey(whole.key);
  if (problem) throw new UsageFailure(problem.message);
  return whole;
}

/** Writes an address as {@link parseAddress} reads it. */
export function addressText({ bucket, key }: CosAddress): string {
  return `cos://${bucket}/${key}`;
}

/** Whether a word on the command line means an address and not a file. */
export function isAddress(word: string): boolean {
  return word.startsWith('cos://');
}
