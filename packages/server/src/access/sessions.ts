/**
 * Temporary keys that need no memory: a token carries everything the service must know about it, sealed under a key
 * that is derived from the permanent key of its request. Several processes agree on them without talking, they
 * survive a restart, and they end with the permanent key.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AccountEntry, Found, KeySource } from './accounts.ts';
import { principalOf } from './identity.ts';
import { readPolicy } from './policy.ts';

/** What a temporary key may do, and until when. */
export interface SessionGrant {
  /** The policy document as its asker wrote it. */
  readonly policy: unknown;
  readonly expiresAtSeconds: number;
}

/** A temporary key. */
export interface SessionKeys {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string;
}

/** Longest token. Source: https://cloud.tencent.com/document/api/1312/48195 (Credentials.Token). */
export const maxTokenBytes = 4096;

/** Makes a temporary key for the holder of a permanent one. */
export function issueSession(issuer: AccountEntry, grant: SessionGrant): SessionKeys {
  const secretId = `AKID${randomBytes(36).toString('base64url')}`;
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', derived(issuer, 'seal'), nonce);
  cipher.setAAD(Buffer.from(issuer.secretId));
  const content = deflateRawSync(JSON.stringify({ ...grant, secretId } satisfies Sealed));
  const sealed = Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  const token = `${Buffer.from(issuer.secretId).toString('base64url')}.${sealed.toString('base64url')}`;
  return { secretId, secretKey: secretKeyOf(issuer, secretId), token };
}

/** Knows the temporary keys that were made from any of these permanent ones. */
export function sessionKeys(issuers: readonly AccountEntry[]): KeySource {
  const byId = new Map(issuers.map((issuer) => [issuer.secretId, issuer]));
  return {
    find(secretId, token, nowMs): Found {
      if (token === undefined || token === '') return { ok: false, reason: 'unknown' };
      const [name = '', sealed = ''] = token.split('.');
      const issuer = byId.get(Buffer.from(name, 'base64url').toString());
      const content = issuer && opened(issuer, sealed);
      if (!issuer || !content || !same(content.secretId, secretId)) return { ok: false, reason: 'token' };
      if (content.expiresAtSeconds * 1000 <= nowMs) return { ok: false, reason: 'expired' };
      const policy = readPolicy(content.policy, 'identity');
      if (!policy.ok) return { ok: false, reason: 'token' };
      return {
        ok: true,
        secretKey: secretKeyOf(issuer, secretId),
        identity: { kind: 'session', of: principalOf(issuer.identity), policy: policy.policy },
      };
    },
  };
}

interface Sealed extends SessionGrant {
  readonly secretId: string;
}

/** Whose temporary key a token is and until when, whether it has ended or not; undefined for a token of somebody else. */
export function sealedIn(
  token: string,
  issuers: readonly AccountEntry[],
): { readonly secretId: string; readonly expiresAtSeconds: number } | undefined {
  const [name = '', sealed = ''] = token.split('.');
  const issuer = issuers.find(({ secretId }) => secretId === Buffer.from(name, 'base64url').toString());
  const content = issuer && opened(issuer, sealed);
  return content && { secretId: content.secretId, expiresAtSeconds: content.expiresAtSeconds };
}

const nonceBytes = 12;
const tagBytes = 16;
// A policy is at most 20 KB of text, so anything that grows beyond this was not sealed here.
const maxContentBytes = 256 * 1024;

function opened(issuer: AccountEntry, sealedText: string): Sealed | undefined {
  const sealed = Buffer.from(sealedText, 'base64url');
  if (sealed.length <= nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', derived(issuer, 'seal'), sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(issuer.secretId));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    const content = Buffer.concat([
      decipher.update(sealed.subarray(nonceBytes, -tagBytes)),
      decipher.final(),
    ]);
    // Authenticated, so it is what `issueSession` sealed.
    return JSON.parse(inflateRawSync(content, { maxOutputLength: maxContentBytes }).toString()) as Sealed;
  } catch {
    return undefined;
  }
}

/** The key that belongs to a temporary SecretId, if this issuer made it. */
export function secretKeyOf(issuer: AccountEntry, secretId: string): string {
  return createHmac('sha256', derived(issuer, 'key')).update(secretId).digest('base64url');
}

function derived(issuer: AccountEntry, purpose: 'seal' | 'key'): Buffer {
  return Buffer.from(hkdfSync('sha256', issuer.secretKey, issuer.secretId, `sampan/session/${purpose}`, 32));
}

function same(a: string, b: string): boolean {
  const [one, two] = [Buffer.from(a), Buffer.from(b)];
  return one.length === two.length && timingSafeEqual(one, two);
}
