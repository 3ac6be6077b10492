/** Does to one request what the rules of the laboratory say. */
import { fault, type ErrorCode } from '@sampan/protocol';
import { failureResponse } from '../http/error-response.ts';
import { requestId } from '../http/request-id.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Act, LabFacts } from './laboratory.ts';
import type { LabEffects } from './rule.ts';
import { Passage } from './spoiled-body.ts';

type Answer = (request: HttpRequest) => Promise<HttpResponse>;

/** One request among the rules that act on it. */
export interface Experiment {
  readonly acts: readonly Act[];
  readonly facts: LabFacts;
  readonly request: HttpRequest;
  readonly clock: Clock;
  /** Begins what the inspector keeps of a request that is answered here. */
  readonly trace?: ((request: HttpRequest) => object) | undefined;
}

/** Answers a request as the rules want it. `answer` carries it out. */
export async function carryOut(experiment: Experiment, answer: Answer): Promise<HttpResponse> {
  const ended = new AbortController();
  const response = await answered(experiment, answer, ended);
  const lab = experiment.acts.map(({ rule }) => rule.name).join(' ');
  // The log says that an answer was none of the service's own. What was armed for a request ends with it.
  return { ...response, outcome: { ...response.outcome, lab }, over: () => ended.abort() };
}

async function answered(
  experiment: Experiment,
  answer: Answer,
  ended: AbortController,
): Promise<HttpResponse> {
  const { acts, request, clock } = experiment;
  const cut = ({ rule }: Act): void => {
    ended.abort();
    if (request.hangUp?.()) rule.cut();
  };
  const waitMs = sum(acts, ({ rule, nth }) => {
    const { delayMs = 0, jitterMs = 0 } = rule.rule;
    return delayMs + jitterMs * rule.random(nth, 'jitter');
  });
  // A cut comes at its time, also while the request waits.
  for (const act of acts) armCut(act, clock, ended.signal, () => cut(act));
  if (waitMs > 0) await clock.sleep(waitMs, request.signal);

  const instead = await replaced(experiment, cut);
  if (instead) return { ...instead, trace: experiment.trace?.(request) };
  const clockOffsetMs = sum(acts, ({ rule }) => rule.rule.clockOffsetMs ?? 0);
  const passage = passageOf(experiment, cut);
  const sent = {
    ...plain(request),
    body: passage?.request(request.body) ?? request.body,
    ...(clockOffsetMs === 0 ? {} : { clockOffsetMs }),
  };
  const response = await answer(sent);
  const losing = acts.find(({ rule }) => rule.rule.loseAnswer);
  if (losing) {
    // An answer may still be in the making: what it says has happened when its body ends.
    for await (const _ of pieces(response.body)) continue;
    cut(losing);
    return { ...response, body: undefined };
  }
  const passed = passage ? spoiled(response, passage) : response;
  if (clockOffsetMs === 0) return passed;
  return { ...passed, headers: { ...passed.headers, date: dateAt(clock.nowMs() + clockOffsetMs) } };
}

/** What a request is without its methods of a socket: a copy that can be changed. */
function plain(request: HttpRequest): HttpRequest {
  const { method, target, headers, secure, tlsVersion, clientIp, localPort, body } = request;
  return {
    ...{ method, target, headers, secure, tlsVersion, clientIp, localPort, body },
    get signal() {
      return request.signal;
    },
  };
}

function armCut({ rule }: Act, clock: Clock, ended: AbortSignal, cut: () => void): void {
  const { cutEveryMs, cutAfterMs = Infinity } = rule.rule;
  const inMs = Math.min(cutAfterMs, cutEveryMs === undefined ? Infinity : rule.untilCutMs(cutEveryMs));
  if (inMs === Infinity) return;
  void clock.sleep(inMs, ended).then(() => {
    if (!ended.aborted) cut();
  });
}

function passageOf({ acts, request, clock }: Experiment, cut: (act: Act) => void): Passage | undefined {
  const cutting = acts.filter(({ rule }) => rule.rule.cutAfterBytes !== undefined);
  const [first] = cutting.sort((a, b) => a.rule.rule.cutAfterBytes! - b.rule.rule.cutAfterBytes!);
  const up = acts.flatMap(({ rule }) => rule.up ?? []);
  const down = acts.flatMap(({ rule }) => rule.down ?? []);
  const turning = (side: 'request' | 'answer'): (() => number) | undefined => {
    const act = acts.find(({ rule }) => rule.rule.corrupt === side);
    return act && (() => act.rule.random(act.nth, 'place'));
  };
  const [inRequest, inAnswer] = [turning('request'), turning('answer')];
  if (!first && up.length + down.length === 0 && !inRequest && !inAnswer) return undefined;
  return new Passage({
    ...{ up, down, clock, signal: request.signal },
    cutAfterBytes: first?.rule.rule.cutAfterBytes ?? Infinity,
    turnedIn: { ...(inRequest ? { request: inRequest } : {}), ...(inAnswer ? { answer: inAnswer } : {}) },
    cut: () => first && cut(first),
  });
}

/** What is answered without carrying the request out, if anything is. */
async function replaced(experiment: Experiment, cut: (act: Act) => void): Promise<HttpResponse | undefined> {
  const { acts, request, facts } = experiment;
  for (const act of acts) {
    const { offline, silent, refuse, portal, expireKeys, diskFull } = act.rule.rule;
    if (offline) {
      cut(act);
      return nothing(experiment);
    }
    if (silent) {
      await gone(request.signal);
      return nothing(experiment);
    }
    if (portal) return portalAnswer(experiment, portal);
    if (typeof refuse === 'number') return gatewayAnswer(experiment, refuse);
    if (refuse !== undefined) return refusal(experiment, refuse as ErrorCode);
    if (expireKeys && isSigned(request)) return refusal(experiment, expiryOf(request));
    if (diskFull && stores(facts)) return refusal(experiment, 'InsufficientStorage');
  }
  return undefined;
}

/** Stands for the answer of a connection that is gone. */
function nothing(experiment: Experiment): HttpResponse {
  return { status: 503, headers: {}, outcome: outcomeOf(experiment) };
}

function refusal(experiment: Experiment, code: ErrorCode): HttpResponse {
  const { request } = experiment;
  const error = code === 'AccessDenied' ? fault(code, { Message: 'Request has expired' }) : fault(code);
  const outcome = { ...outcomeOf(experiment), code };
  const about = {
    method: request.method,
    resource: `${request.headers['host'] ?? ''}${request.target.replace(/\?.*$/s, '')}`,
    requestId: outcome.requestId,
  };
  const { headers, ...answered } = failureResponse(error, about);
  const common = { server: 'tencent-cos', 'x-cos-request-id': outcome.requestId };
  return { ...answered, headers: { ...headers, ...common, ...letIn(request) }, outcome };
}

/** Pages read an error of the service only when its answer lets their origin in. */
function letIn({ headers }: HttpRequest): Record<string, string> {
  const { origin } = headers;
  return origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'Origin' };
}

/** What a proxy on the way answers: it knows nothing of COS. */
function gatewayAnswer(experiment: Experiment, status: number): HttpResponse {
  const body = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html' }, body, outcome: outcomeOf(experiment) };
}

/** A name that is never resolved, by RFC 2606. */
const portalUrl = 'http://login.portal.invalid/';

function portalAnswer(experiment: Experiment, kind: NonNullable<LabEffects['portal']>): HttpResponse {
  const body = `<!doctype html><title>Sign in</title><p>Sign in at <a href="${portalUrl}">the portal</a> to go online.\n`;
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
  return kind === 'page'
    ? { status: 200, headers, body, outcome: outcomeOf(experiment) }
    : { status: 302, headers: { ...headers, location: portalUrl }, body, outcome: outcomeOf(experiment) };
}

function spoiled(response: HttpResponse, passage: Passage): HttpResponse {
  const { body, headers } = response;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (bytes === undefined || (bytes instanceof Uint8Array && bytes.length === 0)) return response;
  // A body in pieces says its length no more, so it is said here.
  const length = bytes instanceof Uint8Array ? { 'content-length': String(bytes.length) } : {};
  return { ...response, headers: { ...length, ...headers }, body: passage.answer(bytes) };
}

async function* pieces(body: HttpResponse['body']): AsyncGenerator {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return;
  yield* body;
}

function gone(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function isSigned({ headers, target }: HttpRequest): boolean {
  return Boolean(headers['authorization']) || /[?&](q-signature|sign)=/.test(target);
}

/** Keys with a token expire with it; of others the signature does. */
function expiryOf({ headers, target }: HttpRequest): ErrorCode {
  const hasToken = headers['x-cos-security-token'] !== undefined || /[?&]x-cos-security-token=/.test(target);
  return hasToken ? 'ExpiredToken' : 'AccessDenied';
}

/** Whether a request brings something that takes room. Completing an upload and deleting do not. */
function stores({ operation, method }: LabFacts): boolean {
  if (method !== 'PUT' && method !== 'POST') return false;
  return operation !== 'multipartComplete' && operation !== 'deleteMultipleObject';
}

function outcomeOf({ facts, request, clock }: Experiment): HttpResponse['outcome'] {
  const { operation, bucket, key } = facts;
  return { requestId: requestId(clock.nowMs(), request.clientIp), operation, bucket, key };
}

function dateAt(ms: number): string {
  return new Date(ms).toUTCString();
}

function sum(acts: readonly Act[], part: (act: Act) => number): number {
  return acts.reduce((total, act) => total + part(act), 0);
}
