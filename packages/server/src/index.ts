/** The composition root: the only place that chooses implementations. */
import { join } from 'node:path';
import { aclFromJson } from './access/acl.ts';
import { firstOf, permanentKeys, type AccountEntry } from './access/accounts.ts';
import type { ObjectAcls } from './access/authorise.ts';
import { sessionKeys } from './access/sessions.ts';
import { verifyForm } from './access/verify-form.ts';
import { verify } from './access/verify.ts';
import { openFileBlobs } from './blobs/files.ts';
import { pin } from './blobs/pins.ts';
import type { BlobStore } from './blobs/store.ts';
import { hashThreads } from './body/hash-threads.ts';
import { hashHere } from './body/hashing.ts';
import type { Receiver } from './body/receive.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Config } from './config.ts';
import { createDispatch } from './dispatch.ts';
import type { Service as Dispatched } from './exchange.ts';
import { openEdge, type Edge } from './http/edge.ts';
import { keepYoungGenerationSmall } from './http/scavenge.ts';
import { startHousekeeping, type Housekeeping } from './jobs/housekeeping.ts';
import { countRunning } from './jobs/running.ts';
import { keyPairOf } from './keypair.ts';
import { createLog, type Log } from './log.ts';
import { openSqlite } from './metadata/sqlite.ts';
import type { MetadataStore } from './metadata/store.ts';
import { createMetrics } from './metrics.ts';
import type { Backend } from './operations/call.ts';
import { handlers } from './operations/handlers.ts';
import { textRoute, withReserved } from './reserved.ts';
import { stsRoute } from './sts-route.ts';
import { runService, type ServeIo, type Service } from './serve.ts';

export { ConfigError, environmentName, readConfig, serveFlags, type Config, type Flag } from './config.ts';
export type { KeyPair } from './keypair.ts';
export type { ServeIo, Service } from './serve.ts';

/**
 * Runs a service as `sampan serve` does, until SIGTERM or SIGINT, and gives the exit status: 0 after an orderly end, 2
 * for arguments that make no sense, 1 when it could not start.
 */
export function serve(args: readonly string[], io: ServeIo): Promise<number> {
  keepYoungGenerationSmall();
  return runService(args, io, (config) => createService(config));
}

/** What a service is made of when it is not the machine's. */
export interface ServiceParts {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Stands between the service and the stores it opened; tests let them fail there. */
  readonly stores?: (opened: OpenedStores) => OpenedStores;
}

/** The stores of a service. */
export interface OpenedStores {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
}

/** Account number of the main account: clients never need it, policies and access control lists name it. */
const rootUin = '100000000001';
// Up to here a body travels inside the metadata transaction; a larger one is a file of its own (decision 0012).
const inlineBytes = 32 * 1024;
// From here on a body is hashed by another thread, so that other requests are not held up.
const hashElsewhereBytes = 256 * 1024;

/** Opens the stores and puts a service together. Throws when the data folder cannot be used. */
export async function createService(config: Config, parts: ServiceParts = {}): Promise<Service> {
  const clock = parts.clock ?? systemClock;
  const log = parts.log ?? createLog(config.logLevel);
  const nowMs = () => clock.nowMs();
  const metrics = createMetrics();
  const opened = await openStores(config, nowMs);
  const { metadata, blobs } = parts.stores?.(opened) ?? opened;
  try {
    const keyPair = config.keyPair ? { ...config.keyPair, made: false } : await keyPairOf(config.dataDir);
    const root: AccountEntry = { ...keyPair, identity: { kind: 'root', uin: rootUin, appId: config.appId } };
    const accounts = [root, ...config.accounts];
    const keys = firstOf([permanentKeys(accounts), sessionKeys(accounts)]);
    const threads = hashThreads();
    const hashing: Receiver['hashing'] = (options, sizeBytes = Infinity) =>
      sizeBytes < hashElsewhereBytes ? hashHere(options, sizeBytes) : threads.hashing(options);
    const backend: Backend = {
      metadata,
      blobs,
      receiver: { blobs, inlineBytes, hashing },
      clock,
      appId: config.appId,
      region: config.region,
      permissiveCors: config.cors,
      restoreDelayMs: config.restoreDelayMs,
      pin: (ids) => pin(blobs, ids),
    };
    const dispatched: Dispatched = {
      backend,
      handlers,
      bound: config.bound,
      authenticate: ({ method, headers }, { signedPaths, query }) =>
        verify({ method, signedPaths, query, headers }, keys, nowMs()),
      authenticateForm: (request, address, fields) => {
        const { bucket, signedPaths, query } = address;
        const signed = { method: request.method, signedPaths, query, headers: request.headers };
        return verifyForm({ bucket, fields, request: signed }, keys, nowMs());
      },
      objectAcls: aclsOf(metadata),
      alarm: (error, outcome) => log.failure(error, outcome),
    };
    const state = { closing: false };
    const routes = {
      health: textRoute(async () => ({ status: 200, body: 'ok\n' })),
      ready: textRoute(() => readiness(metadata, state)),
      metrics: textRoute(async () => ({
        status: 200,
        body: await metrics.text(),
        type: metrics.contentType,
      })),
      sts: stsRoute(accounts, nowMs),
    };
    const answer = withReserved(routes, config.bound, nowMs, createDispatch(dispatched));
    let edge: Edge | undefined;
    let housekeeping: Housekeeping | undefined;
    const running = countRunning();
    return {
      keyPair,
      get url() {
        if (!edge) throw new Error('the service is not listening');
        const host = config.host.includes(':') ? `[${config.host}]` : config.host;
        return `${config.tls ? 'https' : 'http'}://${host}:${edge.ports[0]!}`;
      },
      async listen() {
        await createBuckets(metadata, config);
        edge = await openEdge({
          host: config.host,
          ports: [config.port, ...extraPorts(config)],
          tls: config.tls,
          idleMs: config.idleMs,
          answer,
          started() {
            metrics.started();
            return running.begin();
          },
          finished(exchange, begun) {
            running.end(begun);
            if (exchange.method !== 'GET' && exchange.method !== 'HEAD') housekeeping?.released();
            metrics.finished(exchange);
            log.exchange(exchange);
          },
        });
        housekeeping = startHousekeeping({
          metadata,
          blobs,
          clock,
          alone: true,
          // Only what is on the disk stays released: after a loss of power a relaxed store may name old bytes again.
          settled: config.durability === 'full' ? () => running.settled() : undefined,
          dayMs: config.lifecycleDayMs,
          onRemoved: (job, count) => log.event('housekeeping removed something', { job, count }),
          onFailure: (job, error) => log.trouble(error, `housekeeping failed: ${job}`),
        });
      },
      async close(graceMs = 30_000) {
        state.closing = true;
        await Promise.all([edge?.close(graceMs), housekeeping?.stop()]);
        await threads.close();
        await closeStores(opened);
        log.flush();
      },
    };
  } catch (error) {
    await closeStores(opened);
    throw error;
  }
}

async function openStores({ dataDir, durability }: Config, nowMs: () => number): Promise<OpenedStores> {
  const metadata = await openSqlite({ folder: dataDir, durability, nowMs });
  try {
    const blobs = await openFileBlobs({ root: join(dataDir, 'blobs'), durable: durability === 'full' });
    return { metadata, blobs };
  } catch (error) {
    await metadata.close();
    throw error;
  }
}

/** Ports that domains are bound to besides the main one. */
function extraPorts({ port, bound }: Config): number[] {
  const asked = bound.flatMap((domain) => (domain.port === undefined ? [] : [domain.port]));
  return [...new Set(asked)].filter((extra) => extra !== port);
}

async function createBuckets(metadata: MetadataStore, config: Config): Promise<void> {
  for (const name of new Set([...config.buckets, ...config.bound.map(({ bucket }) => bucket)]))
    await metadata.createBucket({ name, region: config.region, owner: rootUin });
}

async function readiness(
  metadata: MetadataStore,
  state: { readonly closing: boolean },
): Promise<{ status: number; body: string }> {
  if (state.closing) return { status: 503, body: 'closing\n' };
  try {
    await metadata.ping();
    return { status: 200, body: 'ready\n' };
  } catch {
    return { status: 503, body: 'the metadata store does not answer\n' };
  }
}

/** The list of an object, or of the nearest folder object above it that has one. */
function aclsOf(metadata: MetadataStore): ObjectAcls {
  return async (bucket, key) => {
    for (const candidate of [key, ...foldersAbove(key)]) {
      const version = await metadata.version({ bucket, key: candidate });
      const acl = version?.kind === 'object' ? aclFromJson(version.acl) : undefined;
      if (acl) return acl;
    }
    return undefined;
  };
}

function foldersAbove(key: string): string[] {
  const folders: string[] = [];
  for (let slash = key.lastIndexOf('/', key.length - 2); slash > 0; slash = key.lastIndexOf('/', slash - 1))
    folders.push(key.slice(0, slash + 1));
  return folders;
}

async function closeStores({ metadata, blobs }: OpenedStores): Promise<void> {
  await blobs.close();
  await metadata.close();
}
