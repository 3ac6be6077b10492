/** Where requests go and who signs them, from flags, environment and a data folder. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type COS from '@sampan/sdk';
import { standardData, standardEndpoint, standardRegion, type ConnectionFlags } from './command.ts';
import { UsageFailure } from './failure.ts';

/** What the flags come to. */
export interface Connection {
  /** As messages name it. */
  readonly endpoint: string;
  readonly region: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string;
  /** The SDK's `Domain`; empty for Tencent Cloud's own host names. */
  readonly domain: string;
  /** The SDK's `ServiceDomain`. */
  readonly serviceDomain: string;
  readonly protocol: 'http:' | 'https:';
}

/** Further options of the SDK's constructor. */
export type ClientOptions = Readonly<Record<string, unknown>>;

/** The environment, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settles flags over environment over defaults. Throws UsageFailure; reads nothing but the key pair. */
export async function resolveConnection(
  flags: ConnectionFlags,
  env: Environment,
  cwd: string,
): Promise<Connection> {
  const endpoint = flags.endpoint ?? set(env['SAMPAN_ENDPOINT']);
  // SAMPAN_REGION alone is the local service's own setting and does not send anything to the cloud.
  const where =
    endpoint === undefined && flags.region !== undefined
      ? cloud(flags.region)
      : at(endpoint ?? standardEndpoint, flags.region ?? set(env['SAMPAN_REGION']));
  const keys = await keyPair(flags, env, cwd);
  return { ...where, ...keys, token: flags.token ?? env['SAMPAN_TOKEN'] ?? '' };
}

type Place = Pick<Connection, 'endpoint' | 'region' | 'domain' | 'serviceDomain' | 'protocol'>;

function cloud(region: string): Place {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(region))
    throw new UsageFailure(`--region must be a region such as ap-guangzhou, got ${JSON.stringify(region)}`);
  const endpoint = `https://cos.${region}.myqcloud.com`;
  return { endpoint, region, domain: '', serviceDomain: '', protocol: 'https:' };
}

/** A host `cos.<region>.…` has buckets in front of it; any other takes them in the path, so that no name need resolve. */
function at(endpoint: string, givenRegion: string | undefined): Place {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const protocol = url?.protocol;
  if (
    !url ||
    (protocol !== 'http:' && protocol !== 'https:') ||
    url.pathname !== '/' ||
    url.search + url.hash !== ''
  )
    throw new UsageFailure(`--endpoint must be like ${standardEndpoint}, got ${JSON.stringify(endpoint)}`);
  if (url.username + url.password !== '')
    throw new UsageFailure('--endpoint must not hold a user or password');
  const region = givenRegion ?? /^cos\.([a-z0-9-]+)\./.exec(url.hostname)?.[1] ?? standardRegion;
  const byName = url.hostname.startsWith('cos.');
  return {
    endpoint: url.origin,
    region,
    protocol,
    domain: byName ? `{Bucket}.${url.host}` : `${url.host}/{Bucket}`,
    serviceDomain: url.host,
  };
}

async function keyPair(
  flags: ConnectionFlags,
  env: Environment,
  cwd: string,
): Promise<{ readonly secretId: string; readonly secretKey: string }> {
  const secretId = flags.secretId ?? set(env['SAMPAN_SECRET_ID']);
  const secretKey = flags.secretKey ?? set(env['SAMPAN_SECRET_KEY']);
  if (secretId !== undefined && secretKey !== undefined) return { secretId, secretKey };
  if (secretId !== undefined || secretKey !== undefined)
    throw new UsageFailure('a SecretId and a SecretKey go together: give both or neither');
  const given = flags.data ?? set(env['SAMPAN_DATA']);
  const folder = resolve(cwd, given ?? standardData);
  // What `sampan serve` keeps there; see keypair.ts of the service.
  const kept = await keptPair(join(folder, 'credentials.json'));
  if (kept) return kept;
  throw new UsageFailure(
    given === undefined
      ? 'no keys: set SAMPAN_SECRET_ID and SAMPAN_SECRET_KEY, or name the folder of a local service with --data'
      : `${folder} holds no key pair of a local service`,
  );
}

async function keptPair(
  file: string,
): Promise<{ readonly secretId: string; readonly secretKey: string } | undefined> {
  try {
    const { secretId, secretKey } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return typeof secretId === 'string' && typeof secretKey === 'string'
      ? { secretId, secretKey }
      : undefined;
  } catch (error) {
    // A parser's message would quote the secret.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function set(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** Folder for records of unfinished uploads. Source: https://specifications.freedesktop.org/basedir-spec */
export function stateFolder(env: Environment, home = homedir()): string {
  const state = env['XDG_STATE_HOME'];
  return join(state?.startsWith('/') ? state : join(home, '.local', 'state'), 'sampan');
}

/** Makes the client, which is loaded here: help and usage errors need none. Keys are taken as they are. */
export async function openCos(connection: Connection, options: ClientOptions = {}): Promise<COS> {
  const { default: Client } = await import('@sampan/sdk');
  const { secretId, secretKey, token, domain, serviceDomain, protocol } = connection;
  return new Client({
    SecretId: secretId,
    SecretKey: secretKey,
    ...(token === '' ? {} : { SecurityToken: token }),
    ...(domain === '' ? {} : { Domain: domain }),
    ...(serviceDomain === '' ? {} : { ServiceDomain: serviceDomain }),
    Protocol: protocol,
    UseRawKey: true,
    ...options,
  });
}
