/** Who calls, and whether they may: the part of the way of a request before its handler. */
import { fault, operations, splitBucket, type OperationName } from '@sampan/protocol';
import { refuseUnaccelerated } from './accelerate.ts';
import { mayDo, type PolicyQuestion } from '../access/authorise.ts';
import type { ConditionContext } from '../access/conditions.ts';
import { conditionContext } from '../access/condition-context.ts';
import { principalOf, type Identity } from '../access/identity.ts';
import { refuseReferer } from '../access/referer.ts';
import { enforceStrictSignature } from '../access/strict-signature.ts';
import type { Address, BucketAddress } from '../http/request-address.ts';
import type { IncomingBody } from '../body/stream.ts';
import type { RequestContext } from './request-context.ts';
import { formHeaders, openForm } from './form-request.ts';
import type { Bucket } from '../metadata/port.ts';

/** Finds out who calls and lets them through to an operation, or throws why not. Waits only where that takes reading. */
export function authorizeRequest(
  context: RequestContext,
  address: Address,
  name: OperationName,
): void | Promise<void> {
  const { service, request, bucket } = context;
  const { identity, signature } = service.authenticate(request, address);
  context.identity = identity;
  const { action } = operations[name];
  if (address.kind === 'service') {
    if (identity.kind === 'anonymous') throw fault('AccessDenied');
    return authorise(context, { action, principal: identity, context: conditionContext(request, {}) });
  }
  refuseUnaccelerated(address, name, bucket);
  if (name === 'putBucket') {
    const region = address.region ?? service.backend.region;
    return authorise(
      context,
      ask(context, address, { action, bucket: bucketToBe(address, identity, region) }),
    );
  }
  if (!bucket) throw fault('NoSuchBucket');
  if (name === 'getObject' || name === 'headObject')
    refuseReferer(bucket.configs['referer'], request.headers['referer']);
  // Its handler asks for each key, and answers for each.
  if (name === 'deleteMultipleObject') return;
  if (signature)
    enforceStrictSignature(bucket.configs['strict-signature'], action, signature, {
      headers: request.headers,
      query: address.query,
    });
  return authorise(context, ask(context, address, { action, bucket, key: address.key }));
}

/** Reads a form up to its file, finds out who sent it and lets them through, or throws why not. */
export async function authorizeForm(
  context: RequestContext,
): Promise<{ form: Readonly<Record<string, string>>; body: IncomingBody }> {
  const { service, request, address, bucket } = context;
  if (address?.kind !== 'bucket' || !bucket) throw fault('NoSuchBucket');
  refuseUnaccelerated(address, 'postObject', bucket);
  const { fields, key, file } = await openForm(request);
  const { identity, allowance } = service.authenticateForm(request, address, fields);
  context.identity = identity;
  const headers = formHeaders(request, fields);
  await authorise(context, ask(context, address, { action: 'PostObject', bucket, key, headers }));
  return { form: fields, body: file(allowance) };
}

/** Throws `AccessDenied` unless a question is answered with yes. */
export function authorise({ service }: RequestContext, question: PolicyQuestion): void | Promise<void> {
  const answer = mayDo(question, service.objectAcls);
  if (typeof answer === 'boolean') refuseUnless(answer);
  else return answer.then(refuseUnless);
}

function refuseUnless(allowed: boolean): void {
  if (!allowed) throw fault('AccessDenied');
}

/** What somebody wants to do. */
export interface Wish {
  readonly action: string;
  readonly bucket: Bucket;
  readonly key?: string | undefined;
  /** Stand in for those of the request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether the caller of an context may have a wish. */
export function ask(context: RequestContext, address: Address, wish: Wish): PolicyQuestion {
  return new Asked(context, address, wish);
}

class Asked implements PolicyQuestion {
  readonly principal: Identity;
  readonly action: string;
  readonly bucket: Bucket;
  readonly key: string | undefined;
  readonly #context: RequestContext;
  readonly #address: Address;
  readonly #wish: Wish;
  #facts: ConditionContext | undefined;

  constructor(context: RequestContext, address: Address, wish: Wish) {
    if (!context.identity) throw new Error('a handler ran before its caller was known');
    this.principal = context.identity;
    this.action = wish.action;
    this.bucket = wish.bucket;
    this.key = wish.key;
    this.#context = context;
    this.#address = address;
    this.#wish = wish;
  }

  get context(): ConditionContext {
    const { headers, clientIp, secure } = this.#context.request;
    const source = { headers: this.#wish.headers ?? headers, clientIp, secure };
    return (this.#facts ??= conditionContext(source, parametersOf(this.#address)));
  }
}

/** A bucket as its maker would own it. The name says whose it is: its end is the account's application number. */
function bucketToBe(address: BucketAddress, identity: Identity, region: string): Bucket {
  if (identity.kind === 'anonymous') throw fault('AccessDenied');
  const { uin, appId } = principalOf(identity);
  if (splitBucket(address.bucket)?.appId !== appId)
    throw fault('AccessDenied', { Message: 'The bucket name does not end in the APPID of the account.' });
  return { name: address.bucket, region, owner: uin, createdAtMs: 0, versioning: 'never', configs: {} };
}

/** The parameters of a request by lower-case name, without those of a signature; the first of a name counts. */
export function parametersOf({ query }: Address): Readonly<Record<string, string>> {
  let parameters: Record<string, string> | undefined;
  for (const [name, value] of query) {
    if (name.startsWith('q-')) continue;
    parameters ??= Object.create(null) as Record<string, string>;
    parameters[name.toLowerCase()] ??= value;
  }
  return parameters ?? noParameters;
}

const noParameters: Readonly<Record<string, string>> = Object.freeze({});
