/** Doctor's first checks: the service's address, the clock and the keys. */
import { isServiceError } from '@sampan/protocol';
import type { Connected } from '../connection/context.ts';
import type { Connection } from '../connection/settings.ts';
import { endingOf, exitStatus } from '../words/failure.ts';
import { durationText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { checkReachable } from '../connection/reach.ts';
import { attempt, type Finding } from './finding.ts';

/** COS refuses signatures that are more than 15 minutes off. Source: https://cloud.tencent.com/document/product/436/7730 */
const mostSkewMs = 15 * 60_000;
const worthAWordMs = 60_000;

/** Whether something listens. */
export async function checkPlace(connection: Connection): Promise<Finding> {
  const { endpoint, region } = connection;
  const startedAtMs = performance.now();
  const finding = await attempt(
    {
      name: 'endpoint',
      about: connection,
      fine: '',
      bad: t`${endpoint} is not reached`,
      advice: t`check --endpoint, SAMPAN_ENDPOINT or the profile; a service of your own starts with sampan serve`,
    },
    () => checkReachable(connection),
  );
  const ms = Math.round(performance.now() - startedAtMs);
  return finding.isFine
    ? { ...finding, text: t`${endpoint} is reached in ${ms} ms, region ${region}` }
    : finding;
}

/** How far this machine's clock is from the service's, by the Date of an answer. */
export async function checkClock({ endpoint }: Connection, nowMs: () => number = Date.now): Promise<Finding> {
  const name = 'clock';
  try {
    const startedAtMs = nowMs();
    const answer = await fetch(endpoint, { method: 'HEAD', signal: AbortSignal.timeout(10_000) });
    const middleMs = (startedAtMs + nowMs()) / 2;
    const theirsMs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(theirsMs)) return { name, isFine: true, text: t`the service does not tell its time` };
    // The header has no fractions of a second.
    const skewMs = middleMs - (theirsMs + 500);
    const skew = durationText(Math.abs(skewMs) / 1000);
    if (Math.abs(skewMs) < worthAWordMs)
      return { name, isFine: true, text: t`the clock agrees with the service's` };
    const text =
      skewMs > 0
        ? t`this clock is ${skew} ahead of the service's`
        : t`this clock is ${skew} behind the service's`;
    return {
      name,
      isFine: Math.abs(skewMs) < mostSkewMs / 3,
      text,
      advice: t`set the clock of this machine; signatures that are 15 minutes off are refused`,
      status: exitStatus.denied,
    };
  } catch (error) {
    return { name, isFine: false, text: endingOf(error, { endpoint }).message, status: exitStatus.noAnswer };
  }
}

/** Whether the service knows the keys; those that may not list buckets can be good all the same. */
export async function checkKeys(
  { cos, at, connection }: Connected,
  bucket: string | undefined,
): Promise<Finding> {
  const name = 'keys';
  const { keysFrom, secretId } = connection;
  const shown = `${secretId.slice(0, 8)}…`;
  try {
    const { Buckets } = await cos.getService();
    return {
      name,
      isFine: true,
      text: t`the keys ${shown} from ${keysFrom} are good: ${Buckets.length} buckets`,
    };
  } catch (error) {
    if (isServiceError(error) && error.code === 'AccessDenied') {
      const isKnown = bucket === undefined || (await mayLook(() => cos.headBucket(at(bucket))));
      if (isKnown)
        return {
          name,
          isFine: true,
          text: t`the keys ${shown} from ${keysFrom} are known; they may not list buckets`,
        };
    }
    const { message, status } = endingOf(error, connection);
    return {
      name,
      isFine: false,
      text: t`the keys ${shown} from ${keysFrom} are refused: ${message}`,
      advice: t`get a key pair in the console of Tencent Cloud (CAM, API keys), or from credentials.json of a local service; then: sampan login`,
      status,
    };
  }
}

/** A refusal for lack of permission comes only after the signature was found good. */
async function mayLook(look: () => Promise<unknown>): Promise<boolean> {
  return look().then(
    () => true,
    (error: unknown) => isServiceError(error) && !/Signature|AccessKey|Token/.test(error.code),
  );
}
