/** Request targets with their signatures, made before a round begins, for every server alike. */
import { createHash, createHmac } from 'node:crypto';
import { encodeStrict, signUrlQuery } from '@sampan/protocol';

/** How a server knows who asks. */
export type Signing =
  | { readonly kind: 'none' }
  | { readonly kind: 'cos'; readonly secretId: string; readonly secretKey: string }
  | { readonly kind: 's3'; readonly accessKey: string; readonly secretKey: string }
  | { readonly kind: 'azure'; readonly account: string; readonly key: string };

/** Where a server keeps its objects. */
export interface Place {
  readonly port: number;
  /** What comes before a key: empty, or a bucket. */
  readonly folder: string;
  readonly signing: Signing;
  readonly headers?: Readonly<Record<string, string>>;
}

const validSeconds = 12 * 3600;

/** A function that gives the target of a request. */
export function targets(place: Place, method: string): (path: string) => string {
  const { signing, port } = place;
  const host = `127.0.0.1:${port}`;
  switch (signing.kind) {
    case 'none':
      return (path) => path;
    case 'cos': {
      const start = Math.floor(Date.now() / 1000) - 60;
      const { secretId, secretKey } = signing;
      const keyTime = { start, end: start + validSeconds };
      return (path) => {
        const request = { method, path, query: [], headers: { host } };
        return withQuery(path, signUrlQuery({ ...request, secretId, secretKey, keyTime, digests }));
      };
    }
    case 's3':
      return (path) => withQuery(path, s3Query(signing, { method, path, host }));
    case 'azure': {
      const query = azureQuery(signing);
      return (path) => withQuery(path, query);
    }
  }
}

type Pairs = readonly (readonly [string, string])[];

function withQuery(path: string, pairs: Pairs): string {
  const query = pairs.map(([name, value]) => `${name}=${encodeStrict(value)}`).join('&');
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

const digests = {
  sha1Hex: (text: string) => createHash('sha1').update(text).digest('hex'),
  hmacSha1Hex: (key: string, text: string) => createHmac('sha1', key).update(text).digest('hex'),
};

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** A presigned address of Signature Version 4. */
function s3Query(
  { accessKey, secretKey }: { readonly accessKey: string; readonly secretKey: string },
  { method, path, host }: { readonly method: string; readonly path: string; readonly host: string },
): Pairs {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/us-east-1/s3/aws4_request`;
  const pairs: [string, string][] = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${accessKey}/${scope}`],
    ['X-Amz-Date', time],
    ['X-Amz-Expires', String(validSeconds)],
    ['X-Amz-SignedHeaders', 'host'],
  ];
  const query = pairs.map(([name, value]) => `${name}=${encodeStrict(value)}`).join('&');
  const canonical = [method, path, query, `host:${host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const hashed = createHash('sha256').update(canonical).digest('hex');
  const key = [day, 'us-east-1', 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, hashed].join('\n')).toString('hex');
  return [...pairs, ['X-Amz-Signature', signature]];
}

/** A shared access signature for a whole account. */
function azureQuery({ account, key }: { readonly account: string; readonly key: string }): Pairs {
  const [permissions, services, types, expiry, version] = [
    'rwdlac',
    'b',
    'sco',
    '2099-01-01T00:00:00Z',
    '2020-08-04',
  ];
  const text = [account, permissions, services, types, '', expiry, '', '', version, ''].join('\n');
  return [
    ['sv', version],
    ['ss', services],
    ['srt', types],
    ['sp', permissions],
    ['se', expiry],
    ['sig', createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')],
  ];
}
