/** Asks the service about itself, below `/-/`. It answers requests that its root key signs. */
import COS from '@sampan/sdk';
import { language } from '../text/language.ts';
import { signedIn } from './session.ts';

/** What the service refused, with its code. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Asked {
  readonly method?: 'GET' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Sends a signed request and gives the JSON that was answered. Throws {@link Refused} for any other answer. */
export async function askService(
  path: string,
  { method = 'GET', query = {}, body, signal }: Asked = {},
): Promise<unknown> {
  const { SecretId, SecretKey, SecurityToken } = signedIn().keys;
  const authorization = COS.getAuthorization({
    SecretId,
    SecretKey,
    Method: method,
    Pathname: path,
    Query: query,
  });
  const search = new URLSearchParams(query).toString();
  const answer = await fetch(`${path}${search && `?${search}`}`, {
    method,
    cache: 'no-store',
    headers: {
      authorization,
      'accept-language': language.value,
      ...(SecurityToken ? { 'x-cos-security-token': SecurityToken } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as unknown;
  const said = (name: string): string =>
    new DOMParser().parseFromString(text, 'text/xml').querySelector(name)?.textContent ?? '';
  throw new Refused(answer.status, said('Code'), said('Message') || `HTTP ${String(answer.status)}`);
}
