// What may be the name of a bucket and of an object.

import { maxBucketNameChars, maxKeyBytes } from '../limits.ts';
import { utf8Length, wellFormed } from '../text/utf8.ts';

/** Why a name is refused: the error code the service answers with, and words for a person. */
export interface NameProblem<Code extends string> {
  readonly code: Code;
  readonly message: string;
}

/**
 * Finds what is wrong with a full bucket name, `<name>-<appid>`, or gives undefined.
 * Source: https://cloud.tencent.com/document/product/436/13312
 *
 * Quirk: the page also limits the whole host name to 60 characters. The vendor's suites make longer ones, so only the
 * name itself is limited.
 */
export function checkBucketName(
  bucket: string,
): NameProblem<'InvalidBucketName' | 'BucketNameTooLong'> | undefined {
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?-[0-9]+$/.test(bucket)) {
    return {
      code: 'InvalidBucketName',
      message: `Bucket must be <name>-<appid> with a-z, 0-9 and - in the name, got ${JSON.stringify(bucket.slice(0, 100))}`,
    };
  }
  const nameChars = bucket.lastIndexOf('-');
  if (nameChars > maxBucketNameChars) {
    return {
      code: 'BucketNameTooLong',
      message: `The name of a bucket may have ${maxBucketNameChars} characters before -<appid>, got ${nameChars}`,
    };
  }
  return undefined;
}

/** Splits a full bucket name at its last hyphen, or gives undefined when no application number follows. */
export function splitBucket(
  bucket: string,
): { readonly shortName: string; readonly appId: string } | undefined {
  const match = /^(.+)-([0-9]+)$/.exec(bucket);
  return match === null ? undefined : { shortName: match[1]!, appId: match[2]! };
}

/**
 * Finds what is wrong with an object key, or gives undefined. A first `/` or `\` is taken: keys that begin so cannot be
 * made by every client, but exist.
 * Source: https://cloud.tencent.com/document/product/436/13324
 */
export function checkKey(key: string): NameProblem<'KeyTooLong' | 'InvalidObjectName'> | undefined {
  if (key === '') return { code: 'InvalidObjectName', message: 'Key must not be empty' };
  const bytes = utf8Length(key);
  if (bytes > maxKeyBytes) {
    return { code: 'KeyTooLong', message: `Key may have ${maxKeyBytes} bytes in UTF-8, got ${bytes}` };
  }
  // CAN, EM, SUB and ESC, the only control characters that the rules forbid.
  const forbidden = /[\x18-\x1b]/.exec(key);
  if (forbidden !== null) {
    return {
      code: 'InvalidObjectName',
      message: `Key must not contain the control character ${key.charCodeAt(forbidden.index)}`,
    };
  }
  if (wellFormed(key) !== key) {
    return {
      code: 'InvalidObjectName',
      message: 'Key must be well-formed Unicode: it has half of a surrogate pair',
    };
  }
  return undefined;
}
