/** Requests with documents, for tests. */
import { createHash } from 'node:crypto';
import type { TestAnswer, TestClient, TestRequest } from './client.ts';

/** The headers of a document. */
export function documentHeaders(document: string): Record<string, string> {
  const md5 = createHash('md5').update(document).digest('base64');
  return { 'content-type': 'application/xml', 'content-md5': md5 };
}

/** Stores a document under a sub-resource. */
export function putDocument(
  client: TestClient,
  flag: string,
  document: string,
  request: TestRequest = {},
): Promise<TestAnswer> {
  return client.send({
    method: 'PUT',
    query: { [flag]: '' },
    body: document,
    ...request,
    headers: { ...documentHeaders(document), ...request.headers },
  });
}

/** Switches versioning on or suspends it. */
export async function setVersioning(client: TestClient, status: 'Enabled' | 'Suspended'): Promise<void> {
  const document = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
  const answer = await putDocument(client, 'versioning', document);
  if (answer.status !== 200) throw new Error(`versioning: ${answer.status} ${answer.text}`);
}

/** The text of every element of a name, in order. */
export function elements(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((found) => found[1] ?? '');
}

/** The headers by which a copy names its source. */
export function copySource(
  client: TestClient,
  key: string,
  options: { readonly versionId?: string; readonly bucket?: string } = {},
): Record<string, string> {
  const { region } = client.service;
  const host = `${options.bucket ?? client.bucket}.cos.${region}.myqcloud.com`;
  const version = options.versionId === undefined ? '' : `?versionId=${options.versionId}`;
  return { 'x-cos-copy-source': `${host}/${encodeURI(key)}${version}` };
}

/** The three headers of a customer's key. `prefix` is that of a copy source. */
export function customerKey(letter: string, prefix = 'x-cos-'): Record<string, string> {
  const key = Buffer.alloc(32, letter);
  return {
    [`${prefix}server-side-encryption-customer-algorithm`]: 'AES256',
    [`${prefix}server-side-encryption-customer-key`]: key.toString('base64'),
    [`${prefix}server-side-encryption-customer-key-MD5`]: createHash('md5').update(key).digest('base64'),
  };
}
