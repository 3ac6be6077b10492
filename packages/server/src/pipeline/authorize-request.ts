/** Who calls, and whether they may: the part of the way of a request before its handler. */
import { fault, operations, splitBucket } from '@sampan/protocol';
import { refuseUnaccelerated } from './accelerate.ts';
import { mayDo, mightDo } from '../access/authorise.ts';
import { aclFieldsOf, conditionContext, versionContext } from '../access/condition-context.ts';
import type { ConditionContext } from '../access/conditions.ts';
import { bucketMeant, refuseMeantElsewhere, type SignedRequest } from '../access/coverage.ts';
import { anonymous, principalOf } from '../access/identity.ts';
import type { PolicyQuestion, Resource } from '../access/question.ts';
import { refuseReferer } from '../access/referer.ts';
import { enforceStrictSignature } from '../access/strict-signature.ts';
import { RequestQuestion } from './policy-question.ts';
import type {
  ArrivedRequest,
  IdentifiedRequest,
  LocatedRequest,
  MatchedRequest,
  PermittedRequest,
  RequestProgress,
} from './request-context.ts';
import { openForm } from './form-request.ts';
import { refuseMissingLength } from './read-document.ts';
import { regionOf, type Call } from '../operations/call.ts';
import type { Bucket } from '../metadata/port.ts';

/** Finds out who calls, and lets them through to an operation, or throws why not. */
export async function authorizeRequest(
  matched: MatchedRequest,
  progress: RequestProgress,
): Promise<PermittedRequest> {
  // Browsers send preflights without a signature, and they do nothing.
  if (matched.name === 'optionsObject') return { ...matched, identity: anonymous, questions: [] };
  if (matched.operation.request.body.kind !== 'form') return permit(progress.advance(identify(matched)));
  refuseMissingLength(matched);
  return permit(progress.advance(await identifyForm(matched)));
}

/** Finds out who calls. Throws what is answered to a signature that does not hold. */
function identify(matched: MatchedRequest): IdentifiedRequest {
  return { ...matched, ...matched.service.authenticate(signedRequest(matched), matched.nowMs) };
}

/** Reads a form up to its file and finds out who sent it. */
async function identifyForm(matched: MatchedRequest): Promise<IdentifiedRequest> {
  const { service, request, address, bucket, name } = matched;
  if (address.kind !== 'bucket' || !bucket) throw fault('NoSuchBucket');
  refuseUnaccelerated(address, name, bucket);
  // Who sends it stands in it, so that until its file begins anybody could.
  const known = request.body.demand?.(service.unknownBytesPerSecond);
  const { fields, key, file } = await openForm(request).finally(() => known?.());
  if (matched.trace && fields['q-signature'] !== undefined) matched.trace.form = fields;
  const form = { bucket: address.bucket, fields, request: signedRequest(matched) };
  const { allowance, ...verified } = service.authenticateForm(form, matched.nowMs);
  return { ...matched, ...verified, form: { fields, key, body: file(allowance) } };
}

/** Lets a caller through to an operation, or throws why not. */
async function permit(identified: IdentifiedRequest): Promise<PermittedRequest> {
  if (identified.short === true) await refuseOtherMeaning(identified);
  const questions = questionsOf(identified);
  for (const question of questions)
    refuseUnless(identified, question, await mayDo(question, identified.service.objectAcls));
  return { ...identified, questions };
}

/** The questions that a request raises before its handler runs. Throws what needs no question. */
function questionsOf(identified: IdentifiedRequest): readonly RequestQuestion[] {
  const { request, bucket, address, name, identity, operation, form } = identified;
  if (address.kind === 'service') {
    const questions = questionsAbout(identified, undefined);
    refuseUnless(identified, questions[0], identity.kind !== 'anonymous');
    return questions;
  }
  refuseUnaccelerated(address, name, bucket);
  if (name === 'putBucket')
    return questionsAbout(identified, { bucket: bucketToBe(identified, address.bucket) });
  if (!bucket) throw fault('NoSuchBucket');
  // A signature proves more than the page that a link stands on, so signed requests are let through.
  if (identity.kind === 'anonymous' && (name === 'getObject' || name === 'headObject'))
    refuseReferer(bucket.configs['referer'], request.headers['referer']);
  enforceSignatureRules(identified, bucket, operation.action);
  const questions = questionsAbout(identified, { bucket, key: form?.key ?? address.key });
  if (name !== 'deleteMultipleObject') return questions;
  // Its handler asks for each key. Who could delete none is refused before the document is read.
  refuseUnless(identified, questions[0], mightDo(questions[0]));
  return [];
}

/**
 * The question of an operation. The list of a folder is handed down to all below it, also to objects of others, so that
 * setting one asks for the permission to set lists, whichever way it comes.
 */
function questionsAbout(
  identified: IdentifiedRequest,
  resource: Resource | undefined,
): readonly [RequestQuestion, ...RequestQuestion[]] {
  const { identity: principal, operation } = identified;
  const gather = () => conditionContext(operation, identified);
  const question = new RequestQuestion({ principal, action: operation.action, resource }, gather);
  const opensFolder =
    resource?.key?.endsWith('/') === true &&
    operation.action !== setsAcl &&
    Object.keys(aclFieldsOf(operation, identified)).length > 0;
  return opensFolder
    ? [question, new RequestQuestion({ principal, action: setsAcl, resource }, gather)]
    : [question];
}

const setsAcl = operations.putObjectAcl.action;

/** Checks again what depended on the body, now that it is known. Throws `AccessDenied`. */
export async function confirm(permitted: PermittedRequest, known: ConditionContext): Promise<void> {
  for (const question of permitted.questions) {
    if (!question.awaitsBody) continue;
    const whole = question.with(known);
    refuseUnless(permitted, whole, await mayDo(whole, permitted.service.objectAcls));
  }
}

/** Whether what was permitted depends on the body. */
export function awaitsBody({ questions }: PermittedRequest): boolean {
  return questions.some((question) => question.awaitsBody);
}

/** Throws `AccessDenied` unless the caller may do something to one version as part of its request. */
export async function authoriseVersion(
  permitted: PermittedRequest,
  { action, bucket, key, versionId }: Parameters<Call['authorise']>[0],
): Promise<void> {
  enforceSignatureRules(permitted, bucket, action);
  const { identity: principal, service } = permitted;
  const question = new RequestQuestion({ principal, action, resource: { bucket, key } }, () =>
    versionContext(permitted, versionId),
  );
  refuseUnless(permitted, question, await mayDo(question, service.objectAcls));
}

function refuseUnless({ trace }: ArrivedRequest, question: PolicyQuestion, allowed: boolean): void {
  if (allowed) return;
  if (trace) trace.denied = question;
  throw fault('AccessDenied');
}

/** What the rules of a bucket demand of signatures, for each action that a request asks of it. */
function enforceSignatureRules(
  { signature, request, address }: IdentifiedRequest,
  bucket: Bucket,
  action: string,
): void {
  if (!signature) return;
  const { headers } = request;
  enforceStrictSignature(bucket.configs['strict-signature'], action, signature, {
    headers,
    query: address.query,
  });
}

/** A signature over a path without its bucket must not have been meant for another bucket of this service. */
async function refuseOtherMeaning(identified: IdentifiedRequest): Promise<void> {
  const { backend, signature } = identified;
  const bucket = signature && bucketMeant(signedRequest(identified), signature);
  if (bucket !== undefined && (await backend.metadata.bucket(bucket))) refuseMeantElsewhere();
}

/** A request as far as a signature covers it. */
export function signedRequest({
  request: { method, headers },
  address,
}: Pick<LocatedRequest, 'request' | 'address'>): SignedRequest {
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

/** A bucket as its maker would own it. The name says whose it is: its end is the account's application number. */
function bucketToBe(identified: IdentifiedRequest, name: string): Resource['bucket'] {
  const { identity } = identified;
  if (identity.kind === 'anonymous') throw fault('AccessDenied');
  const { uin, appId } = principalOf(identity);
  if (splitBucket(name)?.appId !== appId)
    throw fault('AccessDenied', { Message: 'The bucket name does not end in the APPID of the account.' });
  return { name, region: regionOf(identified), owner: uin, configs: {} };
}
