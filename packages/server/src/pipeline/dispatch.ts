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
  operations,
  type Operation,
} from '@sampan/protocol';
import { authoriseVersion, authorizeRequest, awaitsBody, confirm } from './authorize-request.ts';
import { confirmedBody, documentFacts } from './body-facts.ts';
import { readAddress, type Address, type BucketAddress } from '../http/request-address.ts';
import type { IncomingBody, OutgoingBody } from '../body/stream.ts';
import { operationOf } from './match-operation.ts';
import {
  RequestProgress,
  type ArrivedRequest,
  type LocatedRequest,
  type PermittedRequest,
  type Service,
} from './request-context.ts';
import { asServiceError } from '../http/error-response.ts';
import { documentLimits, readDocument, refuseMissingLength } from './read-document.ts';
import { requestId } from '../http/request-id.ts';
import { finish, hungUp, refuse, started } from './respond.ts';
import { slowResponse } from './slow-response.ts';
import { Trace } from '../inspect/trace.ts';
import { firstTurn, turnAfterError, websiteOf, type Turn } from './website.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { isImplemented, type Backend, type Call, type ImplementedName } from '../operations/call.ts';

/** Makes the function that answers requests. It never rejects. */
export function createDispatch(
  backend: Backend,
  service: Service,
): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const nowMs = backend.clock.nowMs() + (request.clockOffsetMs ?? 0);
    const arrived: ArrivedRequest = {
      service,
      backend,
      request,
      nowMs,
      requestId: requestId(nowMs, request.clientIp),
      trace: service.inspected ? new Trace(request, nowMs) : undefined,
    };
    const progress = new RequestProgress(arrived);
    try {
      const located = progress.advance(await locate(arrived, progress));
      refuseBadAddress(located);
      return await (isForWebsite(located) ? answerWebsite(located, progress) : operate(located, progress));
    } catch (error) {
      return refuse(progress.latest, error);
    }
  };
}

async function locate(arrived: ArrivedRequest, progress: RequestProgress): Promise<LocatedRequest> {
  const address = readAddress(arrived.request, arrived.service.bound);
  const located = progress.advance({
    ...arrived,
    address,
    parameters: parametersOf(address),
    bucket: undefined,
  });
  if (address.kind !== 'bucket') return located;
  const bucket = await arrived.backend.metadata.bucket(address.bucket);
  // A host names its region, so a bucket of another region is not found there.
  const isElsewhere = bucket && address.region !== undefined && address.region !== bucket.region;
  return isElsewhere ? located : { ...located, bucket };
}

/** Throws what is wrong behind the bucket. A preflight is about the rules of the bucket alone: it judges no key. */
function refuseBadAddress({ address, request }: LocatedRequest): void {
  if (address.kind === 'bucket' && address.problem && request.method !== 'OPTIONS') throw address.problem;
}

type WebsiteRequest = LocatedRequest & { readonly address: BucketAddress };

function isForWebsite(located: LocatedRequest): located is WebsiteRequest {
  const { address, request } = located;
  return address.kind === 'bucket' && address.website && request.method !== 'OPTIONS';
}

/** Answers as the website of a bucket does: with an index or error document, or a redirect, where it says so. */
async function answerWebsite(located: WebsiteRequest, progress: RequestProgress): Promise<HttpResponse> {
  const { request, bucket, address } = located;
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
      return finish(progress.latest, { status: 302, headers: { location } });
    }
    const { key, status }: Extract<Turn, { kind: 'read' }> = turn;
    try {
      const response = await operate({ ...located, address: { ...address, key } }, progress);
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

/** Throws or rejects with what is answered instead. */
async function operate(located: LocatedRequest, progress: RequestProgress): Promise<HttpResponse> {
  const name = operationOf(located);
  const operation: Operation = operations[name];
  const matched = progress.advance({ ...located, name, operation });
  if (!isImplemented(name)) throw fault('NotImplemented');
  located.trace?.verifying();
  const permitted = progress.advance(await authorizeRequest(matched, progress));
  refuseMissingLength(permitted);
  if (!operation.response.late) return handle(permitted);
  return slowResponse(
    handle(permitted).catch((error: unknown) => refuse(permitted, error)),
    finish(permitted, { status: 200, headers: {} }),
    permitted.backend.clock,
  );
}

async function handle(permitted: PermittedRequest): Promise<HttpResponse> {
  const { address, name, operation, request, parameters, form, service, backend, trace } = permitted;
  trace?.handling();
  const body = takesDocument(operation)
    ? await readDocument(permitted)
    : checkedAtItsEnd(permitted, form?.body ?? request.body);
  const parts = { query: parameters, headers: request.headers, ...(form ? { form: form.fields } : {}), body };
  const input = decodeRequest(operation, parts, documentLimits(name));
  if (typeof body === 'string')
    await confirm(permitted, documentFacts(operation, input, Buffer.byteLength(body)));
  if (address.kind === 'bucket') {
    input['Bucket'] = address.bucket;
    if (address.key !== undefined) input['Key'] = address.key;
  }
  const call: Call = { ...permitted, authorise: (wanted) => authoriseVersion(permitted, wanted) };
  const handler = service.handlers[name as ImplementedName] as AnyHandler;
  const output = await handler(input, call);
  trace?.handled(output);
  const begunAtMs = performance.now();
  const answered = encodeResponse<OutgoingBody>(operation, output);
  const encodedMs = performance.now() - begunAtMs;
  if (encodedMs > longEncodingMs) backend.share.spent(encodedMs);
  if (answered.body === undefined || typeof answered.body === 'string' || answered.body instanceof Uint8Array)
    return finish(permitted, answered);
  const failed = (error: unknown): void => {
    if (!hungUp(error, request)) service.alarm(error, response.outcome);
  };
  const response = finish(permitted, { ...answered, body: await started(answered.body, failed) });
  return response;
}

/** What takes longer is a long document, such as a listing. */
const longEncodingMs = 0.2;

/** The row has decoded the input and encodes the output, so that here one type stands for all of them. */
type AnyHandler = (input: unknown, call: Call) => Promise<Record<string, unknown>>;

/** A body that policies have yet to see the length of. */
function checkedAtItsEnd(permitted: PermittedRequest, body: IncomingBody): IncomingBody {
  if (!awaitsBody(permitted)) return body;
  return confirmedBody(body, (sizeBytes) =>
    confirm(permitted, { 'cos:content-length': [String(sizeBytes)] }),
  );
}

function takesDocument({ request: { body } }: Operation): boolean {
  return body.kind === 'xml' || body.kind === 'text';
}

/** The parameters of a request by lower-case name, without those of a signature; the first of a name counts. */
function parametersOf({ query }: Address): Readonly<Record<string, string>> {
  let parameters: Record<string, string> | undefined;
  for (const [name, value] of query) {
    if (name.startsWith('q-')) continue;
    parameters ??= Object.create(null) as Record<string, string>;
    parameters[name.toLowerCase()] ??= value;
  }
  return parameters ?? noParameters;
}

const noParameters: Readonly<Record<string, string>> = Object.freeze({});
