/** What the service answers under its own prefix `/-/`, on its own host only: no bucket can have that name. */
import { onServiceHost, splitTarget, type BoundDomain } from '../http/request-address.ts';
import { requestId } from '../http/request-id.ts';
import { asServiceError, failureResponse } from '../http/error-response.ts';
import type { HttpRequest, HttpResponse, Outcome, ReservedRoute } from '../http/message.ts';
import { isForSts } from './sts-route.ts';

const prefix = '/-/';

/** What reserved paths need of the service. */
export interface ReservedSettings {
  readonly bound: readonly BoundDomain[];
  nowMs(): number;
  /** Called with every failure that is the service's own. */
  alarm(error: unknown, outcome: Outcome): void;
}

/**
 * Answers requests for reserved paths with `routes` (from path to route) and passes on all others. A path that ends in a
 * slash stands for everything below it.
 */
export function withReserved(
  routes: Readonly<Record<string, ReservedRoute>>,
  { bound, nowMs, alarm }: ReservedSettings,
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): (request: HttpRequest) => Promise<HttpResponse> {
  const reserved = async (request: HttpRequest, name: string): Promise<HttpResponse> => {
    const outcome = { requestId: requestId(nowMs(), request.clientIp), operation: 'reserved' };
    const common = { server: 'tencent-cos', 'x-cos-request-id': outcome.requestId };
    const found = routeFor(routes, name);
    if (!found)
      return {
        status: 404,
        headers: { ...common, 'content-type': 'text/plain' },
        body: 'not found\n',
        outcome,
      };
    try {
      const { identity, ...response } = await found.route(request, found.below);
      return {
        ...response,
        headers: { ...common, ...response.headers },
        outcome: { ...outcome, ...(identity === undefined ? {} : { identity }) },
      };
    } catch (thrown) {
      const error = asServiceError(thrown);
      const about = { method: request.method, resource: prefix + name, requestId: outcome.requestId };
      const refused = failureResponse(error, about);
      if (error.statusCode >= 500) alarm(thrown, { ...outcome, code: error.code });
      return {
        ...refused,
        headers: { ...common, ...refused.headers },
        outcome: { ...outcome, code: error.code },
      };
    }
  };
  return (request) => {
    const name = nameOf(request);
    if (name === undefined || !onServiceHost(request, bound)) return answer(request);
    return reserved(request, name);
  };
}

function routeFor(
  routes: Readonly<Record<string, ReservedRoute>>,
  name: string,
): { route: ReservedRoute; below: string } | undefined {
  if (Object.hasOwn(routes, name)) return { route: routes[name]!, below: '' };
  const folder = name.slice(0, name.indexOf('/') + 1);
  if (folder === '' || !Object.hasOwn(routes, folder)) return undefined;
  return { route: routes[folder]!, below: name.slice(folder.length) };
}

/** The reserved name that a request asks for on any host, if it does. */
function nameOf(request: HttpRequest): string | undefined {
  if (isForSts(request)) return 'sts';
  if (request.target.startsWith('/') && !request.target.startsWith(prefix)) return undefined;
  const { rawPath } = splitTarget(request.target, request.headers['host'] ?? '');
  return rawPath.startsWith(prefix) ? rawPath.slice(prefix.length) : undefined;
}

/** A route that answers a short text. */
export function textRoute(
  make: () => Promise<{ status: number; body: string; type?: string }>,
): ReservedRoute {
  return async ({ method }) => {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { allow: 'GET, HEAD' } };
    const { status, body, type = 'text/plain; charset=utf-8' } = await make();
    return { status, headers: { 'content-type': type, 'cache-control': 'no-store' }, body };
  };
}
