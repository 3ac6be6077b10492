/** Types of operation handlers: their call context, and the table of handlers. */
import { fault, type Input, type OperationName, type Operations, type Output } from '@sampan/protocol';
import type { Identity } from '../access/identity.ts';
import type { BlobStore } from '../blobs/port.ts';
import type { Receiver } from '../body/receive.ts';
import type { IncomingBody, OutgoingBody } from '../body/stream.ts';
import type { CallbackCaller } from './callback.ts';
import type { Clock } from '../runtime/clock.ts';
import type { ThreadShare } from '../runtime/thread-share.ts';
import type { Bucket, MetadataStore } from '../metadata/port.ts';

/** What all calls share. */
export interface Backend {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  /** Takes up bodies: where they go and how they are hashed. */
  readonly receiver: Receiver;
  readonly clock: Clock;
  /** For work that grows with what a request names. */
  readonly share: ThreadShare;
  /** Calls other services after uploads. */
  readonly callbacks: CallbackCaller;
  /** Application number of the main account. */
  readonly appId: string;
  /** Region of requests whose host names none. */
  readonly region: string;
  /** How long it takes until an archived object that is restored can be read. */
  readonly restoreDelayMs: number;
  /** Let browsers in where a bucket has no CORS rules. */
  readonly permissiveCors: boolean;
  /** Keeps blobs from being collected while they are read, until the returned function is called. */
  pin(blobs: readonly string[]): () => void;
}

/** One authenticated and authorised request, as far as handlers see it. */
export interface Call {
  readonly backend: Backend;
  readonly identity: Identity;
  /** The bucket that is addressed, when there is one of that name. */
  readonly bucket: Bucket | undefined;
  readonly address: {
    /** As the client sent it, with its port. */
    readonly host: string;
    /** Decoded. */
    readonly path: string;
    /** The region that the host names; absent when it names none. */
    readonly region?: string | undefined;
  };
  readonly request: {
    /** Names in lower case. For what the operation's row does not name. */
    readonly headers: Readonly<Record<string, string>>;
    /** Fires when the client has gone away. */
    readonly signal: AbortSignal;
  };
  readonly nowMs: number;
  /** Throws `AccessDenied` unless the caller may do something more than the operation itself, such as read a source. */
  authorise(wanted: {
    readonly action: string;
    readonly bucket: Bucket;
    readonly key: string;
    /** The version that is meant; absent: the current one. Policies can have conditions on it. */
    readonly versionId: string | undefined;
  }): Promise<void>;
}

export type Handler<Name extends OperationName> = (
  input: Input<Operations[Name], IncomingBody>,
  call: Call,
) => Promise<Output<Operations[Name], OutgoingBody>>;

/** Operations that have a row, so that their requests are understood, and no handler: they answer NotImplemented. */
export const notImplemented = [
  'postBucketInventory',
  'selectObjectContent',
] as const satisfies readonly OperationName[];

/** An operation that this service can do. */
export type ImplementedName = Exclude<OperationName, (typeof notImplemented)[number]>;

/** One handler for each operation, apart from those of {@link notImplemented}: a new row needs one or the other. */
export type Handlers = { readonly [Name in ImplementedName]: Handler<Name> };

/** Whether an operation has a handler. */
export function isImplemented(name: OperationName): name is ImplementedName {
  return !(notImplemented as readonly OperationName[]).includes(name);
}

/** The bucket that a call is about. Throws `NoSuchBucket`. */
export function bucketOf({ bucket }: Call): Bucket {
  if (!bucket) throw fault('NoSuchBucket');
  return bucket;
}

/** The region that a request is for: the one that its host names, otherwise the service's. */
export function regionOf({ address, backend }: Pick<Call, 'address' | 'backend'>): string {
  return address.region ?? backend.region;
}
