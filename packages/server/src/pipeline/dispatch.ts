/**
 * The way of every request through the service: address, operation, identity, permission, typed input, handler, typed
 * output, answer. Errors thrown on the way become error responses here and nowhere else. HTTP messages
 * are plain values on both sides; sockets are the business of `http/`.
 */
import {
  decodeRequest,
  encodeKeyPath,
  encodeResponse,
  fault,
  matchOperation,
  operations,
  type Operation,
  type OperationName,
  type Target,
} from '@sampan/protocol';
import { corsFor, corsHeaders, crossOrigin } from '../access/cors.ts';
import { writtenAs } from '../access/identity.ts';
import { authorizeForm, authorizeRequest, awaitsBody, confirm, parametersOf } from './authorize-request.ts';
import { confirmedBody, documentFacts } from './body-facts.ts';
import { readAddress, type Address, type BucketAddress } from '../http/request-address.ts';
import type { IncomingBody, OutgoingBody } from '../body/stream.ts';
import type { RequestContext, Service } from './request-context.ts';
import { asServiceError, failureResponse } from '../http/error-response.ts';
import { documentLimits, readDocument, refuseMissingLength } from './read-document.ts';
import { requestId } from '../http/request-id.ts';
import { slowResponse } from './slow-response.ts';
import { Trace } from '../inspect/trace.ts';
import { firstTurn, turnAfterError, websiteOf, type Turn } from './website.ts';
import type { HttpRequest, HttpResponse, Outcome } from '../http/message.ts';
import { isImplemented, type Call } from '../operations/call.ts';
import { RequestCall } from './handler-context.ts';

/** Makes the function that answers requests. It never rejects. */
export function createDispatch(service: Service): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const nowMs = service.backend.clock.nowMs();
    const context: RequestContext = {
      service,
      request,
      nowMs,
      requestId: requestId(nowMs, request.clientIp),
      trace: service.inspected ? new Trace(request, nowMs) : undefined,
      bucket: undefined,
      operation: 'unmatched',
      identity: undefined,
      signature: undefined,
      asked: [],
      address: undefined,
    };
    try {
      const address = (context.address = readAddress(request, service.bound));
      if (address.kind === 'bucket') context.bucket = await service.backend.metadata.bucket(address.bucket);
      refuseWrongRegion(context, address);
      return await answer(context, address);
    } catch (error) {
      return refuse(context, error);
    }
  };
}

function answer(context: RequestContext, address: Address): Promise<HttpResponse> {
  const isWebsite = address.kind === 'bucket' && address.website && context.request.method !== 'OPTIONS';
  return isWebsite ? answerWebsite(context, address) : operate(context, address);
}

/** Answers as the website of a bucket does: with an index or error document, or a redirect, where it says so. */
async function answerWebsite(context: RequestContext, address: BucketAddress): Promise<HttpResponse> {
  const { request, bucket } = context;
  const { secure } = request;
  if (request.method !== 'GET' && request.method !== 'HEAD') throw fault('MethodNotAllowed');
  if (!bucket) throw fault('NoSuchBucket');
  const document = websiteOf(bucket.configs['website']);
  if (!document) throw fault('NoSuchWebsiteConfiguration');

  let turn: Turn | undefined = firstTurn(document, address.key ?? '', secure);
  let failure: unknown;
  // The page, the page with its ending, the error document: no more than three reads.
  for (let left = 3; left > 0; left--) {
    if (turn.kind === 'redirect') {
      const location = `${turn.protocol}://${address.host}/${encodeKeyPath(turn.key)}`;
      return finish(context, { status: 302, headers: { location } });
    }
    const { key, status }: Extract<Turn, { kind: 'read' }> = turn;
    try {
      const response = await operate(context, { ...address, key });
      return status === undefined ? response : { ...response, status };
    } catch (error) {
      failure ??= error;
      const code = asServiceError(failure).statusCode;
      turn =
        code < 500 && status === undefined
          ? turnAfterError(document, { key, status: code, secure })
          : undefined;
      if (!turn) break;
    }
  }
  throw failure;
}

/** What is known of a request before it is let through. */
interface Matched {
  readonly context: RequestContext;
  readonly address: Address;
  readonly name: OperationName;
  readonly operation: Operation;
  readonly handler: (input: unknown, call: Call) => Promise<Record<string, unknown>>;
}

/** Throws or rejects with what is answered instead. */
function operate(context: RequestContext, address: Address): Promise<HttpResponse> {
  const { request, service } = context;
  const name = operationOf(request, address);
  context.operation = name;
  const operation: Operation = operations[name];
  if (!isImplemented(name)) throw fault('NotImplemented');
  const handler = service.handlers[name] as Matched['handler'];
  const matched: Matched = { context, address, name, operation, handler };

  context.trace?.verifying();
  if (operation.request.body.kind === 'form') return operateForm(matched);
  const admission = name === 'optionsObject' ? undefined : authorizeRequest(context, address, name);
  return admission ? admission.then(() => work(matched)) : work(matched);
}

async function operateForm(matched: Matched): Promise<HttpResponse> {
  const { context, name, operation } = matched;
  refuseMissingLength(name, operation, context.request);
  return work(matched, await authorizeForm(context));
}

type Form = Awaited<ReturnType<typeof authorizeForm>>;

function work(matched: Matched, form?: Form): Promise<HttpResponse> {
  const { context, name, operation } = matched;
  refuseMissingLength(name, operation, context.request);
  if (!operation.response.late) return handle(matched, form);
  return slowResponse(
    handle(matched, form).catch((error: unknown) => refuse(context, error)),
    finish(context, { status: 200, headers: {} }),
    context.service.backend.clock,
  );
}

async function handle(
  { context, address, name, operation, handler }: Matched,
  form: Form | undefined,
): Promise<HttpResponse> {
  const { request, trace } = context;
  trace?.handling();
  const body = takesDocument(operation)
    ? await readDocument(name, operation, request)
    : checkedAtItsEnd(context, form?.body ?? request.body);
  const parts = { query: parametersOf(address), headers: request.headers, ...form, body };
  const input = decodeRequest(operation, parts, documentLimits(name));
  if (typeof body === 'string')
    await confirm(context, documentFacts(operation, input, Buffer.byteLength(body)));
  if (address.kind === 'bucket') {
    input['Bucket'] = address.bucket;
    if (address.key !== undefined) input['Key'] = address.key;
  }
  const output = await handler(input, new RequestCall(context, address));
  trace?.handled(output);
  const begunAtMs = performance.now();
  const answered = encodeResponse<OutgoingBody>(operation, output);
  const encodedMs = performance.now() - begunAtMs;
  if (encodedMs > longEncodingMs) context.service.backend.share.spent(encodedMs);
  if (answered.body === undefined || typeof answered.body === 'string' || answered.body instanceof Uint8Array)
    return finish(context, answered);
  const failed = (error: unknown): void => {
    if (!hungUp(error, request)) context.service.alarm(error, response.outcome);
  };
  const response = finish(context, { ...answered, body: await started(answered.body, failed) });
  return response;
}

/** What takes longer is a long document, such as a listing. */
const longEncodingMs = 0.2;

/** A body that policies have yet to see the length of. */
function checkedAtItsEnd(context: RequestContext, body: IncomingBody): IncomingBody {
  if (!awaitsBody(context)) return body;
  return confirmedBody(body, (sizeBytes) => confirm(context, { 'cos:content-length': [String(sizeBytes)] }));
}

function takesDocument({ request: { body } }: Operation): boolean {
  return body.kind === 'xml' || body.kind === 'text';
}

function operationOf(request: HttpRequest, address: Address): OperationName {
  const { method, headers } = request;
  // A preflight is about the request to come, so for every address it is one operation.
  if (method === 'OPTIONS') return 'optionsObject';
  const target: Target =
    address.kind === 'service' ? 'service' : address.key === undefined ? 'bucket' : 'object';
  const match = matchOperation(rowsFor(method, target), { method, target, query: namesOf(address), headers });
  if (match.kind === 'operation') return match.name;
  throw fault(match.kind === 'not-implemented' ? 'NotImplemented' : 'MethodNotAllowed');
}

/** The parameters by their name as it was spelled, which distinguishes operations. */
function namesOf({ query }: Address): Readonly<Record<string, string>> {
  return query.every(([name]) => name.startsWith('q-')) ? noNames : Object.fromEntries(query);
}

const noNames = {};

type Rows = Readonly<Record<OperationName, Operation>>;

const rowsByRoute = new Map<string, Rows>();
for (const [name, row] of Object.entries(operations)) {
  const route = `${row.method} ${row.target}`;
  rowsByRoute.set(route, { ...rowsByRoute.get(route), [name]: row } as Rows);
}

/** The few rows that a request can mean, so that not all of the table is looked through each time. */
function rowsFor(method: string, target: Target): Rows {
  return rowsByRoute.get(`${method} ${target}`) ?? noRows;
}

const noRows = {} as Rows;

/** A host names its region, so a bucket of another region is not found there. */
function refuseWrongRegion(context: RequestContext, address: Address): void {
  const { bucket } = context;
  if (bucket && address.region !== undefined && address.region !== bucket.region) context.bucket = undefined;
}

type Bare = Omit<HttpResponse, 'outcome'>;

/** Adds what every answer carries, and what browsers need for cross-origin requests. */
function finish(context: RequestContext, bare: Bare, code?: string): HttpResponse {
  const { service, request, requestId: id, operation, identity, address, bucket } = context;
  const headers: Record<string, string> = { ...bare.headers, server: 'tencent-cos', 'x-cos-request-id': id };
  const document =
    operation === 'optionsObject'
      ? undefined
      : corsFor(bucket?.configs['cors'], service.backend.permissiveCors);
  if (document) {
    const asked = crossOrigin(request.headers, request.method);
    const allowed = asked && corsHeaders(document, asked);
    Object.assign(headers, allowed);
    // The answer is given, and a browser keeps it from the page that asked.
    if (asked && !allowed && code === undefined) context.trace?.refused(context, undefined);
    // An answer to a request without an origin has no headers for browsers, and must not be taken from a cache for one
    // that has an origin: RFC 9110 section 12.5.5.
    headers['vary'] = 'Origin';
  }
  const outcome: Outcome = {
    requestId: id,
    operation,
    bucket: address?.kind === 'bucket' ? address.bucket : undefined,
    key: address?.kind === 'bucket' ? address.key : undefined,
    identity: identity && writtenAs(identity),
    code,
  };
  return { status: bare.status, headers, body: bare.body, outcome, trace: context.trace };
}

function refuse(context: RequestContext, thrown: unknown): HttpResponse {
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
function hungUp(thrown: unknown, { signal }: HttpRequest): boolean {
  return (
    signal.aborted && thrown instanceof Error && (thrown === signal.reason || thrown.name === 'AbortError')
  );
}

/**
 * Waits for the first bytes of a body, so that an error in reading it can still be answered as one. A later one ends the
 * connection before the last bytes, and is told to `failed`.
 */
async function started(
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
