/** What a scenario plays on: a service, devices with their processes, and everything that callers were told. */
import { seeded, virtualClock, type VirtualClock } from '../../packages/sdk/src/testing/platform.ts';
import { serviceModel, type ServiceModel } from '../../packages/sdk/src/testing/service.ts';
import { uploadFile } from '../../packages/sdk/src/upload/upload-file.ts';
import { partOf } from '../../packages/sdk/src/upload/parts/layout.ts';
import type { Progress } from '../../packages/sdk/src/upload/queue/progress.ts';
import { whenIdle } from '../../packages/sdk/src/upload/queue/queue.ts';
import type { UploadRecord } from '../../packages/sdk/src/upload/resume/record.ts';
import type { UploaderOptions, UploadResult } from '../../packages/sdk/src/upload/uploader/uploader.ts';
import { contentOfBody, crc64OfFile, crc64OfRange, mib } from './content.ts';
import { start, type Device, type Process, type World } from './device.ts';
import { networkFaults, type Weather } from './network.ts';
import { VirtualStream } from './sources.ts';

export const target = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' } as const;
export const sizes = [0, 1, 1000, mib - 1, mib, mib + 1, 2 * mib, 5 * mib + 7, 12 * mib, 30 * mib, 90 * mib];

/** One call of an uploader, and all that its caller heard. */
export interface Told {
  readonly key: string;
  readonly process: Process;
  /** What the caller passed: a path, bytes in memory, or a stream. */
  readonly kind: 'path' | 'memory' | 'stream';
  readonly size: number;
  /** Checksum of a body that is no file. */
  readonly crc64: string | undefined;
  /** A header that the object is to have. */
  readonly cacheControl: string;
  readonly calledMs: number;
  /** Bytes that the service held of this file when it was called, where a record says so. */
  readonly heldBytes: number;
  /** When the present run was asked for. */
  sinceMs: number;
  runs: number;
  taskId: string;
  settled: number;
  settledMs: number;
  data: UploadResult | undefined;
  error: (Error & { readonly code?: string; readonly UploadId?: string }) | undefined;
  progress: Progress[];
  progressAfterEnd: number;
  cancelled: boolean;
}

/** What a file was from some moment on. */
export interface Version {
  readonly crc64: string;
  readonly fromMs: number;
}

/** What happens when a request of this kind arrives at the service, just before it acts. */
export interface Trap {
  readonly process: Process;
  readonly kind: string;
  readonly act: () => void;
}

export interface Stage {
  readonly clock: VirtualClock;
  readonly random: () => number;
  pick<T>(from: readonly T[]): T;
  chance(share: number): boolean;
  readonly service: ServiceModel;
  readonly traits: { readonly hidesCrc64: boolean; readonly opaqueETags: boolean };
  readonly weather: Weather;
  readonly options: Partial<UploaderOptions>;
  readonly keys: readonly string[];
  readonly devices: Device[];
  readonly processes: Process[];
  readonly told: Told[];
  /** How often each fault came. */
  readonly counts: Map<string, number>;
  count(kind: string): void;
  /** What every file was, by device and key. */
  readonly versions: Map<Device, Map<string, Version[]>>;
  /** CRC-64 of everything that the service ever stored under a key. */
  readonly stored: Map<string, Set<string>>;
  /** `Cache-Control` that every upload was begun with, by id. */
  readonly begunWith: Map<string, string>;
  /** Uploads that two living processes sent parts to at the same time. */
  readonly shared: Set<string>;
  /** What processes held that had nothing to do. */
  readonly leaks: string[];
  trap: Trap | undefined;
  living(on: Device): Process[];
  launch(on: Device): Process;
  call(process: Process, key: string, what: Called): void;
  /** Writes a file; `modifiedMs` says which time it then tells. */
  write(on: Device, key: string, file: { content: number; size: number; modifiedMs?: number }): void;
  nextContent(): number;
}

/** What a call is given. */
export type Called =
  | { readonly kind: 'path' }
  | { readonly kind: 'memory' | 'stream'; readonly content: number; readonly size: number };

/** Sets the stage of a seed: weather, a service and its habits, files to be. */
export function setStage(seed: number): Stage {
  const random = seeded(seed * 7919 + 1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const chance = (share: number): boolean => random() < share;
  const clock = virtualClock();
  const counts = new Map<string, number>();
  const stored: Stage['stored'] = new Map();
  const versions: Stage['versions'] = new Map();
  const begunWith: Stage['begunWith'] = new Map();
  const traits = { hidesCrc64: chance(0.1), opaqueETags: chance(0.1) };
  const model = serviceModel({
    clock,
    contentOf: (body) => contentOfBody(body),
    ...traits,
    mostListed: chance(0.2) ? 3 : 1000,
  });
  const service: ServiceModel = {
    ...model,
    answer(request) {
      const response = model.answer(request);
      for (const [name, { content }] of model.objects) {
        const key = name.split('/')[1]!;
        stored.set(key, (stored.get(key) ?? new Set()).add(content.crc64));
      }
      for (const [id, { headers }] of model.uploads) begunWith.set(id, headers['cache-control'] ?? '');
      return response;
    },
  };
  const weather: Weather = {
    faultRate: pick([0, 0.02, 0.1, 0.3]),
    kinds: chance(0.3) ? [pick(networkFaults)] : networkFaults,
    latencyMs: pick([5, 40, 300]),
    bytesPerMs: pick([500, 4000, 40_000]),
    reportsProgress: chance(0.6),
  };
  const options = {
    FileParallelLimit: 1 + Math.floor(random() * 3),
    ...(chance(0.4) ? { ChunkSize: pick([mib, 2 * mib]) } : {}),
    ...(chance(0.4) ? { ChunkParallelLimit: 1 + Math.floor(random() * 4) } : {}),
    UploadCheckContentMd5: chance(0.2),
    ProgressInterval: pick([0, 200, 1000]),
  };

  /** By upload, who sent a part of it last when. */
  const senders = new Map<string, Map<Process, number>>();
  const processes: Process[] = [];
  const told: Told[] = [];
  let serial = Math.floor(random() * 40);

  const world: World = {
    clock,
    service,
    weather,
    random,
    count: (kind) => stage.count(kind),
    onPart(process, uploadId) {
      const sent = senders.get(uploadId) ?? new Map<Process, number>();
      senders.set(uploadId, sent.set(process, clock.now()));
      const key = service.uploads.get(uploadId)?.key;
      // Whose call has ended has left the upload to the next.
      const isRival = (it: Told): boolean =>
        it.key === key &&
        it.process !== process &&
        it.process.isAlive &&
        it.settled === 0 &&
        it.calledMs <= (sent.get(it.process) ?? -1);
      if (told.some(isRival)) stage.shared.add(uploadId);
    },
    onArrival(process, kind) {
      const { trap } = stage;
      if (trap?.process !== process || trap.kind !== kind) return;
      stage.trap = undefined;
      trap.act();
    },
  };

  /** Notes what a process still holds when it has nothing to do. */
  const lookForLeaks = (process: Process): void => {
    void whenIdle(process.uploader.queue).then(() => {
      if (!process.isAlive || told.some((it) => it.process === process && it.settled === 0)) return;
      for (const [what, n] of Object.entries(process.leftovers()))
        if (n !== 0) stage.leaks.push(`${n} ${what} held by an idle process of ${process.device.name}`);
    });
  };

  const stage: Stage = {
    clock,
    random,
    pick,
    chance,
    service,
    traits,
    weather,
    options,
    keys: Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i) => `file-${i}`),
    devices: [],
    processes,
    told,
    counts,
    count: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    versions,
    stored,
    begunWith,
    shared: new Set(),
    leaks: [],
    trap: undefined,
    living: (on) => processes.filter(({ device, isAlive }) => isAlive && device === on),
    launch(on) {
      const process = start(world, on, options);
      processes.push(process);
      return process;
    },
    call(process, key, what) {
      const { device } = process;
      const { size } = what.kind === 'path' ? device.files.get(key)! : what;
      const nowMs = clock.now();
      const cacheControl = chance(0.1) ? 'no-store' : 'no-cache';
      const it: Told = {
        key,
        process,
        kind: what.kind,
        size,
        crc64: what.kind === 'path' ? undefined : crc64OfFile(what.content, size),
        cacheControl,
        calledMs: nowMs,
        heldBytes: what.kind === 'path' ? heldOf(stage, device, key, cacheControl) : 0,
        sinceMs: nowMs,
        runs: 1,
        taskId: '',
        settled: 0,
        settledMs: Infinity,
        data: undefined,
        error: undefined,
        progress: [],
        progressAfterEnd: 0,
        cancelled: false,
      };
      told.push(it);
      const announced = chance(0.5) ? size : undefined;
      const Body =
        what.kind === 'stream'
          ? new VirtualStream(what.content, size, announced)
          : { ...what, modifiedMs: 0 };
      const settle = (): void => {
        it.settled += 1;
        it.settledMs = clock.now();
        lookForLeaks(process);
      };
      uploadFile(process.uploader, {
        ...target,
        Key: key,
        CacheControl: it.cacheControl,
        ...(what.kind === 'path' ? { FilePath: key } : { Body }),
        onTaskReady: (id) => (it.taskId = id),
        onProgress: (progress) => {
          if (it.settled > 0) it.progressAfterEnd += 1;
          it.progress.push(progress);
        },
      }).then(
        (data) => {
          it.data = data;
          settle();
        },
        (error: unknown) => {
          it.error = error as Error;
          settle();
        },
      );
    },
    write(on, key, { content, size, modifiedMs = clock.now() }) {
      on.files.set(key, { content, size, modifiedMs });
      const files = versions.get(on) ?? new Map<string, Version[]>();
      versions.set(on, files);
      const version = { crc64: crc64OfFile(content, size), fromMs: clock.now() };
      files.set(key, [...(files.get(key) ?? []), version]);
    },
    nextContent: () => (serial = (serial + 1) % 50),
  };
  return stage;
}

/** What the service holds of a file as it is now, in the upload of which the device has a record. */
function heldOf({ service, begunWith }: Stage, on: Device, key: string, cacheControl: string): number {
  const file = on.files.get(key)!;
  const records = [...on.records.values()].map((text) => JSON.parse(text) as UploadRecord);
  const record = records.find(({ Key }) => Key === key);
  const upload = record && service.uploads.get(record.UploadId);
  if (!upload || begunWith.get(record.UploadId) !== cacheControl) return 0;
  // Another size or time makes it another file, whatever its content.
  if (record.identity !== `${key}:${file.size}:${file.modifiedMs}`) return 0;
  let bytes = 0;
  for (const [number, { content }] of upload.parts) {
    const part = partOf(record.layout, number, file.size);
    if (!part || content.length !== part.length) continue;
    // One part of another content makes it another file.
    if (content.crc64 !== crc64OfRange(file.content, part.offset, part.length)) return 0;
    bytes += part.length;
  }
  return bytes;
}
