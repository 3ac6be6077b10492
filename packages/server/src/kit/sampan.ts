/** What the test kit gives and takes. */
import type { LabRule } from '../lab/rule.ts';

/** How a service for tests is started. */
export interface SampanOptions {
  /** Buckets that exist; the number of the account is added where it is missing. Default: `examplebucket`. */
  readonly buckets?: readonly string[];
  /** Folder whose files are put into the first bucket at the start and after each `reset`, under their paths in it. */
  readonly seed?: string;
  /** Rules of the network laboratory at the start and after each `reset`, such as `3g`. Default: none. */
  readonly link?: string;
  /** The service's time at the start and after each `reset`: a date, or ms since 1970. Default: the machine's. */
  readonly clock?: Date | number;
  /** More flags of `sampan serve`, such as `['--cors', 'off']`. */
  readonly flags?: readonly string[];
  /** Where the service runs. Default `auto`: in this process where it can, otherwise as a child. */
  readonly mode?: 'auto' | 'in-process' | 'child';
  /** Node 22.18 or later that runs the child. Default: this one, the package `node`, or the one on the path. */
  readonly node?: string;
}

/** A running service. */
export interface Sampan {
  /** Such as `http://127.0.0.1:43567`. */
  readonly url: string;
  readonly region: string;
  readonly appId: string;
  /** Full name of the first bucket. */
  readonly bucket: string;
  /** Full names of all buckets of the start. */
  readonly buckets: readonly string[];
  /** The root key pair, new for each service. */
  readonly credentials: { readonly secretId: string; readonly secretKey: string };
  /** Options for `new COS(…)`, of `@sampan/sdk` and of the official SDKs. */
  cosOptions(): CosOptions;
  readonly requests: Requests;
  readonly lab: Lab;
  readonly clock: TestClock;
  /** Forgets everything but the buckets of the start, the seed, the link and the clock of the start. */
  reset(): Promise<void>;
  /** Puts the files of a folder into a bucket, and gives their keys. */
  seed(folder: string, options?: SeedOptions): Promise<readonly string[]>;
  /** Ends the service. Calling it again does nothing. */
  stop(): Promise<void>;
}

/** What both SDKs take. */
export interface CosOptions {
  readonly SecretId: string;
  readonly SecretKey: string;
  /** The bucket is in the path, so that no name has to be resolved. */
  readonly Domain: string;
  readonly ServiceDomain: string;
  readonly Protocol: 'http:';
}

/** Where the files of a folder go. */
export interface SeedOptions {
  /** Default: the first bucket. */
  readonly bucket?: string;
  /** Put before each path. Default: nothing. */
  readonly prefix?: string;
}

/** A request that came, with its answer. */
export interface CameRequest {
  readonly id: string;
  readonly method: string;
  /** Method of the SDK that makes it, such as `putObject` or `multipartComplete`; or `unmatched`. */
  readonly operation: string;
  readonly bucket?: string;
  readonly key?: string;
  /** Path and query, with signatures and keys replaced by `***`. */
  readonly address: string;
  readonly status: number;
  /** Code of the error that was answered. */
  readonly code?: string;
  readonly uploadId?: string;
  readonly partNumber?: number;
  readonly userAgent?: string;
  /** Bytes of the body that came, and of the body that was sent. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly durationMs: number;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** The connection ended before the answer did. */
  readonly broken?: true;
  /** Rules of the laboratory that acted on it. */
  readonly lab?: string;
}

/** Which requests are meant. All that is present must hold; `*` in a text stands for any run of characters. */
export interface RequestFilter {
  readonly operation?: string;
  readonly method?: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly uploadId?: string;
  /** A number such as 403, or a class such as `4xx`. */
  readonly status?: number | string;
}

/** What came since the start, the last `reset` or the last `clear`: the last 1,000 at most, oldest first. */
export interface Requests {
  all(filter?: RequestFilter): Promise<readonly CameRequest[]>;
  /**
   * Waits until so many are there (`count`, default 1), and gives them. Rejects after `timeoutMs` (default 5,000), with
   * what came instead.
   */
  wait(
    filter?: RequestFilter,
    options?: { readonly count?: number; readonly timeoutMs?: number },
  ): Promise<readonly CameRequest[]>;
  /** Forgets what came so far. */
  clear(): Promise<void>;
}

/** A rule with what it did. */
export type LabStatus = LabRule & {
  readonly name: string;
  /** Requests that it matches. */
  readonly seen: number;
  /** Requests that it acted on. */
  readonly hits: number;
  /** Connections that it cut. */
  readonly cuts: number;
};

/** The network laboratory. */
export interface Lab {
  /** Puts rules in force in place of all others: a text such as `op=UploadPart,nth=2,lose`, or a list. */
  set(rules: string | readonly LabRule[], options?: { readonly seed?: number }): Promise<void>;
  /** Removes all rules. */
  off(): Promise<void>;
  status(): Promise<readonly LabStatus[]>;
}

/** The service's time. */
export interface TestClock {
  /** Ms since 1970. */
  nowMs(): number;
  /** Sets the time; it goes on from there. */
  set(time: Date | number): Promise<void>;
  /** Moves it forward, and wakes what waits for a time that has passed then: lifecycle rules, archived objects. */
  advance(ms: number): Promise<void>;
}
