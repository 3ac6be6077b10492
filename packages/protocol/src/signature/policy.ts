// The signature of a browser form, POST Object (https://cloud.tencent.com/document/product/436/14690). It covers the
// policy, and the policy covers the fields.

import { base64 } from '../digest/text.ts';
import { utf8Encode } from '../text/utf8.ts';
import { type KeyTime, keyTimeText, type Pairs } from './canonical.ts';
import { type Digests, pureDigests } from './digests.ts';
import { equalInConstantTime } from './verify.ts';

/** One condition of a policy: exact, by prefix, or the size of the file in bytes. */
export type PolicyCondition =
  | Readonly<Record<string, string>>
  | readonly ['eq' | 'starts-with', string, string]
  | readonly ['content-length-range', number, number];

/** What `signPolicy` needs to know. */
export interface PolicyOptions {
  readonly secretId: string;
  readonly secretKey: string;
  readonly keyTime: KeyTime;
  /** Conditions besides the three on the signature itself, which are added. */
  readonly conditions: readonly PolicyCondition[];
  /** ISO 8601 time in UTC. Default: the end of `keyTime`. */
  readonly expiration?: string;
  /** Security token of temporary credentials. */
  readonly token?: string;
  readonly digests?: Digests;
}

/** Makes the form fields that sign a POST Object. They go before the field `file`. */
export function signPolicy(options: PolicyOptions): Pairs {
  const { secretId, secretKey, keyTime, digests = pureDigests } = options;
  const time = keyTimeText(keyTime);
  const policy = JSON.stringify({
    expiration: options.expiration ?? new Date(keyTime.end * 1000).toISOString(),
    conditions: [
      ...options.conditions,
      { 'q-sign-algorithm': 'sha1' },
      { 'q-ak': secretId },
      { 'q-sign-time': time },
    ],
  });
  const token: Pairs = options.token === undefined ? [] : [['x-cos-security-token', options.token]];
  return [
    ['policy', base64(utf8Encode(policy))],
    ['q-sign-algorithm', 'sha1'],
    ['q-ak', secretId],
    ['q-key-time', time],
    ['q-signature', policySignature(policy, time, secretKey, digests)],
    ...token,
  ];
}

/** Computes the signature of a policy: `policy` is its text before base64, `keyTime` is `<start>;<end>`. */
export function policySignature(
  policy: string,
  keyTime: string,
  secretKey: string,
  digests: Digests = pureDigests,
): string {
  return digests.hmacSha1Hex(digests.hmacSha1Hex(secretKey, keyTime), digests.sha1Hex(policy));
}

/** The fields of a form that its signature is checked with. */
export interface SignedPolicy {
  /** Text of the policy, decoded from base64. */
  readonly policy: string;
  /** The field `q-key-time`. */
  readonly keyTime: string;
  /** The field `q-signature`. */
  readonly signature: string;
}

/** Checks the signature of a form in constant time. Time, conditions and the other fields are for the caller to check. */
export function verifyPolicySignature(
  form: SignedPolicy,
  secretKey: string,
  digests: Digests = pureDigests,
):
  { readonly ok: true } | { readonly ok: false; readonly reason: 'mismatch'; readonly stringToSign: string } {
  if (equalInConstantTime(policySignature(form.policy, form.keyTime, secretKey, digests), form.signature)) {
    return { ok: true };
  }
  return { ok: false, reason: 'mismatch', stringToSign: digests.sha1Hex(form.policy) };
}
