/** Who calls, and whether they may: the part of the way of a request before its handler. */
import { fault, operations, splitBucket, type OperationName } from '@sampan/protocol';
import { refuseUnaccelerated } from './access/accelerate.ts';
import { mayDo, type Question } from './access/authorise.ts';
import type { Facts } from './access/conditions.ts';
import { factsOf } from './access/facts.ts';
import { principalOf, type Identity } from './access/identity.ts';
import { refuseReferer } from './access/referer.ts';
import { refuseUncovered } from './access/strict.ts';
import type { Address, BucketAddress } from './address.ts';
import type { IncomingBody } from './body/stream.ts';
import type { Exchange } from './exchange.ts';
import { formHeaders, openForm } from './form-request.ts';
import type { Bucket } from './metadata/store.ts';
import type { Call } from './operations/call.ts';

/** What a handler is told of a request. Asking it who calls before that is known is a fault of the service. */
export function callOf(exchange: Exchange, address: Address): Call {
  const { request, service } = exchange;
  const { backend } = service;
  let facts: Facts | undefined;
  const identity = () => {
    if (!exchange.identity) throw new Error('a handler ran before its caller was known');
    return exchange.identity;
  };
  return {
    backend,
    get identity() {
      return identity();
    },
    bucket: exchange.bucket,
    region: address.region ?? backend.region,
    hostRegion: address.region,
    host: address.host,
    path: address.path,
    secure: request.secure,
    clientIp: request.clientIp,
    headers: request.headers,
    website: address.kind === 'bucket' && address.website,
    nowMs: exchange.nowMs,
    requestId: exchange.requestId,
    get signal() {
      return request.signal;
    },
    async authorise(action, bucket, key) {
      const question: Question = {
        identity: identity(),
        action,
        bucket,
        key,
        get facts() {
          return (facts ??= factsOf(request, parametersOf(address)));
        },
      };
      if (!(await mayDo(question, service.objectAcls))) throw fault('AccessDenied');
    },
  };
}

/** Finds out who calls and lets them through to an operation, or throws why not. */
export async function admit(
  exchange: Exchange,
  { call, address, name }: { call: Call; address: Address; name: OperationName },
): Promise<void> {
  const { service, request, bucket } = exchange;
  const { identity, signature } = await service.authenticate(request, address);
  exchange.identity = identity;
  const { action } = operations[name];
  if (address.kind === 'service') {
    if (identity.kind === 'anonymous') throw fault('AccessDenied');
    const facts = factsOf(request, {});
    if (!(await mayDo({ identity, action, facts }, service.objectAcls))) throw fault('AccessDenied');
    return;
  }
  refuseUnaccelerated(address, name, bucket);
  if (name === 'putBucket') return call.authorise(action, bucketToBe(address, identity, call.region));
  if (!bucket) throw fault('NoSuchBucket');
  if (name === 'getObject' || name === 'headObject')
    refuseReferer(bucket.configs['referer'], request.headers['referer']);
  // Its handler asks for each key, and answers for each.
  if (name === 'deleteMultipleObject') return;
  if (signature)
    refuseUncovered(bucket.configs['strict-signature'], action, signature, {
      headers: request.headers,
      query: address.query,
    });
  await call.authorise(action, bucket, address.key);
}

/** Reads a form up to its file, finds out who sent it and lets them through, or throws why not. */
export async function admitForm(
  exchange: Exchange,
): Promise<{ form: Readonly<Record<string, string>>; body: IncomingBody }> {
  const { service, request, address, bucket } = exchange;
  if (address?.kind !== 'bucket' || !bucket) throw fault('NoSuchBucket');
  refuseUnaccelerated(address, 'postObject', bucket);
  const { fields, key, file } = await openForm(request);
  const { identity, allowance } = await service.authenticateForm(request, address, fields);
  exchange.identity = identity;
  const asHeaders = { ...request, headers: formHeaders(request, fields) };
  await callOf({ ...exchange, request: asHeaders }, address).authorise('PostObject', bucket, key);
  return { form: fields, body: file(allowance) };
}

/** A bucket as its maker would own it. The name says whose it is: its end is the account's application number. */
function bucketToBe(address: BucketAddress, identity: Identity, region: string): Bucket {
  if (identity.kind === 'anonymous') throw fault('AccessDenied');
  const { uin, appId } = principalOf(identity);
  if (splitBucket(address.bucket)?.appId !== appId)
    throw fault('AccessDenied', { Message: 'The bucket name does not end in the APPID of the account.' });
  return { name: address.bucket, region, owner: uin, createdAtMs: 0, versioning: 'never', configs: {} };
}

/** The parameters of a request by lower-case name; the first of a name counts. */
export function parametersOf(address: Address): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of address.query) parameters[name.toLowerCase()] ??= value;
  return parameters;
}
