/** Answers as HTTP messages: what each of them carries, refusals, and bodies whose first bytes are there. */
import { fault } from '@sampan/protocol';
import { corsFor, corsHeaders, crossOrigin } from '../access/cors.ts';
import { writtenAs } from '../access/identity.ts';
import { asServiceError, failureResponse } from '../http/error-response.ts';
import type { HttpRequest, HttpResponse, Outcome } from '../http/message.ts';
import type { RequestContext } from './request-context.ts';

type Bare = Omit<HttpResponse, 'outcome' | 'trace'>;

/** Adds what every answer carries, and what browsers need for cross-origin requests. */
export function finish(context: RequestContext, bare: Bare, code?: string): HttpResponse {
  const { backend, request, requestId: id, name, identity, address, bucket, trace } = context;
  const headers: Record<string, string> = { ...bare.headers, server: 'tencent-cos', 'x-cos-request-id': id };
  const document =
    name === 'optionsObject' ? undefined : corsFor(bucket?.configs['cors'], backend.permissiveCors);
  if (document) {
    const crossing = crossOrigin(request.headers, request.method);
    const allowed = crossing && corsHeaders(document, crossing);
    Object.assign(headers, allowed);
    // The answer is given, and a browser keeps it from its page.
    if (crossing && !allowed && code === undefined) trace?.refused(context, undefined);
    // An answer to a request without an origin has no headers for browsers, and must not be taken from a cache for one
    // that has an origin: RFC 9110 section 12.5.5.
    headers['vary'] = 'Origin';
  }
  const outcome: Outcome = {
    requestId: id,
    operation: name ?? 'unmatched',
    bucket: address?.kind === 'bucket' ? address.bucket : undefined,
    key: address?.kind === 'bucket' ? address.key : undefined,
    identity: identity && writtenAs(identity),
    code,
  };
  return { status: bare.status, headers, body: bare.body, outcome, trace };
}

/** Answers an error as COS does, and sounds the alarm for one that is the service's own. */
export function refuse(context: RequestContext, thrown: unknown): HttpResponse {
  const error = asServiceError(hungUp(thrown, context.request) ? fault('IncompleteBody') : thrown);
  const { service, request, address, requestId: id } = context;
  const resource = address ? `${address.host}${address.path}` : (request.headers['host'] ?? '');
  const about = { method: request.method, resource, requestId: id };
  context.trace?.refused(context, error);
  const response = finish(context, failureResponse(error, about), error.code);
  if (error.statusCode >= 500 && error.code !== 'NotImplemented') service.alarm(thrown, response.outcome);
  return response;
}

/** Whether work ended because the client went away: its doing, and no failure of the service. */
export function hungUp(thrown: unknown, { signal }: HttpRequest): boolean {
  return (
    signal.aborted && thrown instanceof Error && (thrown === signal.reason || thrown.name === 'AbortError')
  );
}

/**
 * Waits for the first bytes of a body, so that an error in reading it can still be answered as one. A later one ends the
 * connection before the last bytes, and goes to `failed`.
 */
export async function started(
  body: AsyncIterable<Uint8Array>,
  failed: (error: unknown) => void,
): Promise<AsyncIterable<Uint8Array>> {
  const chunks = body[Symbol.asyncIterator]();
  const first = await chunks.next();
  return (async function* () {
    try {
      if (first.done) return;
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => chunks };
    } catch (error) {
      failed(error);
      throw error;
    } finally {
      await chunks.return?.();
    }
  })();
}
