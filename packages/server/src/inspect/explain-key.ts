/** Signatures that are refused for their key: it is unknown, another pair's, or has no token. */
import type { ParsedSignature } from '@sampan/protocol';
import type { AccountEntry, Found } from '../access/accounts.ts';
import type { SignatureMode, SignedRequest } from '../access/coverage.ts';
import { sealedIn, secretKeyOf } from '../access/sessions.ts';
import { advised } from './advised.ts';
import type { Explanation, Words } from './entry.ts';
import { editDistance } from './nearest.ts';
import { shortenedId } from './redact.ts';
import { say } from './say.ts';
import { canonicalOf, textOf, Trial } from './signature-trial.ts';
import type { Evidence } from './trace.ts';

/** A signature, the request that carries it, and the token that came along. */
export interface Claim {
  readonly signature: ParsedSignature;
  readonly request: SignedRequest;
  readonly evidence: Evidence;
  readonly token: string | undefined;
}

/** Keys that may be meant, and the one that the SecretId names. */
interface KeyGrounds {
  readonly accounts: readonly AccountEntry[];
  readonly mode: SignatureMode;
  readonly secretKey: string;
}

/** Explains why a SecretId, or the token that came along, is not known. */
export function explainKey(
  { signature, request, token, evidence }: Claim,
  reason: Extract<Found, { ok: false }>['reason'],
  { accounts }: Pick<KeyGrounds, 'accounts'>,
): Explanation<Words> {
  const { secretId } = signature;
  const sealed = token === undefined ? undefined : sealedIn(token, accounts);
  if (reason === 'expired' && sealed) {
    const endedAt = new Date(sealed.expiresAtSeconds * 1000).toISOString();
    return advised(
      'signature-token-expired',
      say(`The temporary key ended at ${endedAt}.`, `临时密钥已于 ${endedAt} 过期。`),
      { secretId, endedAt, now: new Date(evidence.nowMs).toISOString() },
    );
  }
  const permanent = accounts.find((account) => account.secretId === secretId);
  if (reason === 'token')
    return permanent
      ? advised(
          'signature-token-with-permanent-key',
          say(
            `A token came along with ${secretId}, which is a permanent key and has none.`,
            `${secretId} 是永久密钥，不应携带 token。`,
          ),
          { secretId },
        )
      : sealed
        ? advised(
            'signature-token-of-another-key',
            say(
              `The token belongs to the temporary key ${sealed.secretId}, not to ${secretId}.`,
              `该 token 属于临时密钥 ${sealed.secretId}，而不是 ${secretId}。`,
            ),
            { secretId, tokenOf: sealed.secretId },
          )
        : advised(
            'signature-token-unknown',
            say(
              'The token was cut or changed on the way, or is none of this service.',
              'token 在途中被截断或修改，或不是本服务签发的。',
            ),
            { secretId, tokenLength: token?.length ?? 0 },
          );
  const trial = new Trial(signature);
  const text = textOf(canonicalOf(request, signature));
  const issuer = accounts.find((account) => trial.holds(text, secretKeyOf(account, secretId)));
  if (issuer)
    return advised(
      'signature-token-missing',
      say(
        `${secretId} is a temporary key, and its token did not come along.`,
        `${secretId} 是临时密钥，但请求没有携带其 token。`,
      ),
      { secretId, issuer: issuer.secretId },
    );
  const swapped = accounts.find(({ secretKey }) => secretKey === secretId.trim());
  if (swapped)
    return advised(
      'signature-keys-swapped',
      say(
        `The SecretKey of ${swapped.secretId} was sent in the place of its SecretId: change this key, it is in logs now.`,
        `请求把 ${swapped.secretId} 的 SecretKey 当作 SecretId 发送：请更换该密钥，它可能已进入日志。`,
      ),
      { secretId: swapped.secretId },
    );
  const shown = shortenedId(secretId);
  const near = accounts.find((account) => isNear(account.secretId, secretId));
  return advised(
    'signature-unknown-key-id',
    say(
      `The service knows no SecretId ${shown}${near ? `; it knows ${near.secretId}` : ''}.`,
      `服务没有 SecretId ${shown}${near ? `；存在 ${near.secretId}` : ''}。`,
    ),
    { secretId: shown, ...(near ? { didYouMean: near.secretId } : {}) },
    near && { type: 'text', content: near.secretId },
  );
}

function isNear(known: string, given: string): boolean {
  if (known.toLowerCase() === given.trim().toLowerCase()) return true;
  return Math.abs(known.length - given.length) <= 2 && given.length <= 100 && editDistance(known, given) <= 2;
}

/** The key of another pair, or the right one with something around it. */
export function explainWrongKey(
  { signature, request, evidence }: Claim,
  { accounts, mode, secretKey }: KeyGrounds,
): Explanation<Words> | undefined {
  const { secretId } = signature;
  const trial = new Trial(signature);
  const text = textOf(canonicalOf(request, signature));
  const cause = 'signature-wrong-secret-key';
  const short = mode === 'cos' ? request.shortPath : undefined;
  const texts = [
    text,
    ...(short === undefined ? [] : [textOf(canonicalOf({ ...request, path: short }, signature))]),
  ];
  const holds = (key: string) => texts.some((one) => trial.holds(one, key));
  const other = accounts.find((account) => account.secretKey !== secretKey && holds(account.secretKey));
  if (other)
    return advised(
      cause,
      say(
        `It is signed with the SecretKey of ${other.secretId}, but names ${secretId}: two key pairs are mixed up.`,
        `签名使用的是 ${other.secretId} 的 SecretKey，但 SecretId 是 ${secretId}：混用了两对密钥。`,
      ),
      { certain: true, secretKeyOf: other.secretId },
    );
  const dressed = [
    `${secretKey}\n`,
    `${secretKey}\r\n`,
    ` ${secretKey}`,
    `${secretKey} `,
    `"${secretKey}"`,
    `'${secretKey}'`,
  ];
  if (dressed.some(holds))
    return advised(
      'signature-secret-key-untrimmed',
      say(
        'It is signed with the right SecretKey and white space or quotes around it.',
        '签名使用了正确的 SecretKey，但其前后带有空白或引号。',
      ),
      { certain: true },
    );
  if (holds(secretId))
    return advised(
      cause,
      say(
        'It is signed with the SecretId in the place of the SecretKey.',
        '签名时把 SecretId 当作了 SecretKey。',
      ),
      { certain: true, secretKeyOf: 'SecretId' },
    );
  if (texts.some((one) => trial.holdsUnderBareKey(one, secretKey)))
    return advised(
      'signature-sign-key',
      say(
        'It is signed with the SecretKey itself; the key is HMAC-SHA1(SecretKey, q-key-time).',
        '签名直接使用了 SecretKey；应使用 HMAC-SHA1(SecretKey, q-key-time)。',
      ),
      { certain: true },
    );
  if (texts.some((one) => trial.holdsInLowerCase(one, secretKey)))
    return advised(
      'signature-case',
      say('The signature is right and in capital letters.', '签名正确，但使用了大写字母。'),
      { certain: true, requestId: evidence.requestId },
    );
  return undefined;
}
