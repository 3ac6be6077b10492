/** Who calls, and whether they may: the part of the way of a request before its handler. */
import { fault, operations, splitBucket, type Operation, type OperationName } from '@sampan/protocol';
import { refuseUnaccelerated } from './accelerate.ts';
import { mayDo, mightDo } from '../access/authorise.ts';
import {
  aclFieldsOf,
  conditionContext,
  versionContext,
  type ContextSource,
} from '../access/condition-context.ts';
import type { ConditionContext } from '../access/conditions.ts';
import { bucketMeant, refuseMeantElsewhere, type SignedRequest } from '../access/coverage.ts';
import { principalOf, type Identity } from '../access/identity.ts';
import { refuseReferer } from '../access/referer.ts';
import { enforceStrictSignature } from '../access/strict-signature.ts';
import type { Verified } from '../access/verify.ts';
import type { Address, BucketAddress } from '../http/request-address.ts';
import type { HttpRequest } from '../http/message.ts';
import type { IncomingBody } from '../body/stream.ts';
import type { PolicyQuestion, Resource } from '../access/question.ts';
import { RequestQuestion } from './policy-question.ts';
import type { RequestContext } from './request-context.ts';
import { openForm } from './form-request.ts';
import type { Bucket } from '../metadata/port.ts';

/** Finds out who calls and lets them through to an operation, or throws why not. Waits only where that takes reading. */
export function authorizeRequest(
  context: RequestContext,
  address: Address,
  name: OperationName,
): void | Promise<void> {
  const signed = signedRequest(context.request, address);
  const verified = context.service.authenticate(signed);
  Object.assign(context, { identity: verified.identity, signature: verified.signature });
  if (!verified.short) return permit(context, address, name);
  return refuseOtherMeaning(context, signed, verified).then(() => permit(context, address, name));
}

function permit(context: RequestContext, address: Address, name: OperationName): void | Promise<void> {
  const { service, request, bucket } = context;
  const operation: Operation = operations[name];
  const { action } = operation;
  const principal = identityOf(context);
  const source = { ...connectionOf(request), query: parametersOf(address) };
  const questions = (resource?: Resource) => questionsOf({ principal, resource }, operation, source);
  if (address.kind === 'service') {
    const asking = questions();
    refuseUnless(context, asking[0]!, principal.kind !== 'anonymous');
    return authorise(context, asking);
  }
  refuseUnaccelerated(address, name, bucket);
  if (name === 'putBucket') {
    const region = address.region ?? service.backend.region;
    return authorise(context, questions({ bucket: bucketToBe(address, principal, region) }));
  }
  if (!bucket) throw fault('NoSuchBucket');
  // A signature proves more than the page that a link stands on, so signed requests are let through.
  if (principal.kind === 'anonymous' && (name === 'getObject' || name === 'headObject'))
    refuseReferer(bucket.configs['referer'], request.headers['referer']);
  if (name === 'deleteMultipleObject') {
    // Its handler asks for each key. Who could delete none is refused before the document is read.
    enforceSignatureRules(context, address, bucket, action);
    const [question] = questions({ bucket });
    refuseUnless(context, question!, mightDo({ principal, action, resource: { bucket } }));
    return undefined;
  }
  enforceSignatureRules(context, address, bucket, action);
  return authorise(context, questions({ bucket, key: address.key }));
}

/** Reads a form up to its file, finds out who sent it and lets them through, or throws why not. */
export async function authorizeForm(
  context: RequestContext,
): Promise<{ form: Readonly<Record<string, string>>; body: IncomingBody }> {
  const { service, request, address, bucket } = context;
  if (address?.kind !== 'bucket' || !bucket) throw fault('NoSuchBucket');
  refuseUnaccelerated(address, 'postObject', bucket);
  // Who sends it stands in it, so that until its file begins anybody could.
  const known = request.body.demand?.(service.unknownBytesPerSecond);
  const { fields, key, file } = await openForm(request).finally(() => known?.());
  const signed = signedRequest(request, address);
  const verified = service.authenticateForm({ bucket: address.bucket, fields, request: signed });
  Object.assign(context, { identity: verified.identity, signature: verified.signature });
  if (verified.short) await refuseOtherMeaning(context, signed, verified);
  const { action } = operations.postObject;
  enforceSignatureRules(context, address, bucket, action);
  const source = { ...connectionOf(request), query: parametersOf(address), form: fields };
  const asking = { principal: verified.identity, resource: { bucket, key } };
  await authorise(context, questionsOf(asking, operations.postObject, source));
  return { form: fields, body: file(verified.allowance) };
}

/**
 * The questions that an operation raises. The list of a folder is handed down to all below it, also to objects of
 * others, so that setting one asks for the permission to set lists, whichever way it comes.
 */
function questionsOf(
  asking: { readonly principal: Identity; readonly resource: Resource | undefined },
  operation: Operation,
  source: ContextSource,
): readonly RequestQuestion[] {
  const { action } = operation;
  const gather = () => conditionContext(operation, source);
  const question = new RequestQuestion({ ...asking, action }, gather);
  const opensFolder =
    asking.resource?.key?.endsWith('/') === true &&
    action !== setsAcl &&
    Object.keys(aclFieldsOf(operation, source)).length > 0;
  return opensFolder ? [question, new RequestQuestion({ ...asking, action: setsAcl }, gather)] : [question];
}

const setsAcl = operations.putObjectAcl.action;

/** Throws `AccessDenied` unless all questions are answered with yes. */
export function authorise(
  context: RequestContext,
  questions: readonly RequestQuestion[],
): void | Promise<void> {
  context.asked = questions;
  const [first, ...others] = questions;
  if (!first) return undefined;
  const answer = mayDo(first, context.service.objectAcls);
  if (typeof answer === 'boolean' && others.length === 0) return refuseUnless(context, first, answer);
  return Promise.all([answer, ...others.map((one) => mayDo(one, context.service.objectAcls))]).then(
    (answers) => answers.forEach((allowed, at) => refuseUnless(context, questions[at]!, allowed)),
  );
}

/** Checks again what depended on the body, now that it is known. Throws `AccessDenied`. */
export async function confirm(context: RequestContext, known: ConditionContext): Promise<void> {
  for (const asked of context.asked) {
    if (!asked.awaitsBody) continue;
    const question = asked.with(known);
    refuseUnless(context, question, await mayDo(question, context.service.objectAcls));
  }
}

/** Whether what was permitted depends on the body. */
export function awaitsBody(context: RequestContext): boolean {
  return context.asked.some((question) => question.awaitsBody);
}

/** Throws `AccessDenied` unless the caller may do something to one version as part of its request. */
export async function authoriseVersion(
  context: RequestContext,
  address: Address,
  { action, bucket, key, versionId }: VersionAction,
): Promise<void> {
  enforceSignatureRules(context, address, bucket, action);
  const source = { ...connectionOf(context.request), query: {} };
  const principal = identityOf(context);
  const question = new RequestQuestion({ principal, action, resource: { bucket, key } }, () =>
    versionContext(source, versionId),
  );
  refuseUnless(context, question, await mayDo(question, context.service.objectAcls));
}

/** Something that a request does to one version beside its own operation, such as reading the source of a copy. */
export interface VersionAction {
  readonly action: string;
  readonly bucket: Bucket;
  readonly key: string;
  readonly versionId?: string | undefined;
}

function refuseUnless({ trace }: RequestContext, question: PolicyQuestion, allowed: boolean): void {
  if (allowed) return;
  if (trace) trace.denied = question;
  throw fault('AccessDenied');
}

/** What the rules of a bucket demand of signatures, for each action that a request asks of it. */
function enforceSignatureRules(
  { signature, request }: RequestContext,
  { query }: Address,
  bucket: Bucket,
  action: string,
): void {
  if (signature)
    enforceStrictSignature(bucket.configs['strict-signature'], action, signature, {
      headers: request.headers,
      query,
    });
}

/** A signature over a path without its bucket must not have been meant for another bucket of this service. */
async function refuseOtherMeaning(
  { service }: RequestContext,
  signed: SignedRequest,
  { signature }: Verified,
): Promise<void> {
  const bucket = signature && bucketMeant(signed, signature);
  if (bucket !== undefined && (await service.backend.metadata.bucket(bucket))) refuseMeantElsewhere();
}

/** What a signature can cover of a request. */
export function signedRequest({ method, headers }: HttpRequest, address: Address): SignedRequest {
  const { host, path, query } = address;
  return {
    method,
    host,
    path,
    shortPath: address.kind === 'bucket' ? address.shortPath : undefined,
    bucketInHost: address.kind === 'bucket' && address.style !== 'path',
    query,
    headers,
  };
}

function connectionOf({ headers, clientIp, secure, tlsVersion }: HttpRequest) {
  return { headers, clientIp, secure, tlsVersion };
}

function identityOf({ identity }: RequestContext): Identity {
  if (!identity) throw new Error('a handler ran before its caller was known');
  return identity;
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
