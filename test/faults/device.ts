/**
 * A device: storage and locks that outlive its processes, files that change, a network, a screen. A process on it can be
 * killed at any moment: nothing of it is heard again, its locks are free, and its storage is as it was.
 */
import { createHash, createHmac } from 'node:crypto';
import { createClient } from '../../packages/sdk/src/client.ts';
import { createCredentials } from '../../packages/sdk/src/credentials.ts';
import { resolveOptions } from '../../packages/sdk/src/options.ts';
import type { Clock, Platform, RangedSource, SequentialSource } from '../../packages/sdk/src/platform.ts';
import type { VirtualClock } from '../../packages/sdk/src/testing/platform.ts';
import type { ServiceModel } from '../../packages/sdk/src/testing/service.ts';
import { classAbilities } from '../../packages/sdk/src/upload/abilities.ts';
import { takeStream } from '../../packages/sdk/src/upload/stream.ts';
import {
  createUploader,
  type Uploader,
  type UploaderOptions,
} from '../../packages/sdk/src/upload/uploader.ts';
import { bytesOf, digestOfBody } from './content.ts';
import { network, type Network, type NetworkFault, type Weather } from './network.ts';

export interface VirtualFile {
  readonly content: number;
  readonly size: number;
  readonly modifiedMs: number;
}

export interface Device {
  readonly name: string;
  readonly files: Map<string, VirtualFile>;
  readonly records: Map<string, string>;
  /** How the device's storage behaves. */
  storage: 'works' | 'fails' | 'is silent';
  online: boolean;
  visible: boolean;
}

/** A body that comes once: what a test passes as `Body` for a stream. */
export class VirtualStream {
  at = 0;
  closed = false;
  readonly content: number;
  readonly size: number;
  readonly announced: number | undefined;

  constructor(content: number, size: number, announced: number | undefined) {
    this.content = content;
    this.size = size;
    this.announced = announced;
  }
}

export interface Process {
  readonly device: Device;
  readonly uploader: Uploader;
  readonly network: Network;
  isAlive: boolean;
  /** Ends it at once. */
  kill(): void;
  /** Tells it that the network or the screen changed. */
  tell(): void;
  leftovers(): Readonly<Record<string, number>>;
}

export interface World {
  readonly clock: VirtualClock;
  readonly service: ServiceModel;
  readonly weather: Weather;
  readonly random: () => number;
  readonly count: (fault: NetworkFault) => void;
  /** Hears which process sends parts of which upload. */
  readonly onPart: (process: Process, uploadId: string) => void;
  /** Another way to the service than the one with faults. */
  readonly way?: Network;
}

export function device(name: string): Device {
  return { name, files: new Map(), records: new Map(), storage: 'works', online: true, visible: true };
}

/** Starts a process on a device. */
export function start(
  world: World,
  on: Device,
  heldLocks: Set<string>,
  options: Partial<UploaderOptions>,
): Process {
  const { clock: time, random } = world;
  const listeners = new Set<() => void>();
  const ownLocks = new Set<string>();
  const ownTimers = new Set<unknown>();
  let sources = 0;
  const forever = new Promise<never>(() => undefined);
  const isAlive = (): boolean => self.isAlive;
  /** What the dead ask for never happens. */
  const living = async <T>(work: () => T | Promise<T>): Promise<T> => (isAlive() ? work() : forever);

  const clock: Clock = {
    now: () => time.now(),
    setTimer(run, delayMs) {
      if (!isAlive()) return { timer: undefined };
      const timer = time.setTimer(() => {
        ownTimers.delete(timer.timer);
        if (isAlive()) run();
      }, delayMs);
      ownTimers.add(timer.timer);
      return timer;
    },
    clearTimer(timer) {
      ownTimers.delete(timer.timer);
      time.clearTimer(timer);
    },
  };
  const stored = async <T>(work: () => T): Promise<T> => {
    if (on.storage === 'fails') throw new Error('storage is full');
    if (on.storage === 'is silent') return forever;
    return living(work);
  };
  const ranged = (content: number, size: number, path?: string): RangedSource => {
    const identity = (): string | undefined => {
      if (path === undefined) return undefined;
      const file = on.files.get(path);
      if (!file) throw new Error('no such file');
      return `${path}:${file.size}:${file.modifiedMs}`;
    };
    return {
      kind: 'ranged',
      size,
      identity: identity(),
      read: (offset, length) =>
        living(() => {
          const file = path === undefined ? { content, size } : on.files.get(path);
          if (!file || offset + length > file.size) throw new Error('cannot read');
          return bytesOf(file.content, offset, length);
        }),
      currentIdentity: () => living(identity),
      close: async () => void (sources -= 1),
    };
  };
  const sequential = (stream: VirtualStream): SequentialSource => ({
    kind: 'sequential',
    size: stream.announced,
    next: (length) =>
      living(() => {
        const taken = Math.min(length, stream.size - stream.at);
        stream.at += taken;
        return bytesOf(stream.content, stream.at - taken, taken);
      }),
    close: async () => {
      if (!stream.closed) sources -= 1;
      stream.closed = true;
    },
  });
  const net = world.way ?? network({ ...world, isAlive, onPart: (uploadId) => world.onPart(self, uploadId) });

  const platform: Platform = {
    name: on.name,
    maxRequests: 10,
    send: (request) => (isAlive() ? net.send(request) : forever),
    open: ({ Body, FilePath }) =>
      living(() => {
        let source;
        if (Body instanceof VirtualStream) source = sequential(Body);
        else if (Body !== undefined) {
          const { content, size } = Body as VirtualFile;
          source = ranged(content, size);
        } else {
          const file = on.files.get(FilePath as string);
          if (!file) throw new Error('no such file');
          source = ranged(file.content, file.size, FilePath as string);
        }
        sources += 1;
        return source;
      }),
    digest: (bytes, want) => living(() => digestOfBody(bytes, want)),
    digests: {
      sha1Hex: (text) => createHash('sha1').update(text).digest('hex'),
      hmacSha1Hex: (key, text) => createHmac('sha1', key).update(text).digest('hex'),
    },
    storage: {
      load: (key) => stored(() => on.records.get(key)),
      save: (key, text) => stored(() => void on.records.set(key, text)),
      remove: (key) => stored(() => void on.records.delete(key)),
      keys: (prefix) => stored(() => [...on.records.keys()].filter((key) => key.startsWith(prefix))),
    },
    locks: {
      tryLock: (name) =>
        living(() => {
          const lock = `${on.name}:${name}`;
          if (heldLocks.has(lock)) return undefined;
          heldLocks.add(lock);
          ownLocks.add(lock);
          return () => {
            heldLocks.delete(lock);
            ownLocks.delete(lock);
          };
        }),
    },
    clock,
    lifecycle: {
      isOnline: () => on.online,
      isVisible: () => on.visible,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    random,
  };
  const settings = resolveOptions(
    { SecretId: 'AKIDEXAMPLE', SecretKey: 'examplekey', ...options },
    {
      AutoSwitchHost: false,
      SimpleUploadMethod: 'putObject',
      UploadQueueSize: 10_000,
      UploadIdCacheLimit: 50,
      Protocol: 'https',
      hostOptions: [],
    },
  );
  const client = createClient(platform, {
    settings,
    credentials: createCredentials(platform, settings, undefined),
  });
  const self: Process = {
    device: on,
    network: net,
    uploader: createUploader(client, platform, settings, { abilities: { ...classAbilities, takeStream } }),
    isAlive: true,
    kill() {
      self.isAlive = false;
      for (const timer of ownTimers) time.clearTimer({ timer });
      for (const lock of ownLocks) heldLocks.delete(lock);
      ownLocks.clear();
      listeners.clear();
    },
    tell() {
      for (const listener of [...listeners]) listener();
    },
    leftovers: () => ({
      timers: ownTimers.size,
      locks: ownLocks.size,
      listeners: listeners.size,
      sources,
      requests: net.open,
      held: self.uploader.held.size,
      slots: self.uploader.queue.running,
    }),
  };
  return self;
}
