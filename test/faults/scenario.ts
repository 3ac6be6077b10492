/**
 * One scenario: some uploads from one or two devices, a network with faults, and things that happen to hosts, files and
 * tasks, all drawn from one seed. Then calm: the network heals, apps come back, paused tasks go on, killed processes
 * start again. What everyone was told, what the service holds and what is left are handed to the oracle.
 */
import { isCosError } from '@sampan/protocol';
import { seeded, virtualClock } from '../../packages/sdk/src/testing/platform.ts';
import { serviceModel, type ServiceModel } from '../../packages/sdk/src/testing/service.ts';
import { uploadFile } from '../../packages/sdk/src/upload/file.ts';
import type { Progress } from '../../packages/sdk/src/upload/progress.ts';
import { cancelTask, pauseTask, restartTask, whenIdle } from '../../packages/sdk/src/upload/queue.ts';
import type { UploadResult } from '../../packages/sdk/src/upload/uploader.ts';
import { contentOfBody, crc64OfFile, mib } from './content.ts';
import { device, start, VirtualStream, type Device, type Process } from './device.ts';
import { networkFaults, type Weather } from './network.ts';

/** Things that happen to hosts, files and tasks. */
export const hostFaults = [
  'kill and start again',
  'app hidden and shown',
  'offline and online',
  'pause and restart',
  'cancel',
  'file changed',
  'file shrunk',
  'file vanished',
  'content changed, times kept',
  'storage fails',
  'storage is silent',
  'upload removed by someone',
] as const;

type HostFault = (typeof hostFaults)[number];

/** One call of an uploader, and all that its caller heard. */
export interface Told {
  readonly key: string;
  readonly process: Process;
  /** What the caller passed: a path, bytes in memory, or a stream. */
  readonly kind: 'path' | 'memory' | 'stream';
  readonly size: number;
  taskId: string;
  settled: number;
  data: UploadResult | undefined;
  error: (Error & { readonly code?: string; readonly UploadId?: string }) | undefined;
  progress: Progress[];
  progressAfterEnd: number;
  cancelled: boolean;
}

export interface Story {
  readonly seed: number;
  readonly service: ServiceModel;
  readonly told: readonly Told[];
  readonly processes: readonly Process[];
  readonly devices: readonly Device[];
  /** CRC-64 of every version that the file for a key ever had. */
  readonly versions: ReadonlyMap<string, ReadonlySet<string>>;
  /** CRC-64 of everything that the service ever stored under a key. */
  readonly stored: ReadonlyMap<string, ReadonlySet<string>>;
  /** Uploads that two living processes sent parts to. */
  readonly shared: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  /** Whether storage misbehaved at any time: then records may be missing. */
  readonly storageFailed: boolean;
  readonly hung: readonly Told[];
  readonly bytes: { readonly size: number; readonly sent: number };
}

const target = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' } as const;
const sizes = [0, 1, 1000, mib - 1, mib, mib + 1, 2 * mib, 5 * mib + 7, 12 * mib, 30 * mib, 90 * mib];

/** Plays the scenario of a seed. */
export async function play(seed: number): Promise<Story> {
  const random = seeded(seed * 7919 + 1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const chance = (share: number): boolean => random() < share;
  const clock = virtualClock();
  const counts = new Map<string, number>();
  const count = (kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const stored = new Map<string, Set<string>>();
  const versions = new Map<string, Set<string>>();
  const note = (map: Map<string, Set<string>>, key: string, crc64: string): void =>
    void map.set(key, (map.get(key) ?? new Set()).add(crc64));

  const model = serviceModel({
    clock,
    contentOf: (body) => contentOfBody(body),
    hidesCrc64: chance(0.1),
    opaqueETags: chance(0.1),
    mostListed: chance(0.2) ? 3 : 1000,
  });
  const service: ServiceModel = {
    ...model,
    answer(request) {
      const response = model.answer(request);
      for (const [name, object] of model.objects) note(stored, name.split('/')[1]!, object.content.crc64);
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

  const senders = new Map<string, Set<Process>>();
  const shared = new Set<string>();
  const heldLocks = new Set<string>();
  const world = {
    clock,
    service,
    weather,
    random,
    count,
    onPart(process: Process, uploadId: string) {
      const who = senders.get(uploadId) ?? new Set();
      senders.set(uploadId, who.add(process));
      if ([...who].filter(({ isAlive }) => isAlive).length > 1) shared.add(uploadId);
    },
  };
  const options = {
    FileParallelLimit: 1 + Math.floor(random() * 3),
    ...(chance(0.4) ? { ChunkSize: pick([mib, 2 * mib]) } : {}),
    ...(chance(0.4) ? { ChunkParallelLimit: 1 + Math.floor(random() * 4) } : {}),
    UploadCheckContentMd5: chance(0.2),
    ProgressInterval: pick([0, 200, 1000]),
  };

  const devices: Device[] = chance(0.2) ? [device('one'), device('two')] : [device('one')];
  const processes: Process[] = [];
  const current = new Map<Device, Process>();
  const told: Told[] = [];
  let serial = Math.floor(random() * 40);
  let storageFailed = false;
  const nextContent = (): number => (serial = (serial + 1) % 50);

  const launch = (on: Device): Process => {
    const process = start(world, on, heldLocks, options);
    processes.push(process);
    current.set(on, process);
    return process;
  };
  const call = (process: Process, key: string, kind: Told['kind'], body: unknown, size: number): void => {
    const it: Told = {
      key,
      process,
      kind,
      size,
      taskId: '',
      settled: 0,
      data: undefined,
      error: undefined,
      progress: [],
      progressAfterEnd: 0,
      cancelled: false,
    };
    told.push(it);
    uploadFile(process.uploader, {
      ...target,
      Key: key,
      ...(kind === 'path' ? { FilePath: key } : { Body: body }),
      onTaskReady: (id) => (it.taskId = id),
      onProgress: (progress) => {
        if (it.settled > 0) it.progressAfterEnd += 1;
        it.progress.push(progress);
      },
    }).then(
      (data) => {
        it.settled += 1;
        it.data = data;
      },
      (error: unknown) => {
        it.settled += 1;
        it.error = error as Error;
      },
    );
  };
  const write = (on: Device, key: string, content: number, size: number): void => {
    on.files.set(key, { content, size, modifiedMs: clock.now() });
    note(versions, key, crc64OfFile(content, size));
  };

  // Beginning: files and their uploads.
  const keys = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i) => `file-${i}`);
  for (const on of devices) {
    const process = launch(on);
    for (const key of keys) {
      const size = pick(sizes);
      const content = nextContent();
      const kind = chance(0.75) ? 'path' : chance(0.5) ? 'memory' : 'stream';
      if (kind === 'path') write(on, key, content, size);
      else note(versions, key, crc64OfFile(content, size));
      const announced = chance(0.5) ? size : undefined;
      const body =
        kind === 'stream' ? new VirtualStream(content, size, announced) : { content, size, modifiedMs: 0 };
      call(process, key, kind, body, size);
    }
  }

  /** Starts a killed device again: it uploads what was not told to be done, as an application would. */
  const startAgain = (on: Device): void => {
    const process = launch(on);
    for (const key of keys) {
      const done = told.some((it) => it.key === key && it.process.device === on && it.data);
      if (!done && on.files.has(key)) call(process, key, 'path', undefined, on.files.get(key)!.size);
    }
  };

  const happen = async (what: HostFault): Promise<void> => {
    const on = pick(devices);
    const process = current.get(on)!;
    const key = pick(keys);
    const file = on.files.get(key);
    const tasks = told.filter((it) => it.process === process && it.settled === 0);
    const task = tasks.length > 0 ? pick(tasks) : undefined;
    count(what);
    switch (what) {
      case 'kill and start again':
        process.kill();
        await clock.advance(random() * 3000);
        {
          startAgain(on);
          return;
        }
      case 'app hidden and shown':
      case 'offline and online': {
        const name = what === 'offline and online' ? 'online' : 'visible';
        on[name] = false;
        process.tell();
        await clock.advance(random() * 20_000);
        on[name] = true;
        current.get(on)!.tell();
        return;
      }
      case 'pause and restart':
        if (!task) return;
        pauseTask(process.uploader.queue, task.taskId);
        await clock.advance(chance(0.5) ? 0 : random() * 5000);
        {
          restartTask(process.uploader.queue, task.taskId);
          return;
        }
      case 'cancel':
        if (!task) return;
        task.cancelled = true;
        void cancelTask(process.uploader.queue, task.taskId);
        return;
      case 'file changed':
        if (file) write(on, key, nextContent(), chance(0.5) ? file.size : pick(sizes));
        return;
      case 'file shrunk':
        if (file) write(on, key, file.content, Math.floor(file.size * random()));
        return;
      case 'file vanished':
        on.files.delete(key);
        return;
      case 'content changed, times kept': {
        // Only while nobody reads: no host could tell this from a file that was so all along.
        if (!file) return;
        process.kill();
        const content = nextContent();
        on.files.set(key, { ...file, content });
        note(versions, key, crc64OfFile(content, file.size));
        startAgain(on);
        return;
      }
      case 'storage fails':
      case 'storage is silent':
        storageFailed = true;
        on.storage = what === 'storage fails' ? 'fails' : 'is silent';
        await clock.advance(random() * 8000);
        on.storage = 'works';
        return;
      case 'upload removed by someone': {
        const ids = [...service.uploads.keys()];
        if (ids.length > 0) service.uploads.delete(pick(ids));
        return;
      }
    }
  };

  const events = chance(0.25) ? 0 : Math.floor(random() * 6);
  for (let i = 0; i < events; i++) {
    await clock.advance(random() * pick([50, 1000, 10_000]));
    await happen(pick(hostFaults));
  }

  // Calm: everything heals, and what was left undone is left to end.
  await clock.advance(random() * 20_000);
  weather.faultRate = 0;
  for (const on of devices) {
    on.online = on.visible = true;
    on.storage = 'works';
    current.get(on)!.tell();
  }
  const isOpen = (it: Told): boolean => it.process.isAlive && it.settled === 0;
  for (let hours = 0; hours < 24 && told.some(isOpen); hours += 0.05) await clock.advance(180_000);
  const hung = told.filter(isOpen);
  if (hung.length === 0)
    for (const process of processes)
      if (process.isAlive) await clock.run(whenIdle(process.uploader.queue), 24 * 3_600_000);
  await clock.advance(1000);

  for (const { error } of told) if (error && (!isCosError(error) || error.code === 'HostError')) throw error;
  const size = told.reduce((sum, it) => sum + (it.data ? it.size : 0), 0);
  const sent = told.reduce((sum, it) => sum + (it.data?.sentBytes ?? 0), 0);
  return {
    seed,
    service,
    told,
    processes,
    devices,
    versions,
    stored,
    shared: [...shared],
    counts,
    storageFailed,
    hung,
    bytes: { size, sent },
  };
}
