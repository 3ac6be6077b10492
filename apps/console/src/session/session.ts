/**
 * Who is signed in. The keys live in this page's memory, and in the tab's session storage only when that is asked for.
 * The client speaks to the service at the page's own origin, with the bucket in the path: no other origin is needed,
 * so that the page's policy can forbid all of them.
 */
import COS from '@sampan/sdk';
import { shallowRef } from 'vue';

/** A key pair, with the token of temporary keys. */
export interface Keys {
  readonly SecretId: string;
  readonly SecretKey: string;
  readonly SecurityToken?: string | undefined;
}

/** What pages work with. */
export interface Session {
  readonly keys: Keys;
  readonly cos: COS;
  /** Names the region in calls that are about no bucket. */
  readonly region: string;
  /** The account's number, read off its buckets; the service's default when there are none. */
  readonly appId: string;
}

const storageName = 'sampan-console-keys';
const defaultRegion = 'ap-guangzhou';
const defaultAppId = '1250000000';

/** The present session; undefined while nobody is signed in. */
export const session = shallowRef<Session | undefined>();

/** The session of pages that are only shown to who is signed in. */
export function signedIn(): Session {
  if (!session.value) throw new Error('no session');
  return session.value;
}

/** A client for these keys. */
function clientFor(keys: Keys): COS {
  const { SecurityToken, ...pair } = keys;
  return new COS({
    ...pair,
    ...(SecurityToken ? { SecurityToken } : {}),
    Domain: `${location.host}/{Bucket}`,
    ServiceDomain: location.host,
    Protocol: location.protocol === 'http:' ? 'http' : 'https',
    AutoSwitchHost: false,
    UseRawKey: true,
    CompatibilityMode: true,
    ProgressInterval: 250,
    UploadQueueSize: 50_000,
    UploadIdCacheLimit: 1000,
    FileParallelLimit: 4,
  });
}

/**
 * Signs in: asks the service for the buckets, which proves the keys. Keys that may not list buckets are good as well.
 * Rejects with the service's error for wrong ones.
 */
export async function signIn(keys: Keys, remember: boolean): Promise<void> {
  const cos = clientFor(keys);
  let first: { Name: string; Location: string } | undefined;
  try {
    first = (await cos.getService({})).Buckets[0];
  } catch (error) {
    if (codeOf(error) !== 'AccessDenied') throw error;
  }
  if (remember) sessionStorage.setItem(storageName, JSON.stringify(keys));
  session.value = {
    keys,
    cos,
    region: first?.Location ?? defaultRegion,
    appId: /-(\d+)$/.exec(first?.Name ?? '')?.[1] ?? defaultAppId,
  };
}

/** Signs in with what the tab keeps; false when it keeps nothing that works. */
export async function signInAgain(): Promise<boolean> {
  const kept = keptKeys();
  if (!kept) return false;
  try {
    await signIn(kept, true);
    return true;
  } catch {
    sessionStorage.removeItem(storageName);
    return false;
  }
}

/** Forgets the keys everywhere. */
export function signOut(): void {
  sessionStorage.removeItem(storageName);
  session.value = undefined;
}

function keptKeys(): Keys | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(storageName) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return undefined;
    const { SecretId, SecretKey, SecurityToken } = kept as Record<string, unknown>;
    if (typeof SecretId !== 'string' || typeof SecretKey !== 'string') return undefined;
    return {
      SecretId,
      SecretKey,
      SecurityToken: typeof SecurityToken === 'string' ? SecurityToken : undefined,
    };
  } catch {
    return undefined;
  }
}

/** The code of an error of the SDK or the service. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** What an error says, for people. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return code === '' || message.includes(code) ? message : `${code}: ${message}`;
}
