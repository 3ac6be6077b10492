/** Where a store of the S3 kind is: `s3://BUCKET[/PREFIX]?endpoint=URL&region=REGION`. */

/** A checked address. */
export interface S3Address {
  readonly bucket: string;
  /** Before the name of each blob; empty or ending in `/`. */
  readonly prefix: string;
  /** Absent: the region's own of Amazon. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** From the address; absent: from the environment, as the client's documentation says. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

const parameters: ReadonlySet<string> = new Set(['endpoint', 'region']);

/** Reads an address; undefined when it is none. The text may hold a secret and must not be repeated. */
export function readS3Address(text: string): S3Address | undefined {
  if (!text.startsWith('s3://') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(url.hostname) || url.port !== '' || url.hash !== '')
    return undefined;
  for (const name of url.searchParams.keys()) if (!parameters.has(name)) return undefined;
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !(/^https?:\/\//.test(endpoint) && URL.canParse(endpoint))) return undefined;
  const path = url.pathname.replace(/^\/+|\/+$/g, '');
  const [accessKeyId, secretAccessKey] = [url.username, url.password].map(decodeURIComponent) as [
    string,
    string,
  ];
  if ((accessKeyId === '') !== (secretAccessKey === '')) return undefined;
  return {
    bucket: url.hostname,
    prefix: path === '' ? '' : `${decodeURIComponent(path)}/`,
    endpoint,
    region: url.searchParams.get('region') ?? 'us-east-1',
    credentials: accessKeyId === '' ? undefined : { accessKeyId, secretAccessKey },
  };
}
