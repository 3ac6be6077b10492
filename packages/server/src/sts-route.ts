/** Where temporary keys are asked for: `/-/sts`, and `POST /` on a host whose name begins with `sts.`. */
import { fault } from '@sampan/protocol';
import type { AccountEntry } from './access/accounts.ts';
import { answerSts } from './access/sts.ts';
import { splitTarget } from './address.ts';
import type { HttpRequest, ReservedRoute } from './message.ts';

// A policy is at most 20 KB; percent-encoded twice it grows nine times.
const maxBodyBytes = 256 * 1024;

/** The route that answers GetFederationToken for the holders of permanent keys. */
export function stsRoute(accounts: readonly AccountEntry[], nowMs: () => number): ReservedRoute {
  return async (request) => {
    if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' } };
    const { host, rawPath } = splitTarget(request.target, request.headers['host'] ?? '');
    const body = await textOf(request);
    const { method, headers } = request;
    const answer =
      body === undefined
        ? { body: JSON.stringify({ Response: { Error: tooLong, RequestId: '' } }) }
        : answerSts({ method, path: rawPath, host, headers, body }, { accounts, nowMs: nowMs() });
    return { status: 200, headers: { 'content-type': 'application/json' }, body: answer.body };
  };
}

/** Whether a request is for the endpoint by the name of its host, as the vendor's is. */
export function isStsHost({ method, target, headers }: HttpRequest): boolean {
  const { host, rawPath } = splitTarget(target, headers['host'] ?? '');
  return method === 'POST' && rawPath === '/' && /^sts\./i.test(host);
}

const tooLong = { Code: 'InvalidParameter.PolicyTooLong', Message: fault('EntityTooLarge').message };

async function textOf(request: HttpRequest): Promise<string | undefined> {
  try {
    return Buffer.from(await request.body.all(maxBodyBytes)).toString();
  } catch {
    return undefined;
  }
}
