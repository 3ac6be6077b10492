/** The state that all methods of one COS object share. */
import { UsageError } from '@sampan/protocol';
import type { Canceller } from '../core/cancel.ts';
import type { CosResponse, Client } from '../client/client.ts';
import type { CredentialsSource } from '../client/credentials.ts';
import type { Settings } from '../core/options.ts';
import type { Platform } from '../core/platform.ts';
import { addressOf } from '../client/address.ts';
import type { Meter } from '../upload/queue/progress.ts';
import type { Uploader } from '../upload/uploader/uploader.ts';
import type { Events } from '../core/events.ts';
import type { Params } from './params.ts';

export interface Instance {
  readonly settings: Settings;
  readonly platform: Platform;
  readonly client: Client;
  readonly credentials: CredentialsSource;
  readonly events: Events;
  readonly uploader: Uploader;
  /** What `getObject` gives without `DataType`. */
  readonly objectBody: 'bytes' | 'text';
  /** What only hosts with files and streams can do. */
  readonly files: HostFiles | undefined;
  /** Downloads in progress, by the id that `onTaskReady` received. */
  readonly downloads: Map<string, Canceller>;
}

/** What a host with files and streams does with an object; the others refuse it. */
export interface HostFiles {
  readonly downloadFile: Work;
  /** Writes an answer into a caller's output and gives its CRC-64. */
  saveObject(instance: Instance, response: CosResponse, output: unknown, meter: Meter): Promise<string>;
}

/** What the host can do with files; throws for one that cannot. */
export function filesOf({ files, platform }: Instance, what: string): HostFiles {
  if (files) return files;
  throw new UsageError(`${what} is not supported on ${platform.name}`);
}

/** A stream that its caller has at once, and what comes of it in the end. */
export interface Opened {
  readonly stream: unknown;
  readonly outcome: Promise<Record<string, unknown>>;
}

/** A method that gives a stream, which also brings the error when there is one. */
export type StreamWork = (instance: Instance, params: Params) => Opened;

/** A method's work: checked parameters in, what applications get out. */
export type Work = (instance: Instance, params: Params) => Promise<Record<string, unknown>>;

/** What every success carries, with the data of its own. */
export function resultOf(
  response: CosResponse,
  data: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { headers, statusCode, RequestId } = response;
  const result: Record<string, unknown> = { ...data, statusCode, headers: { ...headers } };
  if (RequestId !== undefined) result['RequestId'] = RequestId;
  if (headers['x-cos-version-id']) result['VersionId'] = headers['x-cos-version-id'];
  if (headers['x-cos-delete-marker']) result['DeleteMarker'] = headers['x-cos-delete-marker'];
  return result;
}

/** What names the object's content. */
export function eTagOf({ headers }: Pick<CosResponse, 'headers'>): { readonly ETag: string } {
  return { ETag: headers['etag'] ?? '' };
}

/** Address without a scheme, as results name it. */
export function locationOf(settings: Settings, params: Params): string {
  const { Bucket, Region, Key } = params as Readonly<Record<string, string | undefined>>;
  const { host, path } = addressOf(settings, { bucket: Bucket, region: Region, key: Key });
  return host + path;
}
