/**
 * The port between the SDK's engine and a host (Node, a web page, WeChat and its cousins). The engine knows nothing of
 * any host; a host knows nothing of COS. Everything that differs between hosts, time and chance included, comes through
 * here, so that tests run the whole engine under a virtual clock.
 */
import type { Digests } from '@sampan/protocol';
import type { CancelSignal } from './cancel.ts';

/** Bytes that every host can send. A host may accept more through {@link HostBody}. */
export type Payload = Uint8Array | string | HostBody;

/** A body that only its host understands and sends without the engine reading it: a Blob, a stream, a file's path. */
export interface HostBody {
  readonly hostBody: unknown;
  /** Length in bytes when it is known before sending. */
  readonly size: number | undefined;
  /** Whether the same body can be sent again after a failure. */
  readonly repeatable: boolean;
  /** CRC-64/XZ, as decimal text, of what was last sent whole, where the host computes it on the way. */
  readonly sentCrc64?: (() => string | undefined) | undefined;
}

export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. `host` stands here too, because it is signed; hosts that set it themselves leave it out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Payload | undefined;
  /** `bytes` for objects, `text` for everything else, `stream` where the host can (Node) for the caller to read. */
  readonly responseType: 'text' | 'bytes' | 'stream';
  /** Longest time without any sign of progress, in ms; 0 leaves it to the host. */
  readonly timeoutMs: number;
  readonly signal?: CancelSignal | undefined;
  readonly onUploadProgress?: ((sentBytes: number) => void) | undefined;
  readonly onDownloadProgress?: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
}

/** What a caller passed to be uploaded; one of the two. */
export interface SourceInput {
  readonly Body?: unknown;
  readonly FilePath?: unknown;
  /** Whether this is the turn of what {@link Platform.prefetch} was given, so that what was made ready is for this caller. */
  readonly isTurn?: boolean;
}

/** A file sent by the host's own form uploader, such as `wx.uploadFile`. */
export interface OutgoingForm {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  /** What the caller passed: a path, or on hosts that say so in {@link Platform.formsTakeBodies} a body. */
  readonly file: SourceInput;
  /** Longest time without any sign of progress, in ms; 0 leaves it to the host. */
  readonly timeoutMs: number;
  readonly signal?: CancelSignal | undefined;
  /** Bytes of the whole form as the host counts them, not of the file. */
  readonly onUploadProgress?: ((sentBytes: number, totalBytes: number) => void) | undefined;
}

/** Any HTTP answer, whatever its status. Header names are lower case. */
export interface IncomingResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As asked for; `text` also for errors, so that the engine can read the error document. */
  readonly body: string | Uint8Array | HostStream;
}

/** A body that the caller reads, of the host's own kind (a Readable on Node). */
export interface HostStream {
  readonly hostStream: unknown;
}

/** What bytes pass through on their way to who reads them. */
export interface Passage {
  /** Told how many bytes have arrived so far. */
  onBytes(count: number): void;
  /** What is passed on instead of what arrives. Absent: the same bytes. */
  through?(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Judges what arrived in all, before the stream ends; an error of it ends the stream instead. */
  atEnd?(arrived: Saved): Promise<void>;
}

/** A stream that there is before its bytes are. */
export interface PassedStream extends HostStream {
  /** Settles when all bytes were passed on, or with what the stream failed of. */
  readonly passed: Promise<void>;
}

/** A file or a value that can be read in any order; parts are cut from it. */
export interface RangedSource {
  readonly kind: 'ranged';
  readonly size: number;
  /**
   * What tells this file from another without reading it (path, size, times); undefined when the host offers nothing,
   * as for bytes in memory. It never proves that content is the same.
   */
  readonly identity: string | undefined;
  /** Reads exactly `length` bytes, or throws when the file has become shorter or vanished; at once where they are there. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
  /** Takes back what `read` gave, for later reads: nobody looks at these bytes any more. Never has to be called. */
  release?(bytes: Uint8Array): void;
  /** Whether what is open is as it was; told at once, and blind for another file under the same name. */
  isAsOpened?(): boolean;
  /** Identity as it is now, to notice a file that changed while it was sent. */
  currentIdentity(): Promise<string | undefined>;
  /** MD5 of the whole in hexadecimal where the host computes it without this thread, or undefined after all. */
  md5?(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Bytes that come once and in order, such as a Node stream. */
export interface SequentialSource {
  readonly kind: 'sequential';
  /** Announced length, when there is one. */
  readonly size: number | undefined;
  /** The next `length` bytes; fewer only at the end, none after it. */
  next(length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export type Source = RangedSource | SequentialSource;

/** Small texts that outlive the process, the page or the app. Every call may fail; the engine then goes on without. */
export interface RecordStorage {
  load(key: string): Promise<string | undefined>;
  save(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Keys that start with `prefix`. */
  keys(prefix: string): Promise<readonly string[]>;
}

/** Keeps two tabs or processes from working on one thing. */
export interface Locks {
  /** Takes the lock and gives what releases it, or undefined when someone else holds it. */
  tryLock(name: string): Promise<(() => void) | undefined>;
}

export interface Timer {
  readonly timer: unknown;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimer(run: () => void, delayMs: number): Timer;
  clearTimer(timer: Timer): void;
}

/** What the engine hears of the host's life. */
export interface Lifecycle {
  isOnline(): boolean;
  isVisible(): boolean;
  /** Calls `listener` on every change of either; gives back what removes it. */
  onChange(listener: () => void): () => void;
}

/** A file that an object is downloaded into: kept apart until it is whole. */
export interface DownloadTarget {
  /** Bytes that an earlier, unfinished download left behind. */
  readonly size: number;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Drops what is longer than `size`, and makes room for it. */
  resize(size: number): Promise<void>;
  /** Gives the file its name, durably. */
  commit(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
  /** Ends writing and keeps what there is for a later continuation. */
  close(): Promise<void>;
}

/** What was written into an output. */
export interface Saved {
  readonly size: number;
  /** CRC-64/XZ as unsigned decimal text. */
  readonly crc64: string;
}

/** Checksums of one part. */
export interface PartDigest {
  /** CRC-64/XZ as unsigned decimal text. */
  readonly crc64: string;
  /** Base64, when it was asked for. */
  readonly md5?: string;
}

export interface Platform {
  readonly name: string;
  /** Most requests that the host runs at once; the client never has more in flight. */
  readonly maxRequests: number;
  send(request: OutgoingRequest): Promise<IncomingResponse>;
  /** Whether the host takes `.` and `..` out of the path of an address, so that keys with them cannot be named. */
  readonly tidiesPaths?: boolean;
  /**
   * Whether the host shows only those headers of an answer that the service allows it to show, as pages do: an answer
   * without an ETag or a request id may then be the service's all the same.
   */
  readonly hidesHeaders?: boolean;
  /** Absent where the host has no form uploader. */
  sendForm?(form: OutgoingForm): Promise<IncomingResponse>;
  /** Whether {@link sendForm} also takes a `Body`, as in pages, where files have no paths. */
  readonly formsTakeBodies?: boolean;
  /** Largest file that {@link sendForm} takes, in bytes; larger ones are sent in other ways. */
  readonly maxFormBytes?: number;
  /** Opens what a caller passed as `Body` or `FilePath`; throws UsageError for what the host cannot read. */
  open(input: SourceInput): Source | Promise<Source>;
  /**
   * Told whenever tasks begin, end or leave the line: `pathAt` gives the path that waits at a place (0 is next; empty for a
   * body; undefined behind the last). Absent where there is nothing to make ready. Never throws.
   */
  prefetch?(pathAt: (place: number) => string | undefined): void;
  /**
   * Makes a body that the host sends by itself, without the engine reading the source into memory. Absent where the
   * host can send only bytes.
   */
  bodyOf?(source: Source): HostBody;
  /** Makes the host's own kind of file in memory, such as a Blob. Absent where there is none. */
  toBlob?(bytes: Uint8Array, type: string): unknown;
  /** Writes an answer's stream into a caller's output, such as a writable stream. Absent where there is none. */
  save?(stream: HostStream, output: unknown, onBytes: (count: number) => void): Promise<Saved>;
  /** A stream of the host that gives what `pending` will bring, or its error. Absent where there is none. */
  streamOf?(pending: Promise<HostStream | undefined>, passage: Passage): PassedStream;
  /** Opens a file to download into; `tag` tells apart downloads of different content. Absent where there are no files. */
  openTarget?(path: string, tag: string): Promise<DownloadTarget>;
  /**
   * Checksums of bytes, off the logic thread or in slices so that it is never blocked for longer than a frame; at once
   * where that takes no longer than asking.
   */
  digest(bytes: Uint8Array, want: { readonly md5: boolean }): PartDigest | Promise<PartDigest>;
  /** Signature digests: native where the host has them. */
  readonly digests: Digests;
  readonly storage: RecordStorage;
  readonly locks: Locks;
  readonly clock: Clock;
  /** Absent where the host is always in front and online, as on Node. */
  readonly lifecycle?: Lifecycle | undefined;
  /** Uniform in [0, 1). */
  random(): number;
}
