/** What the service answers under its own prefix `/-/`, on its own host only: no bucket can have that name. */
import { onServiceHost, splitTarget, type BoundDomain } from '../http/request-address.ts';
import { requestId } from '../http/request-id.ts';
import type { HttpRequest, HttpResponse, ReservedRoute } from '../http/message.ts';
import { isForSts } from './sts-route.ts';

const prefix = '/-/';

/** Answers requests for reserved paths with `routes` (from path to route) and passes on all others. */
export function withReserved(
  routes: Readonly<Record<string, ReservedRoute>>,
  bound: readonly BoundDomain[],
  nowMs: () => number,
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): (request: HttpRequest) => Promise<HttpResponse> {
  const reserved = async (request: HttpRequest, name: string): Promise<HttpResponse> => {
    const outcome = { requestId: requestId(nowMs(), request.clientIp), operation: 'reserved' };
    const common = { server: 'tencent-cos', 'x-cos-request-id': outcome.requestId };
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (!route)
      return {
        status: 404,
        headers: { ...common, 'content-type': 'text/plain' },
        body: 'not found\n',
        outcome,
      };
    const response = await route(request);
    return { ...response, headers: { ...common, ...response.headers }, outcome };
  };
  return (request) => {
    const name = nameOf(request);
    if (name === undefined || !onServiceHost(request, bound)) return answer(request);
    return reserved(request, name);
  };
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
