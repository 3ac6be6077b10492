/**
 * The platform port: the interface that each host (Node, web page, mini program) implements for the SDK. The engine
 * imports no host, and a host imports nothing of COS. Clock and randomness are part of the port, so that tests run
 * the engine under a virtual clock.
 */
import type { Digests } from '@sampan/protocol';
import type { CancelSignal } from './cancel.ts';

/** A request body. Every host sends bytes and text; {@link HostBody} wraps kinds that only one host knows. */
export type Payload = Uint8Array | string | HostBody;

/** A body that the host sends itself, such as a Blob, a stream or a file path. The engine never reads it. */
export interface HostBody {
  readonly hostBody: unknown;
  /** Length in bytes when it is known before sending. */
  readonly size: number | undefined;
  /** True when the same body can be sent again after a failure. */
  readonly repeatable: boolean;
  /** CRC-64/XZ of the last complete send, as decimal text. Absent where the host does not compute it. */
  readonly sentCrc64?: (() => string | undefined) | undefined;
}

export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. `host` is included because the signature covers it; hosts that set it themselves drop it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Payload | undefined;
  /** `bytes` for objects, `text` for documents, `stream` for a body that the caller reads (Node only). */
  readonly responseType: 'text' | 'bytes' | 'stream';
  /** Longest time without any sign of progress, in ms; 0 leaves it to the host. */
  readonly timeoutMs: number;
  readonly signal?: CancelSignal | undefined;
  readonly onUploadProgress?: ((sentBytes: number) => void) | undefined;
  readonly onDownloadProgress?: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
}

/** The file or body that a caller passed to an upload; exactly one of the two is set. */
export interface SourceInput {
  readonly Body?: unknown;
  readonly FilePath?: unknown;
  /** True when this file was offered to {@link Platform.prefetch}, so that its prefetched bytes may be used. */
  readonly isTurn?: boolean;
}

/** A file sent by the host's own form uploader, such as `wx.uploadFile`. */
export interface OutgoingForm {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  /** A path; a body only on hosts with {@link Platform.formsTakeBodies}. */
  readonly file: SourceInput;
  /** Longest time without any sign of progress, in ms; 0 leaves it to the host. */
  readonly timeoutMs: number;
  readonly signal?: CancelSignal | undefined;
  /** Bytes of the whole form as the host counts them, not of the file. */
  readonly onUploadProgress?: ((sentBytes: number, totalBytes: number) => void) | undefined;
}

/** An HTTP response of any status. Header names are lower case. */
export interface IncomingResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In the requested `responseType`. Error responses are text, so that the engine can read the error document. */
  readonly body: string | Uint8Array | HostStream;
}

/** A body that the caller reads, of the host's own kind (a Readable on Node). */
export interface HostStream {
  readonly hostStream: unknown;
}

/** Hooks for the bytes of a download between the transport and the reader. */
export interface Passage {
  /** Receives the number of bytes that have arrived so far. */
  onBytes(count: number): void;
  /** Transforms the arriving bytes. Absent: they pass unchanged. */
  through?(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Checks size and CRC-64 of all bytes before the stream ends; a rejection becomes the stream's error. */
  atEnd?(arrived: Saved): Promise<void>;
}

/** A stream that is returned before its first byte has arrived. */
export interface PassedStream extends HostStream {
  /** Resolves when all bytes were passed on; rejects with the stream's error. */
  readonly passed: Promise<void>;
}

/** A file or value with random access; parts are cut from it. */
export interface RangedSource {
  readonly kind: 'ranged';
  readonly size: number;
  /**
   * Identifies this file without reading it, by path, size and times. Undefined where the host offers none of these,
   * as for bytes in memory. An equal identity does not prove equal content.
   */
  readonly identity: string | undefined;
  /** Reads exactly `length` bytes; throws when the file is shorter or gone. Synchronous for bytes in memory. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
  /** Returns a buffer of `read` for reuse; the caller must not read it afterwards. Calling it is optional. */
  release?(bytes: Uint8Array): void;
  /** Checks synchronously that the open file is unchanged. It misses a new file under the same name. */
  isAsOpened?(): boolean;
  /** The identity at this moment; it differs when the file changed during the upload. */
  currentIdentity(): Promise<string | undefined>;
  /** Hexadecimal MD5 of the file, computed by the host off this thread; undefined when the host fails to. */
  md5?(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A source that is read once and in order, such as a Node stream. */
export interface SequentialSource {
  readonly kind: 'sequential';
  /** Announced length in bytes, when there is one. */
  readonly size: number | undefined;
  /** The next `length` bytes; fewer only at the end, none after it. */
  next(length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export type Source = RangedSource | SequentialSource;

/** Storage for small texts beyond the process, page or app. Calls may fail; the engine then goes on without it. */
export interface RecordStorage {
  load(key: string): Promise<string | undefined>;
  save(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Keys that start with `prefix`. */
  keys(prefix: string): Promise<readonly string[]>;
}

/** Locks between tabs or processes, so that only one of them continues an upload. */
export interface Locks {
  /** Returns the function that releases the lock, or undefined when the lock is taken. */
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

/** Network and foreground state of the host. */
export interface Lifecycle {
  isOnline(): boolean;
  isVisible(): boolean;
  /** Calls `listener` on every change of either state; returns the function that removes it. */
  onChange(listener: () => void): () => void;
}

/** A file that an object is downloaded into. It gets its final name only when it is complete. */
export interface DownloadTarget {
  /** Bytes that an earlier, unfinished download left behind. */
  readonly size: number;
  /**
   * Writes a response from `offset` on as it arrives, and gives what arrived. Fails with a TransportError when the response
   * breaks off or goes beyond `length`, and with the host's own error when the file cannot be written.
   */
  receive(offset: number, response: HostStream, passage: ReceivePassage): Promise<Saved>;
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Truncates or extends the file to `size` bytes. */
  resize(size: number): Promise<void>;
  /** Renames the file to its final name, durably. */
  commit(): Promise<void>;
  /** Removes the bytes written so far. */
  discard(): Promise<void>;
  /** Closes the file and keeps its bytes for a later continuation. */
  close(): Promise<void>;
}

/** What {@link DownloadTarget.receive} is given beside the response. */
export interface ReceivePassage {
  /** Bytes that may be written. */
  readonly length: number;
  readonly signal: CancelSignal;
  /** Called with the number of bytes of each piece that is in the file. */
  readonly onBytes: (count: number) => void;
}

/** Size and checksum of the bytes written into an output. */
export interface Saved {
  readonly size: number;
  /** CRC-64/XZ as unsigned decimal text. */
  readonly crc64: string;
}

/** Checksums of one part. */
export interface PartDigest {
  /** CRC-64/XZ as unsigned decimal text. */
  readonly crc64: string;
  /** Base64; present when the caller wanted an MD5. */
  readonly md5?: string;
}

/** A host as the engine sees it. */
export interface Platform {
  readonly name: string;
  /** Largest number of concurrent requests on this host; the client never has more in flight. */
  readonly maxRequests: number;
  send(request: OutgoingRequest): Promise<IncomingResponse>;
  /** True when the host resolves `.` and `..` in URL paths, so that keys with them have no address. */
  readonly tidiesPaths?: boolean;
  /**
   * True when CORS rules filter the response headers, as in web pages. A response without an ETag or a request id may
   * then still come from the service.
   */
  readonly hidesHeaders?: boolean;
  /** Uploads a file by a form POST. Absent where the host has no form uploader. */
  sendForm?(form: OutgoingForm): Promise<IncomingResponse>;
  /** True when {@link sendForm} also takes a `Body`, as in web pages, where files have no paths. */
  readonly formsTakeBodies?: boolean;
  /** Largest file for {@link sendForm}, in bytes; larger files are sent by PUT or in parts. */
  readonly maxFormBytes?: number;
  /** Opens a `Body` or `FilePath`; throws UsageError for a value that the host cannot read. */
  open(input: SourceInput): Source | Promise<Source>;
  /**
   * Called when tasks begin, end or leave the queue, so that the host can open the next files early. `pathAt` gives the
   * waiting path at a place: 0 is next, empty text is a body, undefined is past the end. Optional; must not throw.
   */
  prefetch?(pathAt: (place: number) => string | undefined): void;
  /**
   * Wraps a source as a body that the host sends itself, so that its bytes never pass through the engine. Absent where
   * the host can send only bytes.
   */
  bodyOf?(source: Source): HostBody;
  /** Makes an in-memory file of the host, such as a Blob. Absent where the host has no such type. */
  toBlob?(bytes: Uint8Array, type: string): unknown;
  /** Writes a response stream into the caller's output, such as a writable stream. Absent without streams. */
  save?(stream: HostStream, output: unknown, onBytes: (count: number) => void): Promise<Saved>;
  /** Returns a host stream for the bytes, or the error, of `pending`. Absent where the host has no streams. */
  streamOf?(pending: Promise<HostStream | undefined>, passage: Passage): PassedStream;
  /** Opens a download file; `tag` names its content, so that only the same content is continued. Absent without files. */
  openTarget?(path: string, tag: string): Promise<DownloadTarget>;
  /**
   * Checksums of bytes, computed on another thread or in slices, so that this thread never blocks for longer than a
   * frame. Small inputs are digested synchronously.
   */
  digest(bytes: Uint8Array, want: { readonly md5: boolean }): PartDigest | Promise<PartDigest>;
  /** Digests for signatures, native where the host has them. */
  readonly digests: Digests;
  readonly storage: RecordStorage;
  readonly locks: Locks;
  readonly clock: Clock;
  /** Absent where the host is always online and in the foreground, as on Node. */
  readonly lifecycle?: Lifecycle | undefined;
  /** Uniform in [0, 1). */
  random(): number;
}
