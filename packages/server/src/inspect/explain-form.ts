/** Why a browser form was refused whose policy is its signature. */
import { parseKeyTime, policySignature, type KeyTime } from '@sampan/protocol';
import type { AccountEntry, KeySource } from '../access/accounts.ts';
import { policyText } from '../access/form-policy.ts';
import { nativeDigests } from '../access/verify.ts';
import type { Explanation, FixDocument, Words } from './entry.ts';
import { shortenedId } from './redact.ts';
import { refuses } from './refuses.ts';
import { plain, say } from './say.ts';
import { fixes } from './signature-fixes.ts';
import type { Evidence } from './trace.ts';

interface FormGrounds {
  readonly accounts: readonly AccountEntry[];
  readonly keys: KeySource;
}

type Fields = Readonly<Record<string, string>>;

/** Explains the refusal of a form. Its fields have names in lower case. */
export function explainForm(
  { error, nowMs }: Evidence,
  fields: Fields,
  { accounts, keys }: FormGrounds,
): Explanation<Words> {
  const message = error?.message ?? '';
  const secretId = fields['q-ak'];
  const keyTime = parseKeyTime(fields['q-key-time'] ?? '');
  if (error?.code === 'InvalidAccessKeyId')
    return advised(
      'signature-unknown-key-id',
      say(
        `The service knows no SecretId ${shortenedId(secretId ?? '')}.`,
        `服务没有 SecretId ${shortenedId(secretId ?? '')}。`,
      ),
      { secretId: shortenedId(secretId ?? ''), message },
    );
  if (keyTime && keyTime.end * 1000 < nowMs)
    return advised('signature-expired', say('The signature of the form has ended.', '表单签名已过期。'), {
      ...keyTime,
      now: Math.floor(nowMs / 1000),
    });
  if (error?.code === 'SignatureDoesNotMatch' && secretId !== undefined && keyTime)
    return explainFormSignature({ fields, secretId, keyTime, found: keys, accounts, nowMs });
  const needed = /no condition for the field (\S+)\.$/.exec(message)?.[1];
  const field = needed ?? /^Condition key (\S+) doesn't match/.exec(message)?.[1];
  const value = field === undefined ? undefined : fields[field];
  const condition: FixDocument | undefined =
    field === undefined || value === undefined || field.startsWith('q-')
      ? undefined
      : { type: 'json', content: JSON.stringify({ [field]: value }) };
  return {
    cause: 'form-policy',
    summary:
      field === undefined
        ? plain(message)
        : needed === undefined
          ? say(
              `The field ${field} is not what a condition of the form's policy says.`,
              `字段 ${field} 不符合表单策略的条件。`,
            )
          : say(
              `The policy of the form has no condition for its field ${field}.`,
              `表单策略没有字段 ${field} 的条件。`,
            ),
    details: { message, ...(field === undefined ? {} : { field }) },
    fix: {
      sentence: say(
        'Let the policy have a condition for each field, and send what it says.',
        '为每个字段在策略中设置条件，并按条件发送。',
      ),
      ...(condition ? { document: condition } : {}),
    },
  };
}

interface SignedForm extends Omit<FormGrounds, 'keys'> {
  readonly fields: Fields;
  readonly secretId: string;
  readonly keyTime: KeyTime;
  readonly found: KeySource;
  readonly nowMs: number;
}

function explainFormSignature({ fields, secretId, found, accounts, nowMs }: SignedForm): Explanation<Words> {
  const { policy = '', 'q-key-time': time = '', 'q-signature': given = '' } = fields;
  let text = '';
  if (refuses(() => void (text = policyText(policy)))) text = policy;
  const holds = (content: string, key: string) =>
    policySignature(content, time, key, nativeDigests) === given.toLowerCase();
  const other = accounts.find((account) => account.secretId !== secretId && holds(text, account.secretKey));
  if (other)
    return advised(
      'signature-wrong-secret-key',
      say(
        `The form is signed with the SecretKey of ${other.secretId}, but names ${secretId}.`,
        `表单使用 ${other.secretId} 的 SecretKey 签名，但 SecretId 是 ${secretId}。`,
      ),
      { secretId, secretKeyOf: other.secretId, certain: true },
    );
  const own = found.find(secretId, fields['x-cos-security-token'], nowMs);
  if (own.ok && holds(policy, own.secretKey))
    return advised(
      'form-policy-signed-encoded',
      say(
        'The signature is over the base64 text of the policy; it is over its JSON text.',
        '签名使用了策略的 base64 文本；应对其 JSON 文本签名。',
      ),
      { secretId, certain: true },
    );
  return advised(
    'signature-wrong-secret-key',
    say(
      'The policy was changed after it was signed, or the SecretKey is another one.',
      '策略在签名后被修改，或使用了其他 SecretKey。',
    ),
    { secretId, certain: false },
  );
}

function advised(
  cause: string,
  summary: Words,
  details: Readonly<Record<string, unknown>>,
): Explanation<Words> {
  const sentence = fixes[cause]?.fix ?? say('Sign the JSON text of the policy.', '对策略的 JSON 文本签名。');
  return { cause, summary, details, fix: { sentence } };
}
