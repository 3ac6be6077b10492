/**
 * A device: storage and locks that outlive its processes, files that change, a network, a screen. A process on it can be
 * killed at any moment: nothing of it is heard again, its locks are free, and its storage is as it was.
 */
import { createHash, createHmac } from 'node:crypto';
import { createClient } from '../../packages/sdk/src/client/client.ts';
import { createCredentials } from '../../packages/sdk/src/client/credentials.ts';
import { resolveOptions } from '../../packages/sdk/src/core/options.ts';
import type { Clock, Platform } from '../../packages/sdk/src/core/platform.ts';
import type { VirtualClock } from '../../packages/sdk/src/testing/platform.ts';
import type { ServiceModel } from '../../packages/sdk/src/testing/service.ts';
import { classAbilities } from '../../packages/sdk/src/upload/class-abilities.ts';
import { takeStream } from '../../packages/sdk/src/upload/stream-upload.ts';
import {
  createUploader,
  type Uploader,
  type UploaderOptions,
} from '../../packages/sdk/src/upload/uploader/uploader.ts';
import { digestOfBody } from './content.ts';
import { network, type Network, type NetworkFault, type Weather } from './network.ts';
import { sourcesOf, type Disk } from './sources.ts';

const slowestStorageMs = 30;

export interface Device extends Disk {
  readonly name: string;
  readonly records: Map<string, string>;
  /** Who holds which lock. */
  readonly locked: Map<string, Process>;
  /** How the device's storage behaves. */
  storage: 'works' | 'fails' | 'is silent';
  /** `run out`: a lock is given to whoever asks, as when its holder was asleep for too long. */
  locks: 'work' | 'fail' | 'run out';
  online: boolean;
  visible: boolean;
  /** How far the device's clock is from the true time. */
  clockMs: number;
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
  /** What it holds now, by kind; all zero when nothing is under way. */
  leftovers(): Readonly<Record<string, number>>;
  /** Most files that it had open at once. */
  mostFiles(): number;
}

export interface World {
  readonly clock: VirtualClock;
  readonly service: ServiceModel;
  readonly weather: Weather;
  readonly random: () => number;
  readonly count: (fault: NetworkFault) => void;
  /** Hears which process sends parts of which upload. */
  readonly onPart: (process: Process, uploadId: string) => void;
  /** Hears what of a process arrives at the service, just before the service acts. */
  readonly onArrival: (process: Process, kind: string) => void;
  /** Another way to the service than the one with faults. */
  readonly way?: Network;
}

export function device(name: string): Device {
  return {
    name,
    files: new Map(),
    records: new Map(),
    locked: new Map(),
    storage: 'works',
    locks: 'work',
    disk: 'works',
    online: true,
    visible: true,
    clockMs: 0,
  };
}

/** Starts a process on a device. */
export function start(world: World, on: Device, options: Partial<UploaderOptions>): Process {
  const { clock: time, random } = world;
  const listeners = new Set<() => void>();
  const ownLocks = new Set<string>();
  const ownTimers = new Set<unknown>();
  const forever = new Promise<never>(() => undefined);
  const isAlive = (): boolean => self.isAlive;
  /** What the dead ask for never happens. */
  const living = async <T>(work: () => T | Promise<T>): Promise<T> => (isAlive() ? work() : forever);

  const clock: Clock = {
    now: () => time.now() + on.clockMs,
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
    // What was asked for is done even if the process that asked is dead by then, and in no order.
    await new Promise<void>((resolve) => void time.setTimer(resolve, random() * slowestStorageMs));
    const value = work();
    return living(() => value);
  };
  const unlock = (name: string): void => {
    if (on.locked.get(name) === self) on.locked.delete(name);
  };
  const sources = sourcesOf({ clock: time, disk: on, random, living });
  const net =
    world.way ??
    network({
      ...world,
      isAlive,
      isAway: () => !on.online || !on.visible,
      onPart: (uploadId) => world.onPart(self, uploadId),
      onArrival: (kind) => world.onArrival(self, kind),
    });

  const platform: Platform = {
    name: on.name,
    maxRequests: 10,
    send: (request) => (isAlive() ? net.send(request) : forever),
    open: (input) => sources.open(input),
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
          if (on.locks === 'fail') throw new Error('no locks here');
          if (on.locked.has(name) && on.locks === 'work') return undefined;
          on.locked.set(name, self);
          ownLocks.add(name);
          return () => {
            unlock(name);
            ownLocks.delete(name);
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
      for (const lock of ownLocks) unlock(lock);
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
      sources: sources.openNow,
      requests: net.open,
      held: self.uploader.held.size,
      slots: self.uploader.queue.running,
    }),
    mostFiles: () => sources.mostFiles,
  };
  return self;
}
