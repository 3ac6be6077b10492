/** Types of the credentials provider, the application's function that returns keys, as in the official SDKs. */

/** Temporary keys, as a provider answers with them. Times are Unix seconds. */
export interface Credentials {
  readonly TmpSecretId?: string;
  readonly TmpSecretKey?: string;
  readonly SecurityToken?: string;
  readonly XCosSecurityToken?: string;
  readonly StartTime?: number;
  readonly ExpiredTime?: number;
  /** The keys are good only for calls of the same Scope. */
  readonly ScopeLimit?: boolean;
  /** A finished signature instead of keys. */
  readonly Authorization?: string;
  readonly Token?: string;
  readonly ClientIP?: string;
  readonly ClientUA?: string;
}

/** The least permission that a call needs. */
export type Scope = readonly {
  readonly action: string;
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
}[];

/** The call that a provider gets keys for. */
export interface CredentialsRequest {
  readonly Bucket: string;
  readonly Region: string;
  readonly Method: string;
  readonly Key: string;
  /** `/` and the key. */
  readonly Pathname: string;
  readonly Query: Readonly<Record<string, string>>;
  readonly Headers: Readonly<Record<string, string>>;
  readonly Scope: Scope;
  readonly SystemClockOffset: number;
  readonly ForceSignHost: boolean;
}

/** The application's function: it calls back once or returns a promise; an Error either way says that it failed. */
export type CredentialsProvider = (
  request: CredentialsRequest,
  callback: (answer: Credentials | string | Error) => void,
) => unknown;

/** The older form of the provider, which knows only the bucket. */
export type StsProvider = (
  request: { readonly Bucket: string; readonly Region: string },
  callback: (answer: Readonly<Record<string, unknown>> | Error) => void,
) => unknown;
