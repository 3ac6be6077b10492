/** Finds out why a request was refused and what would let it pass. It runs when somebody wants to know. */
import type { AccountEntry, KeySource } from '../access/accounts.ts';
import type { ObjectAcls } from '../access/authorise.ts';
import type { SignatureMode } from '../access/coverage.ts';
import type { MetadataStore } from '../metadata/port.ts';
import type { EndedUpload, Explanation, Words } from './entry.ts';
import { explainCors } from './explain-cors.ts';
import { explainForm } from './explain-form.ts';
import { explainBadAddress, explainNoBucket, explainNoKey } from './explain-names.ts';
import { explainPermission } from './explain-permission.ts';
import { explainReferer, explainStrictSignature } from './explain-rules.ts';
import { explainSignature } from './explain-signature.ts';
import { explainNoUpload, explainState } from './explain-state.ts';
import { plain, say } from './say.ts';
import type { Evidence, RefusedBy } from './trace.ts';

/** What explanations look at. */
export interface Explainer {
  /** The root key first. */
  readonly accounts: readonly AccountEntry[];
  readonly keys: KeySource;
  readonly mode: SignatureMode;
  readonly metadata: MetadataStore;
  readonly objectAcls: ObjectAcls;
  readonly permissiveCors: boolean;
  readonly appId: string;
  readonly region: string;
  /** How an upload ended, if a thread remembers. */
  endedUpload(uploadId: string): Promise<EndedUpload | undefined>;
  /** Whether a signature of a principal was found good lately. */
  knownGood(principal: string): Promise<boolean>;
}

/** Why a request was refused. Nothing in it is secret from the holder of the root key, nor gives rights. */
export async function explain(evidence: Evidence, explainer: Explainer): Promise<Explanation<Words>> {
  const { error, denied, address } = evidence;
  if (!error || error.code === 'AccessForbidden') return explainCors(evidence, explainer);
  if (error.status >= 500) return explainFailure(error, evidence);
  if (denied) return explainPermission(denied, evidence);
  if (evidence.form && isOfForm(error, evidence)) return explainForm(evidence, evidence.form, explainer);
  if (!address) return (await explainBadAddress(evidence, error, explainer)) ?? explainByCode(error);
  const found =
    (await explainAdmission(evidence, error, explainer)) ??
    (await explainNames(evidence, error, explainer)) ??
    (await explainState(evidence, error, explainer));
  return found ?? explainByCode(error);
}

/** A form is refused for its signature before its sender is known, and for the size of its file afterwards. */
function isOfForm({ code }: RefusedBy, { identity }: Evidence): boolean {
  return !identity || code === 'EntityTooLarge' || code === 'EntityTooSmall';
}

/** Refusals on the way to the handler. */
async function explainAdmission(
  evidence: Evidence,
  error: RefusedBy,
  explainer: Explainer,
): Promise<Explanation<Words> | undefined> {
  if (!evidence.identity) return explainSignature(evidence, error, explainer);
  return explainReferer(evidence) ?? explainStrictSignature(evidence) ?? explainAccess(evidence, error);
}

async function explainNames(
  evidence: Evidence,
  { code }: RefusedBy,
  explainer: Explainer,
): Promise<Explanation<Words> | undefined> {
  if (code === 'NoSuchBucket') return explainNoBucket(evidence, explainer);
  if (code === 'NoSuchKey' || code === 'NoSuchVersion') return explainNoKey(evidence, explainer);
  if (code === 'NoSuchUpload') return explainNoUpload(evidence, explainer);
  return undefined;
}

/** What else is denied says itself why. */
function explainAccess(
  { address, identity }: Evidence,
  { code, message }: RefusedBy,
): Explanation<Words> | undefined {
  if (code !== 'AccessDenied') return undefined;
  if (/APPID/.test(message) && address?.kind === 'bucket' && identity && identity.kind !== 'anonymous') {
    const { appId } = identity.kind === 'session' ? identity.of : identity;
    const wanted = address.bucket.replace(/\d+$/, appId);
    return {
      cause: 'bucket-appid-differs',
      summary: say(
        `The account has the APPID ${appId}, and a bucket name ends in the APPID of its owner.`,
        `该账号的 APPID 是 ${appId}，存储桶名称必须以所属账号的 APPID 结尾。`,
      ),
      details: { bucket: address.bucket, appId, didYouMean: wanted },
      fix: {
        sentence: say(`Name the bucket ${wanted}.`, `将存储桶命名为 ${wanted}。`),
        document: { type: 'text', content: wanted },
      },
    };
  }
  return {
    cause: /must cover/.test(message) ? 'signature-covers-too-little' : 'access-denied',
    summary: plain(message),
    details: { message },
  };
}

function explainFailure(error: RefusedBy, { requestId }: Evidence): Explanation<Words> {
  if (error.code === 'NotImplemented') return explainByCode(error);
  return {
    cause: error.code === 'InsufficientStorage' ? 'disk-full' : 'service-failed',
    summary: say(
      `The service itself failed (${error.code}); its log has the reason under this request id.`,
      `服务自身出错（${error.code}），原因见服务日志中此请求 ID 的记录。`,
    ),
    details: { code: error.code, message: error.message, requestId },
    fix: {
      sentence: say(
        'Look for the request id in the log of the service; the same request may be sent again.',
        '在服务日志中查找此请求 ID；同一请求可以重试。',
      ),
    },
  };
}

/** A code whose message already names what came and what is wrong. */
function explainByCode({ code, message, facts }: RefusedBy): Explanation<Words> {
  return {
    cause: code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase(),
    summary: plain(message),
    details: { code, message, ...facts },
  };
}
