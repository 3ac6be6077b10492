/**
 * Finds out who sent a browser form. The signature is that of the form's policy, or an ordinary one in the field
 * `Signature`, which the official mini program SDK sends, or an ordinary one outside the form.
 */
import { fault, parseAuthorization, parseKeyTime, verifyPolicySignature } from '@sampan/protocol';
import type { SignedRequest } from './coverage.ts';
import { checkFormPolicy, policyText, type FormAllowance } from './form-policy.ts';
import {
  checkSignature,
  keyFault,
  nativeDigests,
  refuseWrongTime,
  verify,
  type Verified,
  type VerifySettings,
} from './verify.ts';

/** A form and the request that carries it. */
export interface SignedForm {
  readonly bucket: string;
  /** Names in lower case; `key` with the file's name filled in. */
  readonly fields: Readonly<Record<string, string>>;
  readonly request: SignedRequest;
}

/** Who sent a form, and what its policy demands of the file. */
export interface VerifiedForm extends Verified {
  readonly allowance: FormAllowance;
}

const anySize: FormAllowance = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY };

/** Verifies the signature of a form. Throws the documented error when it does not hold. */
export function verifyForm(form: SignedForm, settings: VerifySettings): VerifiedForm {
  const { fields, request } = form;
  if (fields['q-signature'] !== undefined) return verifyPolicy(form, settings);
  const verified = verifyOrdinary(form, settings);
  // An ordinary signature covers no field.
  if (verified.signature && settings.mode === 'strict') refuseGrants(fields);
  return { ...verified, allowance: anySize };

  function verifyOrdinary({ fields: { signature: text } }: SignedForm, how: VerifySettings): Verified {
    if (text === undefined || text === '') return verify(request, how);
    const parsed = parseAuthorization(text);
    if (!parsed.ok)
      throw fault('InvalidArgument', { Message: `The signature is malformed: ${parsed.problem}` });
    const token = tokenOf(form) ?? parsed.signature.token;
    return checkSignature({ signature: parsed.signature, token }, request, how);
  }
}

/** Refuses fields that open the object to others where no signature covers them. */
function refuseGrants(fields: SignedForm['fields']): void {
  const stray = Object.keys(fields).find((name) => name === 'acl' || name.startsWith('x-cos-grant-'));
  if (stray !== undefined)
    throw fault('AccessDenied', { Message: `The field ${stray} must be covered by the policy of the form.` });
}

function verifyPolicy(form: SignedForm, { keys, mode, nowMs }: VerifySettings): VerifiedForm {
  const { fields, bucket } = form;
  const { policy, 'q-ak': secretId, 'q-key-time': time = '', 'q-signature': signature = '' } = fields;
  if (policy === undefined)
    throw fault('InvalidPolicyDocument', { Message: 'A form with a signature must have a policy.' });
  const keyTime = parseKeyTime(time);
  if (fields['q-sign-algorithm'] !== 'sha1' || secretId === undefined || !keyTime)
    throw fault('InvalidArgument', {
      Message: 'q-sign-algorithm, q-ak or q-key-time is missing or malformed.',
    });
  const found = keys.find(secretId, tokenOf(form), nowMs);
  if (!found.ok) throw keyFault(found.reason);
  refuseWrongTime({ keyTime, signTime: keyTime }, nowMs);
  const document = policyText(policy);
  const signed = { policy: document, keyTime: time, signature };
  const result = verifyPolicySignature(signed, found.secretKey, nativeDigests);
  if (!result.ok) throw fault('SignatureDoesNotMatch', { StringToSign: result.stringToSign });
  const facts = { bucket, fields, nowMs, bindsBucket: mode === 'strict' };
  const { allowance, named } = checkFormPolicy(document, facts);
  // The policy is the signature: it covers the fields that it names, and by the bucket the host.
  const covered = {
    secretId,
    keyTime,
    signTime: keyTime,
    signature,
    headerList: named.has('bucket') ? [...named, 'host'] : [...named],
    paramList: [],
  };
  return { identity: found.identity, signature: covered, allowance };
}

function tokenOf({ fields, request }: SignedForm): string | undefined {
  return fields['x-cos-security-token'] ?? request.headers['x-cos-security-token'];
}
