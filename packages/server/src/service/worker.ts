/**
 * What one thread needs to answer requests, put together: its ports, dispatch, the threads that hash for it, its counts
 * and its log. The main thread is made of it, and so is each of the others.
 */
import { aclFromJson } from '../access/acl.ts';
import { firstOf, permanentKeys, readAccounts, type AccountEntry } from '../access/accounts.ts';
import type { ObjectAcls } from '../access/authorise.ts';
import { sessionKeys } from '../access/sessions.ts';
import { verifyForm } from '../access/verify-form.ts';
import { verify } from '../access/verify.ts';
import { pin, pinnedOf } from '../jobs/pins.ts';
import { createBufferPool, type BufferPool } from '../runtime/buffer-pool.ts';
import type { HashTicket } from '../body/hashing/hash-crew.ts';
import { hashThreads } from '../body/hashing/hash-threads.ts';
import { hashHere } from '../body/hashing/hashing.ts';
import { isDamage } from '../body/prove.ts';
import type { Receiver } from '../body/receive.ts';
import type { Clock } from '../runtime/clock.ts';
import { threadShare } from '../runtime/thread-share.ts';
import { collectGarbage } from '../runtime/gc.ts';
import { troublesOf, type Trouble, type Troubles } from '../runtime/trouble.ts';
import type { Config } from './config.ts';
import { consoleRedirect, consoleRoute } from '../pipeline/console-route.ts';
import { createDispatch } from '../pipeline/dispatch.ts';
import type { Service as Dispatched } from '../pipeline/request-context.ts';
import { createCallbackClient } from '../http/callback-client.ts';
import { openEdge, type Edge, type Place } from '../http/edge.ts';
import type { Readers } from '../jobs/readers.ts';
import { countRunning } from '../jobs/in-flight.ts';
import type { KeyPair } from './root-key.ts';
import type { OpenedStores } from './stores.ts';
import { Laboratory, type LabSettings } from '../lab/laboratory.ts';
import type { LabDocument } from '../lab/rule.ts';
import type { Log } from '../observability/log.ts';
import type { MetadataStore } from '../metadata/port.ts';
import { explain, type Explainer } from '../inspect/explain.ts';
import { explanationsFor } from '../inspect/explain-in-log.ts';
import { createRecorder } from '../inspect/recorder.ts';
import { Trace } from '../inspect/trace.ts';
import type { InspectedThread, Inspection } from '../inspect/inspection.ts';
import { watchThread } from '../observability/held-thread.ts';
import { createMetrics, metricsType, type Counted } from '../observability/request-metrics.ts';
import type { Backend } from '../operations/call.ts';
import { handlers } from '../operations/handlers.ts';
import { ephemeralRoute, type Ephemeral } from '../pipeline/ephemeral-route.ts';
import { labRoute } from '../pipeline/lab-route.ts';
import { withLaboratory } from '../pipeline/laboratory.ts';
import { rootRoute, type RootCheck } from '../pipeline/root-route.ts';
import { textRoute, withReserved } from '../pipeline/system-routes.ts';
import { inspectRoutes } from '../pipeline/inspect-route.ts';
import { stsRoute } from '../pipeline/sts-route.ts';

/** What a request worker gets from the service it belongs to; plain data. */
export interface WorkerSettings {
  readonly config: Config;
  /** The root key pair. */
  readonly keyPair: KeyPair;
  /** 48 random bytes; sessions of TLS that any thread began are resumed by all. */
  readonly ticketKeys: Uint8Array;
  /** How many threads answer, this one included: they share the processors and the memory. */
  readonly threads: number;
  /** Memory of what keeps the service from being ready. */
  readonly troubles: SharedArrayBuffer;
  /** Rules of the laboratory at the start. */
  readonly laboratory: LabSettings | undefined;
}

/** What a thread that answers has of its own. */
export interface WorkerParts extends OpenedStores, WorkerSettings {
  readonly clock: Clock;
  readonly log: Log;
  /** For bodies on their way in and out; the store of blobs takes its own from there as well. */
  readonly buffers: BufferPool;
  /** For the threads that hash large bodies. */
  readonly hashers: HashTicket;
  /** Called when a request may have released something. */
  released(): void;
  /** The metrics of all threads together. */
  metrics(): Promise<string>;
  /** The requests of all threads together. */
  readonly inspection: Inspection;
  /** Absent: the service keeps what it stores. */
  readonly ephemeral?: Ephemeral | undefined;
  /** Puts rules of the laboratory in force in all threads, or none. */
  setLaboratory(document: LabDocument | undefined): Promise<void>;
}

/** A request worker as other threads call it: each method is a remote call. */
export interface RequestWorker extends Readers, InspectedThread {
  /** Opens the ports, and says where. */
  listen(place: Place): Promise<Pick<Edge, 'address' | 'ports'>>;
  /** Puts rules of the laboratory in force; without any it is off. */
  experiment(settings: LabSettings | undefined): Promise<void>;
  /** What this thread has counted. */
  counted(): Promise<Counted>;
  /** Stops being ready, lets requests in progress finish for a while, and cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/** Account number of the main account: clients never need it, policies and access control lists name it. */
export const rootUin = '100000000001';
// From here on a body is hashed by another thread, so that other requests are not held up.
const hashElsewhereBytes = 256 * 1024;
// By all threads together; 1 MiB each.
const pooledBuffers = 32;

/** The memory that one of so many threads keeps for bodies. */
export function workerBufferPool(threads: number): BufferPool {
  return createBufferPool(Math.max(1, Math.floor(pooledBuffers / threads)));
}

/** Puts a thread together. It does not listen yet. */
export function createWorker(parts: WorkerParts): RequestWorker {
  const { config, metadata, blobs, clock, log } = parts;
  const nowMs = () => clock.nowMs();
  const { secretId, secretKey } = parts.keyPair;
  const root: AccountEntry = {
    secretId,
    secretKey,
    identity: { kind: 'root', uin: rootUin, appId: config.appId },
  };
  const accounts = [root, ...readAccounts(config.accounts)];
  const keys = firstOf([permanentKeys(accounts), sessionKeys(accounts)]);
  const mode = config.signatures;
  const metrics = createMetrics();
  const held = watchThread();
  const share = threadShare();
  const hashers = hashThreads(parts.hashers, parts.buffers);
  parts.buffers.onTrim(() => {
    collectGarbage('major');
    hashers.collect();
  });
  const hashing: Receiver['hashing'] = (options, sizeBytes = Infinity) =>
    sizeBytes < hashElsewhereBytes ? hashHere(options, sizeBytes) : hashers.hashing(options);
  const backend: Backend = {
    metadata,
    blobs,
    receiver: { blobs, inlineBytes: metadata.inlineLimitBytes, hashing },
    clock,
    share,
    callbacks: createCallbackClient({ hosts: config.callbackHosts, reach: config.callbackReach }),
    appId: config.appId,
    region: config.region,
    permissiveCors: config.cors,
    restoreDelayMs: config.restoreDelayMs,
    pin: (ids) => pin(blobs, ids),
  };
  const dispatched: Dispatched = {
    handlers,
    bound: config.bound,
    authenticate: (request, atMs) => verify(request, { keys, mode, nowMs: atMs }),
    authenticateForm: (form, atMs) => verifyForm(form, { keys, mode, nowMs: atMs }),
    unknownBytesPerSecond: config.minBodyBytesPerSecond,
    objectAcls: aclsOf(metadata),
    inspected: config.inspect,
    alarm(error, outcome) {
      if (isDamage(error)) metrics.damage();
      log.failure(error, outcome);
    },
  };
  const { inspection } = parts;
  const explainer: Explainer = {
    ...{ accounts, keys, mode, metadata },
    objectAcls: dispatched.objectAcls,
    permissiveCors: config.cors,
    appId: config.appId,
    region: config.region,
    endedUpload: (uploadId) => inspection.endedUpload(uploadId),
    async knownGood(principal) {
      const selection = { limit: 1, principal, status: ['2xx'] };
      return (await inspection.list({ selection, after: undefined })).requests.length > 0;
    },
  };
  const explainInLog = config.inspect ? explanationsFor({ explainer, log, nowMs }) : undefined;
  const recorder = config.inspect ? createRecorder() : undefined;
  const troubles = troublesOf(parts.troubles);
  const state = { closing: false };
  const laboratory = new Laboratory(parts.laboratory);
  const rootCheck: RootCheck = {
    authenticate: (request) => dispatched.authenticate(request, nowMs()),
    rootUin,
  };
  const routes = {
    health: textRoute(async () => ({ status: 200, body: 'ok\n' })),
    ready: textRoute(() => readiness(parts, state, troubles)),
    metrics: textRoute(async () => ({ status: 200, body: await parts.metrics(), type: metricsType })),
    sts: stsRoute(accounts, nowMs, config.minBodyBytesPerSecond),
    ...inspectRoutes({
      inspection: config.inspect ? parts.inspection : undefined,
      rootCheck,
      clock,
    }),
    lab: rootRoute(labRoute(laboratory, parts.setLaboratory), rootCheck),
    ...(parts.ephemeral ? { ephemeral: rootRoute(ephemeralRoute(parts.ephemeral), rootCheck) } : {}),
    ...(config.console ? { console: consoleRedirect, 'console/': consoleRoute() } : {}),
  };
  const answer = withReserved(
    routes,
    { bound: config.bound, nowMs, alarm: dispatched.alarm },
    withLaboratory(
      laboratory,
      {
        ...{ bound: config.bound, clock },
        trace: config.inspect ? (request) => new Trace(request, nowMs()) : undefined,
      },
      createDispatch(backend, dispatched),
    ),
  );
  const running = countRunning();
  let edge: Edge | undefined;
  return {
    async listen(place) {
      edge = await openEdge({
        ...place,
        tls: config.tls && { ...config.tls, ticketKeys: Buffer.from(parts.ticketKeys) },
        idleMs: config.idleMs,
        headMs: config.headMs,
        connections: {
          most: shareOf(config.maxConnections, parts.threads),
          mostOfAddress: shareOf(config.maxConnectionsPerAddress, parts.threads),
        },
        answer,
        started() {
          metrics.started();
          share.arrived();
          return running.begin();
        },
        finished(exchange, begun) {
          running.end(begun);
          if (exchange.method !== 'GET' && exchange.method !== 'HEAD') parts.released();
          metrics.finished(exchange);
          recorder?.finished(exchange);
          log.exchange(exchange);
          explainInLog?.(exchange);
        },
      });
      return { address: edge.address, ports: edge.ports };
    },
    fence: () => metadata.barrier(),
    settle: () => running.settled(),
    pinned: async (ids) => pinnedOf(blobs, ids),
    recorded: async ({ selection, after }) =>
      recorder?.recorded(selection, after) ?? { entries: [], newest: 0 },
    async explained(id) {
      const found = recorder?.found(id);
      if (!found?.evidence) return found && { request: found.entry };
      return { request: found.entry, explanation: await explain(found.evidence, explainer) };
    },
    endedUpload: async (uploadId) => recorder?.endedUpload(uploadId),
    experiment: async (settings) => laboratory.set(settings),
    counted: async () => ({ ...metrics.counted(), heldMs: held.takeMs(), troubles: troubles.present() }),
    async close(graceMs) {
      state.closing = true;
      await edge?.close(graceMs);
      held.stop();
      hashers.close();
    },
  };
}

/** What one of so many threads has of a number that is for all. */
function shareOf(all: number, threads: number): number {
  return Math.max(1, Math.floor(all / threads));
}

const troubleTexts: Readonly<Record<Trouble, string>> = {
  damagedIndex: 'the metadata store is damaged\n',
  diskFull: 'the disk is full\n',
  folderGone: 'the data folder is not where it was\n',
};

async function readiness(
  stores: OpenedStores,
  state: { readonly closing: boolean },
  troubles: Troubles,
): Promise<{ status: number; body: string }> {
  if (state.closing) return { status: 503, body: 'closing\n' };
  const [trouble] = troubles.present();
  if (trouble) return { status: 503, body: troubleTexts[trouble] };
  for (const [name, store] of [
    ['metadata', stores.metadata],
    ['blob', stores.blobs],
  ] as const) {
    try {
      await store.ping();
    } catch {
      // The question itself may have met the trouble.
      const [met] = troubles.present();
      return { status: 503, body: met ? troubleTexts[met] : `the ${name} store does not answer\n` };
    }
  }
  return { status: 200, body: 'ready\n' };
}

/** The list of an object, or of the nearest folder object above it that has one. */
function aclsOf(metadata: MetadataStore): ObjectAcls {
  return async (bucket, key) => aclFromJson(await metadata.nearestAcl(bucket, [key, ...foldersAbove(key)]));
}

function foldersAbove(key: string): string[] {
  const folders: string[] = [];
  for (let slash = key.lastIndexOf('/', key.length - 2); slash > 0; slash = key.lastIndexOf('/', slash - 1))
    folders.push(key.slice(0, slash + 1));
  return folders;
}
