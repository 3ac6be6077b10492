/** Signed requests for the reserved paths of `sampan serve`, which COS does not have. */
import { encodeStrict, ServiceError, sign } from '@sampan/protocol';
import { exitStatus, Failure } from '../words/failure.ts';
import { spoken, t } from '../terminal/messages.ts';
import type { Connection } from './settings.ts';

const longestMs = 30_000;

/** Reads the JSON answer of a reserved path. Throws the service's error. */
export async function askService<Answer>(
  { endpoint, secretId, secretKey, token }: Connection,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const pairs = Object.entries(query);
  const nowSeconds = Math.floor(Date.now() / 1000);
  const url = new URL(path, endpoint);
  const { authorization } = sign({
    ...{ secretId, secretKey, method: 'GET', path: decodeURIComponent(path), query: pairs },
    headers: { host: url.host },
    keyTime: { start: nowSeconds - 60, end: nowSeconds + 600 },
  });
  url.search = pairs.map((pair) => pair.map(encodeStrict).join('=')).join('&');
  const answer = await fetch(url, {
    headers: {
      authorization,
      'accept-language': spoken(),
      ...(token === '' ? {} : { 'x-cos-security-token': token }),
    },
    signal: AbortSignal.timeout(longestMs),
  }).catch((error: unknown) => {
    // The reason is in the cause, as fetch says the same of all.
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  });
  const text = await answer.text();
  if (answer.ok && answer.headers.get('content-type') === 'application/json')
    return JSON.parse(text) as Answer;
  const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  const code = field('Code');
  const isOurs = answer.status !== 404 || code === 'InspectorOff' || code === 'NoSuchRequest';
  if (answer.ok || code === undefined || !isOurs)
    throw new Failure(
      t`${endpoint} explains no requests: it is another service than sampan serve, or an older one`,
      exitStatus.notFound,
    );
  throw new ServiceError({ Code: code, Message: field('Message') ?? '' }, answer.status, {
    requestId: field('RequestId'),
  });
}
