/** Types of connection settings: flags, layers, and the merged result. */

/** Flags that every command which talks to a service has. */
export interface ConnectionFlags {
  readonly endpoint?: string;
  readonly region?: string;
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly token?: string;
  readonly data?: string;
  readonly profile?: string;
  readonly configFrom?: string;
  readonly credentialProcess?: string;
}

export const standardEndpoint = 'http://127.0.0.1:9000';
export const standardRegion = 'ap-guangzhou';
export const standardData = '.sampan';

/** The environment, as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What settings depend on beside flags. */
export interface Surroundings {
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

export interface Keys {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string;
}

/** One source of settings; what it does not name is left to the next. */
export interface Layer {
  /** As `--verbose` and doctor name it. */
  readonly from: string;
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly secretId?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly token?: string | undefined;
  /** Folder of a local service. */
  readonly data?: string | undefined;
  /** Command that prints temporary keys. */
  readonly credentialProcess?: string | undefined;
  /** Regions of single buckets. */
  readonly regions?: Readonly<Record<string, string>> | undefined;
  /** A region alone means Tencent Cloud. */
  readonly regionIsCloud?: boolean;
}

/** What the settings come to. */
export interface Connection extends Keys {
  /** As messages name it. */
  readonly endpoint: string;
  readonly region: string;
  /** Regions of buckets that another tool's configuration names. */
  readonly regions: Readonly<Record<string, string>>;
  /** The SDK's `Domain`; empty for Tencent Cloud's own host names. */
  readonly domain: string;
  /** The SDK's `ServiceDomain`. */
  readonly serviceDomain: string;
  readonly protocol: 'http:' | 'https:';
  /** The data folder whose service this is, when its address came from there. */
  readonly dataFolder?: string;
  /** The source of the keys, for people. */
  readonly keysFrom: string;
  /** The command that printed the keys, when they end. */
  readonly credentialProcess?: string;
  /** When those keys end, in ms since 1970. */
  readonly keysExpireAtMs?: number;
}
