/**
 * Where temporary keys are issued: `/-/sts`, and `POST /` as the vendor's endpoint has it, on a host whose name
 * begins with `sts.` or with a body that can be nothing else.
 */
import { fault } from '@sampan/protocol';
import type { AccountEntry } from '../access/accounts.ts';
import { answerSts } from '../access/sts.ts';
import { splitTarget } from '../http/request-address.ts';
import type { HttpRequest, ReservedRoute } from '../http/message.ts';

// A policy is at most 20 KB; percent-encoded twice it grows nine times.
const maxBodyBytes = 256 * 1024;

/** The route that answers GetFederationToken for the holders of permanent keys. */
export function stsRoute(
  accounts: readonly AccountEntry[],
  nowMs: () => number,
  bytesPerSecond: number,
): ReservedRoute {
  return async (request) => {
    if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' } };
    const { host, rawPath } = splitTarget(request.target, request.headers['host'] ?? '');
    const known = request.body.demand?.(bytesPerSecond);
    const body = await textOf(request).finally(() => known?.());
    const { method, headers } = request;
    const answer =
      body === undefined
        ? { body: JSON.stringify({ Response: { Error: tooLong, RequestId: '' } }) }
        : answerSts({ method, path: rawPath, host, headers, body }, { accounts, nowMs: nowMs() });
    return { status: 200, headers: { 'content-type': 'application/json' }, body: answer.body };
  };
}

/** Whether a request that is not for a bucket is for the endpoint, as the vendor's clients address it. */
export function isForSts({ method, target, headers }: HttpRequest): boolean {
  if (method !== 'POST') return false;
  const { host, rawPath } = splitTarget(target, headers['host'] ?? '');
  if (rawPath !== '/') return false;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  return /^sts\./i.test(host) || isForm || headers['x-tc-action'] !== undefined;
}

const tooLong = { Code: 'InvalidParameter.PolicyTooLong', Message: fault('EntityTooLarge').message };

async function textOf(request: HttpRequest): Promise<string | undefined> {
  try {
    return Buffer.from(await request.body.all(maxBodyBytes)).toString();
  } catch {
    return undefined;
  }
}
