import { fault } from '@sampan/protocol';
import { Facts } from '../runtime/facts.ts';

/** The refusal of bytes whose sum is not the one that their sender claims. Sums are in hexadecimal digits. */
export function sumsDiffer(
  code: 'BadDigest' | 'InvalidSHA1Digest',
  sums: { readonly header: string; readonly claimed: string; readonly computed: string },
): Error {
  return fault(code, {}, { cause: new Facts(sums) });
}
