/**
 * GetFederationToken: a permanent key asks for a temporary one that may do less. Both generations of the vendor's API
 * signature are understood: the current one (TC3-HMAC-SHA256 over a JSON body) and the older one over form parameters,
 * which the npm package `qcloud-cos-sts` sends. As on the vendor's endpoint, failures are HTTP 200 with an error inside.
 * Sources: https://cloud.tencent.com/document/api/1312/48195 and 1312/48171
 */
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { AccountEntry } from './accounts.ts';
import { readPolicy } from './policy.ts';
import { readJson } from './read-json.ts';
import { issueSession, maxTokenBytes } from './sessions.ts';

/** A call as it arrived. */
export interface StsCall {
  readonly method: string;
  /** Decoded path. */
  readonly path: string;
  readonly host: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface StsOptions {
  readonly accounts: readonly AccountEntry[];
  readonly nowMs: number;
}

/** An answer of the endpoint: JSON, always with status 200. */
export interface StsAnswer {
  readonly body: string;
  /** Code of the error inside, for the log. */
  readonly code?: string | undefined;
}

/** Longest lifetimes: for the root of an account and for its users. */
const maxSecondsOfRoot = 7200;
const maxSecondsOfUser = 129_600;
const defaultSeconds = 1800;
/** The call has seven; each further one costs time before it is known who calls. */
const maxParameters = 64;
/** How far the time of a call may be from the server's. */
const maxSkewSeconds = 300;

class StsProblem extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Answers one call. */
export function answerSts(call: StsCall, options: StsOptions): StsAnswer {
  const RequestId = randomUUID();
  try {
    return { body: JSON.stringify({ Response: { ...grant(call, options), RequestId } }) };
  } catch (error) {
    if (!(error instanceof StsProblem)) throw error;
    const Error = { Code: error.code, Message: error.message };
    return { body: JSON.stringify({ Response: { Error, RequestId } }), code: error.code };
  }
}

function grant(call: StsCall, { accounts, nowMs }: StsOptions): object {
  const nowSeconds = Math.floor(nowMs / 1000);
  const { values, issuer } = (call.headers['authorization'] ?? '').startsWith('TC3-')
    ? fromJson(call, accounts, nowSeconds)
    : fromForm(call, accounts, nowSeconds);
  const action = text(values, 'Action');
  if (action === 'AssumeRole')
    throw new StsProblem('ResourceNotFound.RoleNotFound', 'The service has no roles.');
  if (action !== 'GetFederationToken') throw new StsProblem('InvalidParameter', 'The Action is not known.');
  if (text(values, 'Version') !== '2018-08-13')
    throw new StsProblem('InvalidParameter', 'The Version is not known.');
  if (!/^[A-Za-z][\w.@+=,-]{0,127}$/.test(text(values, 'Name')))
    throw new StsProblem('InvalidParameterValue', 'The Name must start with a letter.');

  const policy = policyDocument(text(values, 'Policy'), issuer);
  const expiresAtSeconds = nowSeconds + lifetime(values['DurationSeconds'], issuer);
  const keys = issueSession(issuer, { policy, expiresAtSeconds });
  if (keys.token.length > maxTokenBytes)
    throw new StsProblem('InvalidParameter.ExtendStrategyOverSize', 'The Policy is too long for a token.');
  return {
    Credentials: { Token: keys.token, TmpSecretId: keys.secretId, TmpSecretKey: keys.secretKey },
    ExpiredTime: expiresAtSeconds,
    Expiration: new Date(expiresAtSeconds * 1000).toISOString().replace('.000Z', 'Z'),
  };
}

/** Reads a policy that was percent-encoded before it was put into the call; plain JSON is taken as well. */
function policyDocument(encoded: string, issuer: AccountEntry): unknown {
  if (encoded.length > 20 * 1024 * 3)
    throw new StsProblem('InvalidParameter.PolicyTooLong', 'The Policy is too long.');
  let document: unknown;
  try {
    document = readJson(encoded.trimStart().startsWith('{') ? encoded : decodeURIComponent(encoded));
  } catch {
    throw new StsProblem('InvalidParameter.StrategyFormatError', 'The Policy is not percent-encoded JSON.');
  }
  const read = readPolicy(document, 'identity');
  if (!read.ok)
    throw new StsProblem('InvalidParameter.StrategyInvalid', `The Policy is not valid: ${read.problem}.`);
  if (namesOthers(document, issuer))
    throw new StsProblem(
      'InvalidParameter.GrantOtherResource',
      'The Policy names resources of another account.',
    );
  return document;
}

/** Whether some resource names an account that is not the issuer's. */
function namesOthers(document: unknown, { identity }: AccountEntry): boolean {
  const { uin, appId } = identity.kind === 'session' ? identity.of : identity;
  const own = new Set(['', '*', `uid/${appId}`, `uin/${uin}`]);
  const accounts = [...JSON.stringify(document).matchAll(/"qcs:[^":]*:cos:[^":]*:([^":]*):/g)];
  return accounts.some(([, account = '']) => !own.has(account) && !account.includes('*'));
}

function lifetime(value: unknown, { identity }: AccountEntry): number {
  if (value === undefined) return defaultSeconds;
  const seconds = Number(value);
  if (!Number.isSafeInteger(seconds) || seconds < 1)
    throw new StsProblem('InvalidParameter.ParamError', 'DurationSeconds must be a whole number from 1.');
  if (seconds > (identity.kind === 'root' ? maxSecondsOfRoot : maxSecondsOfUser))
    throw new StsProblem('InvalidParameter.OverTimeError', 'DurationSeconds is above the maximum.');
  return seconds;
}

interface Authenticated {
  readonly values: Readonly<Record<string, unknown>>;
  readonly issuer: AccountEntry;
}

function fromForm(call: StsCall, accounts: readonly AccountEntry[], nowSeconds: number): Authenticated {
  if (call.body.split('&', maxParameters + 1).length > maxParameters)
    throw new StsProblem('InvalidParameter', 'There are too many parameters.');
  const values = Object.fromEntries(new URLSearchParams(call.body));
  const issuer = issuerOf(accounts, text(values, 'SecretId'));
  refuseSkew(Number(text(values, 'Timestamp')), nowSeconds);
  const { Signature: _, ...signed } = values;
  const pairs = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${signed[name] ?? ''}`)
    .join('&');
  const algorithm = values['SignatureMethod'] === 'HmacSHA256' ? 'sha256' : 'sha1';
  const expected = createHmac(algorithm, issuer.secretKey)
    .update(`${call.method}${call.host}${call.path}?${pairs}`)
    .digest('base64');
  refuseDifferent(expected, text(values, 'Signature'));
  return { values, issuer };
}

function fromJson(call: StsCall, accounts: readonly AccountEntry[], nowSeconds: number): Authenticated {
  const { headers } = call;
  const found =
    /^TC3-HMAC-SHA256 Credential=([^/\s]+)\/(\d{4}-\d\d-\d\d)\/([a-z0-9]+)\/tc3_request,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    );
  const [, secretId, date = '', service = '', signedHeaders = '', signature = ''] = found ?? [];
  if (secretId === undefined)
    throw new StsProblem('AuthFailure.SignatureFailure', 'The Authorization header is malformed.');
  const issuer = issuerOf(accounts, secretId);
  const timestamp = headers['x-tc-timestamp'] ?? '';
  refuseSkew(Number(timestamp), nowSeconds);
  if (new Date(Number(timestamp) * 1000).toISOString().slice(0, 10) !== date)
    throw new StsProblem(
      'AuthFailure.SignatureFailure',
      'The date of the signature is not that of the call.',
    );

  const canonicalHeaders = (host: string): string =>
    signedHeaders
      .split(';')
      .map((name) => `${name}:${(name === 'host' ? host : (headers[name] ?? '')).trim().toLowerCase()}\n`)
      .join('');
  const toSign = (host: string): string => {
    const canonical = [call.method, call.path, '', canonicalHeaders(host), signedHeaders, sha256(call.body)];
    return [
      'TC3-HMAC-SHA256',
      timestamp,
      `${date}/${service}/tc3_request`,
      sha256(canonical.join('\n')),
    ].join('\n');
  };
  const key = [date, service, 'tc3_request'].reduce<Buffer>(
    (secret, word) => createHmac('sha256', secret).update(word).digest(),
    Buffer.from(`TC3${issuer.secretKey}`),
  );
  // Some of the vendor's SDKs sign the host without its port, which the real service does not have.
  const expected = [call.host, call.host.replace(/:\d+$/, '')].map((host) =>
    createHmac('sha256', key).update(toSign(host)).digest('hex'),
  );
  refuseDifferent(expected.find((each) => each === signature) ?? expected[0]!, signature);
  const values = {
    ...parameters(call.body),
    Action: headers['x-tc-action'],
    Version: headers['x-tc-version'],
  };
  return { values, issuer };
}

function parameters(body: string): Record<string, unknown> {
  try {
    const values = readJson(body);
    if (typeof values === 'object' && values !== null) return values as Record<string, unknown>;
  } catch {
    // Answered below, as any other body that is not an object.
  }
  throw new StsProblem('InvalidParameter', 'The body is not a JSON object.');
}

function issuerOf(accounts: readonly AccountEntry[], secretId: string): AccountEntry {
  const issuer = accounts.find((account) => account.secretId === secretId);
  if (!issuer) throw new StsProblem('AuthFailure.SecretIdNotFound', 'The SecretId is not found.');
  return issuer;
}

function refuseSkew(timestamp: number, nowSeconds: number): void {
  if (!(Math.abs(timestamp - nowSeconds) <= maxSkewSeconds))
    throw new StsProblem(
      'AuthFailure.SignatureExpire',
      'The time of the call differs too much from the server time.',
    );
}

function refuseDifferent(expected: string, given: string): void {
  const [one, two] = [Buffer.from(expected), Buffer.from(given)];
  if (one.length !== two.length || !timingSafeEqual(one, two))
    throw new StsProblem('AuthFailure.SignatureFailure', 'The signature is not valid.');
}

function text(values: Readonly<Record<string, unknown>>, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '')
    throw new StsProblem('MissingParameter', `The parameter ${name} is missing.`);
  return value;
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
