/** Signs a request: adds its Authorization and token headers. Each attempt is signed anew, as host and time differ. */
import { defaultSignedHeader, sign, type KeyTime, type Method } from '@sampan/protocol';
import type { Address } from './address.ts';
import type { Credential, CredentialsSource } from './credentials.ts';
import type { Settings } from '../core/options.ts';
import type { Platform } from '../core/platform.ts';
import type { Scope } from '../core/credentials-provider.ts';

/** Seconds that a signature is good for. Source: the official SDKs' default. */
export const signatureSeconds = 900;

export interface Unsigned {
  readonly method: Method;
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly address: Address;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly scope: Scope;
}

/** One sending of a request: the host may be another one than that of its address. */
interface Attempt {
  readonly host: string;
  readonly attempts: number;
}

/** Fetches keys and signs; gives all headers of a request, at once where keys are at hand. */
export function authorize(
  platform: Platform,
  { settings, credentials }: { readonly settings: Settings; readonly credentials: CredentialsSource },
  request: Unsigned,
  { host, attempts }: Attempt,
): Record<string, string> | Promise<Record<string, string>> {
  const headers: Record<string, string> = { ...request.headers, host };
  if (attempts > 1) headers['x-cos-sdk-retry'] = 'true';
  const { method, scope } = request;

  const signed = (credential: Credential): Record<string, string> => {
    // A server that signs for others may want to know for whom.
    if (credential.kind === 'signature')
      for (const [name, value] of Object.entries(credential.extra)) headers[name.toLowerCase()] = value;
    if (credential.token !== undefined) headers[tokenHeader(host)] = credential.token;
    headers['authorization'] =
      credential.kind === 'signature'
        ? credential.authorization
        : sign({
            secretId: credential.secretId,
            secretKey: credential.secretKey,
            method,
            path: request.address.signedPath,
            query: Object.entries(request.query),
            headers,
            // The service drops empty headers before it verifies, and so do the official SDKs before they sign.
            signedHeaders: (name) =>
              headers[name] !== '' &&
              defaultSignedHeader(name) &&
              (settings.ForceSignHost || name !== 'host'),
            keyTime: keyTimeOf(platform, settings, credential, signatureSeconds),
            digests: platform.digests,
          }).authorization;
    return headers;
  };

  const atHand = credentials.atHand(scope);
  if (atHand) return signed(atHand);
  // The scope matters to a provider alone; fixed keys skip the work of building it.
  return credentials
    .for({
      Bucket: request.bucket,
      Region: request.region,
      Method: method,
      Key: request.key,
      Pathname: `/${request.key}`,
      Query: { ...request.query },
      Headers: spelled(settings.ForceSignHost ? headers : without(headers, 'host')),
      Scope: scope,
      SystemClockOffset: settings.SystemClockOffset,
      ForceSignHost: settings.ForceSignHost,
    })
    .then(signed);
}

/** The span in which a signature is good: the keys' own when it is known, else from a second ago for `seconds`. */
export function keyTimeOf(
  platform: Platform,
  settings: Settings,
  credential: Credential & { readonly kind: 'keys' },
  seconds: number,
): KeyTime {
  const now = Math.floor((platform.clock.now() + settings.SystemClockOffset) / 1000);
  // A server's StartTime saves clients whose clock is wrong; it needs its own end with it.
  const start = credential.startTime ?? now - 1;
  const end =
    credential.startTime !== undefined && credential.expiredTime ? credential.expiredTime : now - 1 + seconds;
  return { start, end };
}

function tokenHeader(host: string): string {
  return /\.ci\./.test(host) ? 'x-ci-security-token' : 'x-cos-security-token';
}

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const { [name]: _left, ...rest } = headers;
  return rest;
}

/** Providers know the header `Host` by this spelling. */
function spelled(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { host, ...rest } = headers;
  return host === undefined ? rest : { ...rest, Host: host };
}
