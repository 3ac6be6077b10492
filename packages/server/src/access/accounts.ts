/**
 * The accounts the service knows, and where it finds the holder of a SecretId. Temporary keys come from a second
 * source with the same shape.
 */
import type { SignedIdentity } from './identity.ts';
import { readPolicy, type Policy } from './policy.ts';

/** A permanent key pair and whose it is. */
export interface AccountEntry {
  readonly secretId: string;
  readonly secretKey: string;
  readonly identity: SignedIdentity;
}

/** What a source of keys says of a SecretId. */
export type Found =
  | { readonly ok: true; readonly secretKey: string; readonly identity: SignedIdentity }
  | { readonly ok: false; readonly reason: 'unknown' | 'token' | 'expired' };

/** Knows keys: permanent ones, or temporary ones with their token. */
export interface KeySource {
  find(secretId: string, token: string | undefined, nowMs: number): Found;
}

/**
 * The permanent keys. A token belongs to a temporary key, so one that comes with a permanent key is refused: its
 * sender has mixed up two pairs of keys.
 */
export function permanentKeys(entries: readonly AccountEntry[]): KeySource {
  const byId = new Map(entries.map((entry) => [entry.secretId, entry]));
  return {
    find(secretId, token) {
      const entry = byId.get(secretId);
      if (!entry) return { ok: false, reason: 'unknown' };
      if (token !== undefined && token !== '') return { ok: false, reason: 'token' };
      return { ok: true, secretKey: entry.secretKey, identity: entry.identity };
    },
  };
}

/** Asks sources in order until one knows the key. */
export function firstOf(sources: readonly KeySource[]): KeySource {
  return {
    find(secretId, token, nowMs) {
      for (const source of sources) {
        const found = source.find(secretId, token, nowMs);
        if (found.ok || found.reason !== 'unknown') return found;
      }
      return { ok: false, reason: 'unknown' };
    },
  };
}

/**
 * Reads the document of `--accounts`:
 *
 *     { "accounts": [ { "uin": "100000000002", "appid": "1250000001", "secretId": "…", "secretKey": "…",
 *       "users": [ { "uin": "100000000021", "secretId": "…", "secretKey": "…", "policies": [ { … } ] } ] } ] }
 *
 * An account may leave out its own key pair; a user belongs to the account it stands in and may do what its policies
 * (https://cloud.tencent.com/document/product/436/18023) allow. Messages never quote values, which may be secrets.
 */
export function readAccounts(document: unknown): AccountEntry[] {
  const accounts = list(record(document, 'the document')['accounts'], 'accounts');
  const entries = accounts.flatMap((item, index) => readAccount(item, `accounts[${index}]`));
  const seen = new Set<string>();
  for (const { secretId } of entries) {
    if (seen.has(secretId)) throw new Error('a secretId is given twice');
    seen.add(secretId);
  }
  return entries;
}

function readAccount(item: unknown, at: string): AccountEntry[] {
  const account = record(item, at);
  const uin = text(account['uin'], `${at}.uin`, /^\d+$/);
  const appId = text(account['appid'], `${at}.appid`, /^\d+$/);
  const own: AccountEntry[] =
    account['secretId'] === undefined && account['secretKey'] === undefined
      ? []
      : [{ ...keyPair(account, at), identity: { kind: 'root', uin, appId } }];
  const users = list(account['users'] ?? [], `${at}.users`).map((value, index): AccountEntry => {
    const where = `${at}.users[${index}]`;
    const user = record(value, where);
    const policies: Policy[] = list(user['policies'] ?? [], `${where}.policies`).map((policy, number) => {
      const read = readPolicy(policy, 'identity');
      if (!read.ok) throw new Error(`${where}.policies[${number}]: ${read.problem}`);
      return read.policy;
    });
    const subUin = text(user['uin'], `${where}.uin`, /^\d+$/);
    return { ...keyPair(user, where), identity: { kind: 'sub', uin, appId, subUin, policies } };
  });
  return [...own, ...users];
}

function keyPair(from: Record<string, unknown>, at: string): { secretId: string; secretKey: string } {
  return {
    secretId: text(from['secretId'], `${at}.secretId`, /^[^\s&=;]+$/),
    secretKey: text(from['secretKey'], `${at}.secretKey`, /./),
  };
}

function record(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${at} must be an object`);
  return value as Record<string, unknown>;
}

function list(value: unknown, at: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${at} must be a list`);
  return value;
}

function text(value: unknown, at: string, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new Error(`${at} is missing or malformed`);
  return value;
}
