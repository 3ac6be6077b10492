/**
 * Version ids and upload ids in the form that COS uses: a version id is the unpadded base64 of 20 digits, which are
 * 2^64 − 1 minus a time in microseconds. The numbers of newer ids are smaller; the texts do not sort like the numbers.
 */
import { randomBytes } from 'node:crypto';

const top = 2n ** 64n - 1n;
const pattern = /^[A-Za-z0-9+/]{27}$/;

/** The id of a version by its revision (microseconds since 1970). */
export function versionIdOf(revision: number): string {
  const digits = (top - BigInt(revision)).toString().padStart(20, '0');
  return Buffer.from(digits, 'latin1').toString('base64').slice(0, 27);
}

/** The revision in a version id, or nothing when the text is not an id that this store could have made. */
export function revisionOf(versionId: string): number | undefined {
  if (!pattern.test(versionId)) return undefined;
  const digits = Buffer.from(versionId, 'base64').toString('latin1');
  if (!/^\d{20}$/.test(digits)) return undefined;
  const revision = Number(top - BigInt(digits));
  return Number.isSafeInteger(revision) && revision >= 0 ? revision : undefined;
}

/** A new upload id: ten digits of seconds, then 64 random hexadecimal digits. */
export function newUploadId(nowMs: number): string {
  return String(Math.floor(nowMs / 1000)).padStart(10, '0') + randomBytes(32).toString('hex');
}
