/** Why a signature was refused: what is wrong with its key, its time, or what it was computed over. */
import { checkTimeWindow } from '@sampan/protocol';
import type { AccountEntry, Found, KeySource } from '../access/accounts.ts';
import { refuseUncovered, type SignatureMode, type SignedRequest } from '../access/coverage.ts';
import { writtenAs } from '../access/identity.ts';
import { carriedSignature, carriedToken, readableHeaders } from '../access/verify.ts';
import { advised, fixFor } from './advised.ts';
import type { Explanation, Words } from './entry.ts';
import { explainKey, explainWrongKey, type Claim } from './explain-key.ts';
import { redactedHttpString } from './redact.ts';
import { refusalOf } from './refuses.ts';
import { plain, say } from './say.ts';
import { fixes } from './signature-fixes.ts';
import { hypothesesFor, type Hypothesis, type Signed } from './signature-hypotheses.ts';
import { canonicalOf, textOf, Trial } from './signature-trial.ts';
import type { Evidence, RefusedBy } from './trace.ts';

/** What signatures are held against. */
export interface SignatureGrounds {
  readonly accounts: readonly AccountEntry[];
  readonly keys: KeySource;
  readonly mode: SignatureMode;
  readonly region: string;
  knownGood(principal: string): Promise<boolean>;
}

/** Explains the refusal of the signature of a request; undefined where it was refused for something else. */
export async function explainSignature(
  evidence: Evidence,
  error: RefusedBy,
  grounds: SignatureGrounds,
): Promise<Explanation<Words> | undefined> {
  const { address, headers, method, nowMs } = evidence;
  const parsed = address && carriedSignature({ headers, query: address.query });
  if (!address || !parsed) return undefined;
  if (!parsed.ok) return explainMalformed(parsed.problem, evidence);
  const { signature } = parsed;
  const bare: SignedRequest = {
    ...{ method, host: address.host, path: address.path, query: address.query, headers },
    shortPath: address.kind === 'bucket' ? address.shortPath : undefined,
    bucketInHost: address.kind === 'bucket' && address.style !== 'path',
  };
  const request = { ...bare, headers: readableHeaders(bare) };
  const claim: Claim = { signature, request, evidence, token: carriedToken(request, signature) };
  const found = grounds.keys.find(signature.secretId, claim.token, nowMs);
  if (!found.ok) return explainKey(claim, found.reason, grounds);
  return (
    explainTime(claim, error) ??
    explainCoverage(claim, found, grounds) ??
    (await explainMismatch(claim, found, grounds))
  );
}

type Known = Extract<Found, { ok: true }>;

function explainMalformed(problem: string, { headers, address }: Evidence): Explanation<Words> {
  const text = headers['authorization'] ?? '';
  const family = /^(AWS4-HMAC-SHA256|AWS|TC3-HMAC-SHA256|Bearer|Basic|OSS|OBS|QBox|Qiniu)\b/i.exec(text)?.[1];
  if (family !== undefined)
    return advised(
      'signature-other-protocol',
      say(
        `The Authorization header is of another protocol (${family}); COS has a signature of its own.`,
        `Authorization 头部属于其他协议（${family}）；COS 使用自己的签名。`,
      ),
      { family },
    );
  const time = address?.query.find(([name]) => name === 'q-key-time')?.[1] ?? text;
  const isMilliseconds = /q-(?:key|sign)-time/.test(problem) && /\d{13}/.test(time);
  return isMilliseconds
    ? advised(
        'signature-time-in-milliseconds',
        say(
          'The times of the signature are in milliseconds; COS has seconds.',
          '签名中的时间以毫秒为单位；COS 使用秒。',
        ),
        { problem },
      )
    : advised(
        'signature-malformed',
        say(`The signature cannot be read: ${problem}.`, `无法解析签名：${problem}。`),
        { problem },
      );
}

function explainTime({ signature, evidence }: Claim, error: RefusedBy): Explanation<Words> | undefined {
  const nowSeconds = Math.floor(evidence.nowMs / 1000);
  const window = checkTimeWindow(signature, nowSeconds);
  const start = Math.max(signature.keyTime.start, signature.signTime.start);
  const end = Math.min(signature.keyTime.end, signature.signTime.end);
  const times = { start, end, now: nowSeconds };
  if (window === 'skewed')
    return advised(
      'signature-clock-ahead',
      say(
        `The signature begins ${start - nowSeconds} s in the future: the clock of the client is ahead, or that of the service behind.`,
        `签名的开始时间在 ${start - nowSeconds} 秒之后：客户端时钟快了，或服务时钟慢了。`,
      ),
      { ...times, aheadSeconds: start - nowSeconds },
    );
  if (window === 'expired') {
    const skewSeconds = Math.round((evidence.nowMs - Date.parse(evidence.headers['date'] ?? '')) / 1000);
    const isClock = skewSeconds > 300;
    return advised(
      isClock ? 'signature-clock-behind' : 'signature-expired',
      isClock
        ? say(
            `The signature ended ${nowSeconds - end} s ago, and the clock of the client is ${skewSeconds} s behind.`,
            `签名已过期 ${nowSeconds - end} 秒，且客户端时钟慢了 ${skewSeconds} 秒。`,
          )
        : say(
            `The signature was valid for ${end - start} s and ended ${nowSeconds - end} s ago.`,
            `签名有效期为 ${end - start} 秒，已过期 ${nowSeconds - end} 秒。`,
          ),
      { ...times, expiredSeconds: nowSeconds - end },
    );
  }
  if (error.code !== 'InvalidArgument') return undefined;
  return advised('signature-time-senseless', plain(error.message), times);
}

/** A signature that holds, and does not cover what it must. */
function explainCoverage(
  { signature, request }: Claim,
  { secretKey }: Known,
  { mode }: SignatureGrounds,
): Explanation<Words> | undefined {
  const trial = new Trial(signature);
  const texts = [request.path, mode === 'cos' ? request.shortPath : undefined]
    .filter((path) => path !== undefined)
    .map((path) => textOf(canonicalOf({ ...request, path }, signature)));
  if (!texts.some((text) => trial.holds(text, secretKey))) return undefined;
  const message = refusalOf(() => refuseUncovered(signature, request, mode));
  if (message === undefined) return undefined;
  const what = /must cover (.*)\.$/.exec(message)?.[1] ?? message;
  return advised(
    'signature-covers-too-little',
    say(
      `The signature holds, but does not cover ${what}.`,
      `签名正确，但没有覆盖 ${what.replace('the header', '头部').replace('the parameter', '参数')}。`,
    ),
    { missing: what, covered: { headers: signature.headerList, parameters: signature.paramList } },
  );
}

async function explainMismatch(
  claim: Claim,
  { secretKey, identity }: Known,
  grounds: SignatureGrounds,
): Promise<Explanation<Words>> {
  const { signature, request, evidence } = claim;
  const trial = new Trial(signature);
  const canonical = canonicalOf(request, signature);
  const text = textOf(canonical);
  const computed = {
    secretId: signature.secretId,
    httpString: redactedHttpString(text),
    stringToSign: trial.stringToSign(text),
  };
  const byKey = explainWrongKey(claim, { ...grounds, secretKey });
  if (byKey) return { ...byKey, details: { ...computed, ...byKey.details } };
  const { address } = evidence;
  const signed: Signed = {
    ...{ request, signature, target: evidence.target, localPort: evidence.localPort },
    bucket: address?.kind === 'bucket' ? address.bucket : undefined,
    region: address?.region ?? grounds.region,
  };
  const mistakes = mistakesFor(hypothesesFor(signed), (all) =>
    trial.holds(textOf(all.reduce((changed, { change }) => change(changed), canonical)), secretKey),
  );
  if (mistakes) {
    const theirs = redactedHttpString(
      textOf(mistakes.reduce((changed, { change }) => change(changed), canonical)),
    );
    const [first] = mistakes;
    return {
      cause: first!.cause,
      summary: fixes[first!.cause]?.summary?.(first!.facts) ?? plain(first!.cause),
      details: {
        ...computed,
        certain: true,
        ...mistakes.reduce((all, { facts }) => ({ ...all, ...facts }), {}),
        ...(mistakes.length > 1 ? { causes: mistakes.map(({ cause }) => cause) } : {}),
        signedHttpString: theirs,
        ...firstDifference(computed.httpString, theirs),
      },
      ...fixFor(first!.cause, first!.facts),
    };
  }
  return guessed(claim, computed, await grounds.knownGood(writtenAs(identity)));
}

/** What is most probable where no hypothesis holds: what was signed is not known then. */
function guessed(
  { signature, request }: Claim,
  computed: Readonly<Record<string, unknown>>,
  isKnownGood: boolean,
): Explanation<Words> {
  const { headerList, paramList } = signature;
  const missing = headerList.filter((name) => request.headers[decoded(name)] === undefined);
  const names = new Set(request.query.map(([name]) => name.toLowerCase()));
  const absent = paramList.filter((name) => !names.has(decoded(name)));
  const covered = { headers: headerList, parameters: paramList };
  const details = { ...computed, certain: false, covered };
  if (missing.length > 0)
    return advised(
      'signature-header-missing',
      say(
        `The signature covers the header ${missing.join(', ')}, which did not arrive.`,
        `签名覆盖了头部 ${missing.join('、')}，但请求中没有。`,
      ),
      { ...details, missing },
    );
  if (absent.length > 0)
    return advised(
      'signature-parameter-missing',
      say(
        `The signature covers the parameter ${absent.join(', ')}, which did not arrive.`,
        `签名覆盖了参数 ${absent.join('、')}，但请求中没有。`,
      ),
      { ...details, missing: absent },
    );
  const changeable = [...headerList.filter((name) => name !== 'host'), ...paramList];
  return isKnownGood && changeable.length > 0
    ? advised(
        'signature-covered-part-changed',
        say(
          `The key has signed well before, so a covered part was changed after signing: one of ${changeable.join(', ')}.`,
          `该密钥此前签名正确，因此签名后有内容被修改：${changeable.join('、')} 之一。`,
        ),
        details,
      )
    : advised(
        'signature-wrong-secret-key',
        say(
          `No mistake in the request explains the signature: it was most probably made with another SecretKey than that of ${signature.secretId}.`,
          `请求本身没有可以解释的错误：签名很可能使用了不属于 ${signature.secretId} 的 SecretKey。`,
        ),
        details,
      );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Pairs of mistakes that are tried: some 10 ms of digests. */
const mostPairs = 500;

/** One mistake that explains the signature, or else two. */
function mistakesFor(
  all: readonly Hypothesis[],
  holds: (mistakes: readonly Hypothesis[]) => boolean,
): readonly Hypothesis[] | undefined {
  const single = all.find((one) => holds([one]));
  if (single) return [single];
  let tried = 0;
  for (const [at, one] of all.entries())
    for (const other of all.slice(at + 1)) {
      if (one.part === other.part) continue;
      if ((tried += 1) > mostPairs) return undefined;
      if (holds([one, other])) return [one, other];
    }
  return undefined;
}

/** Where two texts begin to differ, with what is around it. */
function firstDifference(computed: string, signed: string): Readonly<Record<string, unknown>> {
  const [one, two] = [Buffer.from(computed), Buffer.from(signed)];
  let at = 0;
  while (at < one.length && one[at] === two[at]) at += 1;
  if (at === one.length && at === two.length) return {};
  const around = (bytes: Buffer) => bytes.subarray(Math.max(0, at - 16), at + 24).toString();
  return { firstDifference: { byte: at, computed: around(one), signed: around(two) } };
}
