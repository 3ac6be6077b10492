/** The whole upload engine on a host and a service in memory, with a script of faults between them. */
import { crc64, crc64Text } from '@sampan/protocol';
import { createClient, type Client } from '../client/client.ts';
import { createCredentials } from '../client/credentials.ts';
import { resolveOptions, type Settings } from '../core/options.ts';
import type { OutgoingRequest, Platform } from '../core/platform.ts';
import { sendForm } from '../client/send-form.ts';
import { classAbilities } from '../upload/class-abilities.ts';
import { takeStream } from '../upload/stream-upload.ts';
import {
  createUploader,
  type Joined,
  type Uploader,
  type UploadParams,
} from '../upload/uploader/uploader.ts';
import {
  fakePlatform,
  later,
  virtualClock,
  type FakeOptions,
  type FakePlatform,
  type Scripted,
  type VirtualClock,
} from './platform.ts';
import { serviceModel, type ModelOptions, type ServiceModel } from './service.ts';

export interface Rig {
  readonly clock: VirtualClock;
  readonly service: ServiceModel;
  readonly platform: FakePlatform;
  readonly client: Client;
  readonly uploader: Uploader;
  /** Runs virtual time until the work settles, then until clean-ups and timers are done, and gives its outcome. */
  outcome<T>(work: Promise<T>, limitMs?: number): Promise<Outcome<T>>;
}

export type Outcome<T> =
  { readonly data: T; readonly error?: undefined } | { readonly error: unknown; readonly data?: undefined };

export interface RigOptions extends Omit<FakeOptions, 'service'> {
  readonly options?: Partial<Settings>;
  /** What the host does otherwise. */
  readonly platform?: Partial<Platform>;
  /** What an entry would join to the engine; without it, everything that Node has. */
  readonly joined?: Partial<Joined>;
  readonly model?: Partial<ModelOptions>;
  /** Continues with what another rig's service holds. */
  readonly service?: ServiceModel;
  /** Comes between: gives the answer itself, or undefined to let the service answer. */
  readonly between?: (
    request: OutgoingRequest,
    answer: () => Scripted,
    attempt: number,
  ) => Scripted | undefined;
  /** Virtual time that each answer takes; the service acts at once. */
  readonly latencyMs?: number;
  /** Constructor options of the client. */
  readonly client?: Readonly<Record<string, unknown>>;
}

export const target = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'a.bin' } as const;
export const objectName = `${target.Bucket}/${target.Key}`;
export const mib = 1_048_576;

/** Puts the engine together. */
export function rig(given: RigOptions = {}): Rig {
  const clock = given.clock ?? virtualClock();
  const service = given.service ?? serviceModel({ clock, ...given.model });
  const host = fakePlatform({
    ...given,
    clock,
    service(request, attempt) {
      const answer = (): Scripted =>
        given.latencyMs ? later(clock, given.latencyMs, service.answer(request)) : service.answer(request);
      return given.between?.(request, answer, attempt) ?? answer();
    },
  });
  const platform = Object.assign(host, given.platform);
  const settings = resolveOptions(
    { SecretId: 'AKIDEXAMPLE', SecretKey: 'examplekey', ...given.client, ...given.options },
    {
      AutoSwitchHost: false,
      SimpleUploadMethod: 'putObject',
      UploadQueueSize: 10_000,
      UploadIdCacheLimit: 50,
      Protocol: 'https',
      hostOptions: [],
    },
  );
  const credentials = createCredentials(platform, settings, undefined);
  const client = createClient(platform, { settings, credentials, sendForm });
  const uploader = createUploader(client, platform, settings, {
    abilities: { ...classAbilities, takeStream },
    ...given.joined,
  });
  return {
    clock,
    service,
    platform,
    client,
    uploader,
    async outcome(work, limitMs) {
      try {
        return { data: await clock.run(work, limitMs) };
      } catch (error) {
        return { error };
      }
    },
  };
}

/** Parameters of one upload of a file of the fake host. */
export function fileParams(more: Partial<UploadParams> = {}): UploadParams {
  return { ...target, FilePath: '/a.bin', ...more };
}

/** Bytes that differ everywhere, so that no two parts are alike. */
export function sampleBytes(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed * 2_654_435_761;
  const words = new Uint32Array(bytes.buffer, 0, Math.floor(length / 4));
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[i] = state;
  }
  return bytes;
}

/** The operation that a request names, as far as uploads are concerned. */
export function kindOf({
  method,
  url,
}: OutgoingRequest): 'init' | 'part' | 'list' | 'complete' | 'abort' | 'put' | 'head' | 'other' {
  if (method === 'HEAD') return 'head';
  if (/[?&]partNumber=/.test(url)) return 'part';
  if (/[?&]uploads\b/.test(url)) return method === 'POST' ? 'init' : 'other';
  if (/[?&]uploadId=/.test(url))
    return method === 'POST' ? 'complete' : method === 'DELETE' ? 'abort' : 'list';
  return method === 'PUT' ? 'put' : 'other';
}

/** The number of the part that a request carries. */
export function partNumberOf({ url }: OutgoingRequest): number {
  return Number(/[?&]partNumber=(\d+)/.exec(url)?.[1]);
}

/** The checksum that the service holds of an object; compares content without comparing millions of numbers. */
export function storedCrc64({ objects }: ServiceModel, name: string = objectName): string | undefined {
  return objects.get(name)?.content.crc64;
}

export function crc64Of(bytes: Uint8Array): string {
  return crc64Text(crc64(bytes));
}

/** What an uploader that came to rest must not leave behind. */
export function leftovers({ clock, platform, uploader }: Rig): Readonly<Record<string, number>> {
  return {
    timers: clock.pendingTimers,
    locks: platform.heldLocks.size,
    requests: platform.openRequests,
    listeners: platform.lifecycleListeners,
    sources: platform.openSources,
    held: uploader.held.size,
    running: uploader.queue.running,
  };
}

export const nothingLeft = {
  timers: 0,
  locks: 0,
  requests: 0,
  listeners: 0,
  sources: 0,
  held: 0,
  running: 0,
} as const;
