/**
 * Resolves the service's address and the keys of a command. Settings come in layers: flags over environment over a
 * profile or another tool's configuration over defaults. The first layer that names a place decides the place, the
 * first with keys the keys.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { keysFromCommand } from './credential-command.ts';
import { UsageFailure } from '../words/failure.ts';
import { readForeign } from './foreign.ts';
import { t } from '../terminal/messages.ts';
import { readProfile } from './profiles.ts';
import {
  standardData,
  standardEndpoint,
  standardRegion,
  type Connection,
  type ConnectionFlags,
  type Keys,
  type Layer,
  type Surroundings,
} from './settings.ts';

/** Settles the layers. Throws UsageFailure for settings that make no sense. */
export async function resolveConnection(flags: ConnectionFlags, around: Surroundings): Promise<Connection> {
  const layers = await layersOf(flags, around);
  const place = await placeOf(layers, around.cwd);
  const { from, expiresAtMs, ...keys } = await keysOf(layers, around);
  return {
    ...place,
    ...keys,
    regions: Object.assign({}, ...layers.map(({ regions }) => regions ?? {}).reverse()) as Record<
      string,
      string
    >,
    keysFrom: from,
    ...(expiresAtMs === undefined ? {} : { keysExpireAtMs: expiresAtMs, credentialProcess: from }),
  };
}

async function layersOf(flags: ConnectionFlags, around: Surroundings): Promise<readonly Layer[]> {
  const { env } = around;
  const set = (name: string): string | undefined => env[name] || undefined;
  const fromEnv: Layer = {
    from: t`the environment`,
    endpoint: set('SAMPAN_ENDPOINT'),
    region: set('SAMPAN_REGION'),
    secretId: set('SAMPAN_SECRET_ID'),
    secretKey: set('SAMPAN_SECRET_KEY'),
    token: set('SAMPAN_TOKEN'),
    data: set('SAMPAN_DATA'),
    credentialProcess: set('SAMPAN_CREDENTIAL_PROCESS'),
  };
  const foreign = flags.configFrom ?? set('SAMPAN_CONFIG_FROM');
  const profile = flags.profile ?? set('SAMPAN_PROFILE');
  if (foreign !== undefined && profile !== undefined && flags.profile !== undefined)
    throw new UsageFailure(t`--profile and --config-from name two configurations: give one`);
  const kept =
    foreign === undefined ? await readProfile(profile, around) : await readForeign(foreign, around);
  return [{ from: t`flags`, regionIsCloud: true, ...flags }, fromEnv, ...(kept ? [kept] : [])];
}

type Place = Pick<Connection, 'endpoint' | 'region' | 'domain' | 'serviceDomain' | 'protocol' | 'dataFolder'>;

async function placeOf(layers: readonly Layer[], cwd: string): Promise<Place> {
  const region = layers.find((layer) => layer.region !== undefined)?.region;
  for (const layer of layers) {
    if (layer.endpoint !== undefined) return at(layer.endpoint, region);
    if (layer.data === undefined) continue;
    const folder = resolve(cwd, layer.data);
    const kept = await keptAddress(folder);
    if (kept) return { ...at(kept.url, region ?? kept.region), dataFolder: folder };
  }
  const cloudy = layers.find((layer) => layer.region !== undefined && layer.regionIsCloud);
  // SAMPAN_REGION alone is the local service's own setting and does not send anything to the cloud.
  if (cloudy) return cloud(region ?? standardRegion);
  const folder = resolve(cwd, layers.find(({ data }) => data !== undefined)?.data ?? standardData);
  const kept = await keptAddress(folder);
  return kept ? { ...at(kept.url, region ?? kept.region), dataFolder: folder } : at(standardEndpoint, region);
}

function cloud(region: string): Place {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(region))
    throw new UsageFailure(t`--region must be a region such as ap-guangzhou, got ${JSON.stringify(region)}`);
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
    throw new UsageFailure(t`--endpoint must be like ${standardEndpoint}, got ${JSON.stringify(endpoint)}`);
  if (url.username + url.password !== '')
    throw new UsageFailure(t`--endpoint must not hold a user or password`);
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

/** What a running service says of itself in its data folder; see address-file.ts of the service. */
async function keptAddress(
  folder: string,
): Promise<{ readonly url: string; readonly region?: string } | undefined> {
  const { url, region } = await readRecord(join(folder, 'address.json'));
  if (typeof url !== 'string') return undefined;
  return { url, ...(typeof region === 'string' ? { region } : {}) };
}

interface FoundKeys extends Keys {
  readonly from: string;
  readonly expiresAtMs?: number;
}

async function keysOf(layers: readonly Layer[], { cwd, env }: Surroundings): Promise<FoundKeys> {
  for (const layer of layers) {
    const { from, secretId, secretKey, token = '' } = layer;
    if (secretId !== undefined && secretKey !== undefined) {
      // A token that a flag or the environment gives goes with keys of any source.
      const given = token || layers.slice(0, 2).find((other) => other.token)?.token || '';
      return { secretId, secretKey, token: given, from };
    }
    if (secretId !== undefined || secretKey !== undefined)
      throw new UsageFailure(t`a SecretId and a SecretKey go together: give both or neither`);
    if (layer.credentialProcess !== undefined)
      return {
        ...(await keysFromCommand(layer.credentialProcess, { cwd, env })),
        from: layer.credentialProcess,
      };
    if (layer.data === undefined) continue;
    const folder = resolve(cwd, layer.data);
    const kept = await keptPair(folder);
    if (kept) return { ...kept, from: folder };
    throw new UsageFailure(t`${folder} holds no key pair of a local service`);
  }
  const kept = await keptPair(resolve(cwd, standardData));
  if (kept) return { ...kept, from: resolve(cwd, standardData) };
  throw new UsageFailure(
    t`no keys: run sampan login, set SAMPAN_SECRET_ID and SAMPAN_SECRET_KEY, or name the folder of a local service with --data`,
  );
}

/** What `sampan serve` keeps in its data folder. */
async function keptPair(folder: string): Promise<Keys | undefined> {
  const { secretId, secretKey } = await readRecord(join(folder, 'credentials.json'));
  return typeof secretId === 'string' && typeof secretKey === 'string'
    ? { secretId, secretKey, token: '' }
    : undefined;
}

async function readRecord(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown> | null) ?? {};
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A parser's message would quote the secret.
    if (error instanceof SyntaxError || code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw error;
  }
}
