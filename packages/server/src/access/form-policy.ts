/**
 * The policy of a browser form: what the fields of a POST Object must look like for its signature to count.
 * Source: https://cloud.tencent.com/document/product/436/14690
 */
import { base64Decode, fault } from '@sampan/protocol';
import { JsonProblem, readJson } from './read-json.ts';

/** What a policy is checked against. */
export interface FormContext {
  readonly bucket: string;
  /** Names in lower case; `key` with the file's name filled in. */
  readonly fields: Readonly<Record<string, string>>;
  readonly nowMs: number;
  /** The policy must name the bucket, so that its signature counts for no other. */
  readonly bindsBucket: boolean;
}

/** What a policy still demands of the file, whose size is known only at its end. */
export interface FormAllowance {
  readonly minBytes: number;
  readonly maxBytes: number;
}

type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | { readonly kind: 'size'; readonly minBytes: number; readonly maxBytes: number };

const needed = ['q-sign-algorithm', 'q-ak', 'q-sign-time'];
/** Fields that may be matched by their beginning; all others only as a whole. */
const byPrefix =
  /^(key|acl|cache-control|content-type|content-disposition|content-encoding|content-language|expires|success_action_redirect|x-cos-meta-.+)$/;

/**
 * Fields that need no condition: they carry the signature, or ask only for the status of the answer, which official
 * samples of signed forms do without naming it.
 */
const unconditional =
  /^(policy|q-(sign-algorithm|ak|key-time|sign-time|signature)|x-cos-security-token|success_action_status|x-ignore-.*)$/;

/** The text of a policy, from the form's field. Throws `InvalidPolicyDocument`. */
export function policyText(field: string): string {
  const bytes = base64Decode(field.replace(/\s/g, ''));
  if (!bytes) throw fault('InvalidPolicyDocument', { Message: 'The policy is not base64.' });
  return Buffer.from(bytes).toString();
}

/**
 * Checks a policy, whose signature the caller has checked, against the form. Throws `InvalidPolicyDocument` when it
 * cannot be understood and `AccessDenied` when the form does not follow it.
 */
export function checkFormPolicy(
  text: string,
  facts: FormContext,
): { readonly allowance: FormAllowance; readonly named: ReadonlySet<string> } {
  const { expiresAtMs, conditions } = read(text);
  if (expiresAtMs <= facts.nowMs) {
    const [end, now] = [expiresAtMs, facts.nowMs].map((ms) => Math.floor(ms / 1000));
    throw fault('AccessDenied', {
      Message: `You post object request has been expired, expiration time: ${end} but the time now : ${now}`,
    });
  }
  const named = new Set(conditions.flatMap((one) => (one.kind === 'size' ? [] : [one.field])));
  refuseUnnamed(named, conditions, facts);
  let allowance: FormAllowance = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY };
  for (const condition of conditions) {
    if (condition.kind === 'size') {
      const { minBytes, maxBytes } = condition;
      allowance = {
        minBytes: Math.max(allowance.minBytes, minBytes),
        maxBytes: Math.min(allowance.maxBytes, maxBytes),
      };
      continue;
    }
    const value = valueOf(condition.field, facts);
    const holds =
      value !== undefined &&
      (condition.kind === 'eq' ? value === condition.value : value.startsWith(condition.value));
    if (!holds) {
      // The value of a condition on the key pair would be no secret, but nothing is gained by repeating it.
      const shown = condition.field.startsWith('q-') ? '' : ` ${condition.value}`;
      throw fault('AccessDenied', {
        Message: `Condition key ${condition.field} doesn't match the value${shown}`,
      });
    }
  }
  return { allowance, named };
}

/** Refuses what the signer said nothing about: a field without a condition could make anything of the upload. */
function refuseUnnamed(
  named: ReadonlySet<string>,
  conditions: readonly Condition[],
  { fields, bindsBucket }: FormContext,
): void {
  const stray = Object.keys(fields).find((name) => !unconditional.test(name) && !named.has(name));
  if (stray !== undefined)
    throw fault('AccessDenied', {
      Message: `The policy has no condition for the field ${stray.slice(0, 64)}.`,
    });
  if (bindsBucket && !conditions.some((one) => one.kind === 'eq' && one.field === 'bucket'))
    throw fault('AccessDenied', { Message: 'The policy has no exact condition for the bucket.' });
}

function valueOf(field: string, { bucket, fields }: FormContext): string | undefined {
  if (field === 'bucket') return bucket;
  // The form calls the time of the signature by another name than the policy does.
  if (field === 'q-sign-time') return fields['q-key-time'];
  return Object.hasOwn(fields, field) ? fields[field] : undefined;
}

function read(text: string): { expiresAtMs: number; conditions: Condition[] } {
  const document = json(text);
  const expiresAtMs =
    typeof document['expiration'] === 'string' ? Date.parse(document['expiration']) : Number.NaN;
  if (Number.isNaN(expiresAtMs)) throw invalid('The expiration is missing or no ISO 8601 time.');
  const strange = Object.keys(document).find((name) => name !== 'expiration' && name !== 'conditions');
  if (strange !== undefined) throw invalid(`${strange.slice(0, 64)} is not a field of a policy.`);
  const list = document['conditions'];
  if (!Array.isArray(list) || list.length === 0)
    throw invalid('You must provide condition if you specify a policy in post object request.');
  const conditions = (list as unknown[]).flatMap(readCondition);
  for (const field of needed)
    if (!conditions.some((condition) => condition.kind === 'eq' && condition.field === field))
      throw invalid(`The policy must have an exact condition for ${field}.`);
  return { expiresAtMs, conditions };
}

function json(text: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = readJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonProblem)) throw cause;
    throw fault(
      'InvalidPolicyDocument',
      { Message: `The policy is not valid: ${cause.message}.` },
      { cause },
    );
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw invalid('The policy is not a JSON object.');
  return document as Record<string, unknown>;
}

function readCondition(item: unknown): Condition[] {
  if (Array.isArray(item)) return [readList(item as unknown[])];
  if (typeof item !== 'object' || item === null)
    throw invalid('A condition is neither an object nor a list.');
  const entries = Object.entries(item);
  if (entries.length === 0) throw invalid('A condition is empty.');
  return entries.map(([field, value]) => exact('eq', field, value));
}

function readList(item: unknown[]): Condition {
  const [kind, first, second] = item;
  if (item.length !== 3) throw invalid('A condition in a list has three members.');
  if (kind === 'content-length-range') {
    const [minBytes, maxBytes] = [Number(first), Number(second)];
    if (
      !Number.isSafeInteger(minBytes) ||
      !Number.isSafeInteger(maxBytes) ||
      minBytes < 0 ||
      maxBytes < minBytes
    )
      throw invalid('content-length-range wants two sizes in bytes.');
    return { kind: 'size', minBytes, maxBytes };
  }
  if ((kind !== 'eq' && kind !== 'starts-with') || typeof first !== 'string' || !first.startsWith('$'))
    throw invalid('A condition is eq, starts-with or content-length-range; fields are written $field.');
  return exact(kind, first.slice(1), second);
}

function exact(kind: 'eq' | 'starts-with', name: string, value: unknown): Condition {
  const field = name.toLowerCase();
  if (typeof value !== 'string' && typeof value !== 'number')
    throw invalid(`The value of ${name} is no text.`);
  if (kind === 'starts-with' && !byPrefix.test(field)) throw invalid(`${name} can only be matched exactly.`);
  return { kind, field, value: String(value) };
}

function invalid(Message: string) {
  return fault('InvalidPolicyDocument', { Message });
}
