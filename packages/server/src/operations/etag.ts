/** ETags of what the service stores. Clients may take only the first kind for an MD5. */
import { createHash, randomBytes } from 'node:crypto';
import type { Encryption } from '../metadata/port.ts';

/**
 * The ETag of bytes that came as one body: their MD5. Under a key that the client named it is random, because it must
 * not give the digest of the plain bytes away.
 */
export function contentEtag(md5: string, encryption: Encryption | undefined): string {
  const isPlain = encryption === undefined || encryption.algorithm === 'AES256';
  return isPlain ? md5 : randomBytes(16).toString('hex');
}

/**
 * The ETag of an object made of parts: 32 hexadecimal digits and the number of parts. How COS computes the digits is
 * not known; these are the MD5 over the MD5s of the parts.
 */
export function multipartEtag(etags: readonly string[]): string {
  const digest = createHash('md5');
  for (const etag of etags) digest.update(/^[0-9a-f]{32}$/i.test(etag) ? Buffer.from(etag, 'hex') : etag);
  return `${digest.digest('hex')}-${etags.length}`;
}

/** The ETag of an appendable object after an append: opaque, and different after each. */
export function appendedEtag(before: string, added: string): string {
  return createHash('md5').update(`${before}+${added}`).digest('hex');
}

/** An ETag as headers and documents carry it. */
export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** An ETag as clients send it, with or without quotes. */
export function unquoted(etag: string): string {
  const bare = etag.trim();
  return bare.length > 1 && bare.startsWith('"') && bare.endsWith('"') ? bare.slice(1, -1) : bare;
}
