/**
 * The constructor's options: every one of the official SDKs' is here, with what it means here, and is either honoured
 * or refused. They are checked and completed once; the rest of the SDK sees complete settings only, and reads them live,
 * because applications change `cos.options.X`.
 */
import { UsageError } from '@sampan/protocol';
import type { CredentialsProvider, StsProvider } from './provider.ts';

/** Settings after defaults and clamps. Sizes are bytes and times are ms unless said otherwise. */
export interface Settings {
  SecretId: string;
  SecretKey: string;
  SecurityToken: string;
  StartTime: number;
  ExpiredTime: number;
  Credentials: { readonly secretId?: string; readonly secretKey?: string } | undefined;
  getAuthorization: CredentialsProvider | undefined;
  getSTS: StsProvider | undefined;
  CredentialsTimeout: number;
  AppId: string;
  FileParallelLimit: number;
  ChunkParallelLimit: number;
  ChunkRetryTimes: number;
  ChunkSize: number;
  SliceSize: number;
  CopyChunkParallelLimit: number;
  CopyChunkSize: number;
  CopySliceSize: number;
  MaxPartNumber: number;
  ProgressInterval: number;
  UploadQueueSize: number;
  UploadIdCacheLimit: number;
  Domain: string | ((to: { Bucket: string; Region: string }) => string);
  ServiceDomain: string;
  Protocol: string;
  UseAccelerate: boolean;
  UseRawKey: boolean;
  CompatibilityMode: boolean;
  Timeout: number;
  CorrectClockSkew: boolean;
  SystemClockOffset: number;
  UploadCheckContentMd5: boolean;
  UploadAddMetaMd5: boolean;
  ForceSignHost: boolean;
  AutoSwitchHost: boolean;
  SimpleUploadMethod: 'putObject' | 'postObject';
  CopySourceParser: ((source: string) => { Bucket: string; Region: string; Key: string } | null) | null;
  ObjectKeySimplifyCheck: boolean;
  PauseInBackground: boolean;
  KeepParts: boolean;
  DiscoverUploads: boolean;
  WaitForNetwork: boolean;
  /** Options that only the host reads; it has checked them. */
  [host: string]: unknown;
}

/** What of the settings depends on the host. */
export interface HostDefaults {
  readonly AutoSwitchHost: boolean;
  readonly SimpleUploadMethod: 'putObject' | 'postObject';
  readonly UploadQueueSize: number;
  readonly UploadIdCacheLimit: number;
  /** `https` where the host refuses anything else, whatever `Protocol` says. */
  readonly Protocol: string;
  /** What `getObject` gives without `DataType`, as the official SDK of this host. Default `bytes`. */
  readonly objectBody?: 'bytes' | 'text';
  /** Options that this host understands beside the common ones. */
  readonly hostOptions: readonly string[];
}

const MiB = 1024 * 1024;

/** Bounds of the numeric options: default, lowest, highest. Out of bounds is clamped, as the official SDKs do. */
const numbers: Readonly<Record<string, readonly [standard: number, least: number, most?: number]>> = {
  StartTime: [0, 0],
  ExpiredTime: [0, 0],
  CredentialsTimeout: [30_000, 1],
  FileParallelLimit: [3, 1],
  ChunkParallelLimit: [3, 1, 256],
  ChunkRetryTimes: [2, 0],
  ChunkSize: [MiB, MiB, 5 * 1024 * MiB],
  SliceSize: [MiB, 0],
  CopyChunkParallelLimit: [20, 1, 256],
  CopyChunkSize: [10 * MiB, MiB, 5 * 1024 * MiB],
  CopySliceSize: [10 * MiB, 0, 5 * 1024 * MiB],
  MaxPartNumber: [10_000, 1024, 10_000],
  ProgressInterval: [1000, 0],
  UploadQueueSize: [10_000, 1],
  UploadIdCacheLimit: [50, 1],
  Timeout: [0, 0],
};

const switches: Readonly<Record<string, boolean>> = {
  UseAccelerate: false,
  UseRawKey: false,
  CompatibilityMode: false,
  CorrectClockSkew: true,
  UploadCheckContentMd5: false,
  UploadAddMetaMd5: false,
  ForceSignHost: true,
  AutoSwitchHost: false,
  ObjectKeySimplifyCheck: true,
  PauseInBackground: true,
  KeepParts: false,
  DiscoverUploads: false,
  WaitForNetwork: true,
};

const texts = ['SecretId', 'SecretKey', 'SecurityToken', 'AppId', 'ServiceDomain', 'Protocol'] as const;
const functions = ['getAuthorization', 'getSTS', 'CopySourceParser'] as const;

/** Options that are refused when set, and why or what to do instead. */
const refused: readonly (readonly [names: string, why: string])[] = [
  ['ForcePathStyle', 'the service addresses buckets by host name; use Domain for an address of your own'],
  [
    'BeaconReporter ClsReporter DeepTracker EnableTracker TrackerDelay CustomId',
    'this SDK sends no telemetry',
  ],
  ['ClsLogger LogLevel LogExtras', 'this SDK ships no logs'],
  ['EnableLog EnableLogcat', 'listen to the before-send event instead'],
  ['Request', 'listen to the before-send event, or use Proxy or Domain instead'],
];

/** Options of one kind of host that another kind refuses when they are set. */
const hostOnly = [
  'Proxy',
  'Tunnel',
  'Ip',
  'StrictSsl',
  'KeepAlive',
  'FollowRedirect',
  'UserAgent',
  'ConfCwd',
  'HttpDNSServiceId',
];

/** Checks and completes what a caller passed to the constructor. The caller's object is not kept or changed. */
export function resolveOptions(given: Readonly<Record<string, unknown>>, host: HostDefaults): Settings {
  for (const [names, why] of refused)
    for (const name of names.split(' '))
      if (given[name]) throw new UsageError(`${name} is not supported: ${why}`);
  for (const name of hostOnly) {
    if (isSet(given[name]) && !host.hostOptions.includes(name))
      throw new UsageError(`${name} is not an option on this host`);
  }

  const defaults: Record<string, unknown> = { ...host };
  const settings: Record<string, unknown> = {};
  for (const name of host.hostOptions) settings[name] = given[name];
  for (const [name, [standard, least, most]] of Object.entries(numbers)) {
    const value = numberOption(name, given[name], (defaults[name] as number | undefined) ?? standard);
    settings[name] = Math.min(Math.max(value, least), most ?? Infinity);
  }
  settings['SystemClockOffset'] = numberOption('SystemClockOffset', given['SystemClockOffset'], 0);
  for (const [name, standard] of Object.entries(switches)) {
    const value = given[name] ?? defaults[name] ?? standard;
    settings[name] = value !== 'false' && Boolean(value);
  }
  for (const name of texts) settings[name] = textOption(name, given[name]);
  for (const name of functions) settings[name] = functionOption(name, given[name]);
  // Other spellings that the official SDKs take.
  settings['SecretId'] ||= textOption('secretId', given['secretId']);
  settings['SecretKey'] ||= textOption('secretKey', given['secretKey']);
  settings['SecurityToken'] ||= textOption('XCosSecurityToken', given['XCosSecurityToken']);
  settings['Protocol'] = protocolOption(settings['Protocol'] as string, host);
  settings['Domain'] =
    typeof given['Domain'] === 'function' ? given['Domain'] : textOption('Domain', given['Domain']);
  settings['SimpleUploadMethod'] = methodOption(given['SimpleUploadMethod'], host);
  settings['Credentials'] = given['Credentials'];
  settings['CopySourceParser'] ??= null;
  return settings as Settings;
}

/** Every option that this SDK honours or refuses; the guide's table is checked against them. */
export function knownOptions(): readonly string[] {
  return [
    ...Object.keys(numbers),
    ...Object.keys(switches),
    ...texts,
    ...functions,
    ...refused
      .map(([names]) => names)
      .join(' ')
      .split(' '),
    ...hostOnly,
    'Credentials',
    'Domain',
    'SimpleUploadMethod',
    'SystemClockOffset',
    'XCosSecurityToken',
  ];
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function numberOption(name: string, value: unknown, standard: number): number {
  if (!isSet(value)) return standard;
  const number = Number(value);
  if (!Number.isFinite(number)) throw new UsageError(`${name} must be a number, got ${kindOf(value)}`);
  return number;
}

function textOption(name: string, value: unknown): string {
  if (!isSet(value)) return '';
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new UsageError(`${name} must be a string, got ${kindOf(value)}`);
  const text = String(value);
  // A key copied with white space gives signatures that never match; nothing of it may be in the message.
  if (/^Secret(Id|Key)$/i.test(name) && /\s/.test(text)) throw new UsageError(`${name} contains white space`);
  return text;
}

function functionOption(name: string, value: unknown): unknown {
  if (!isSet(value)) return undefined;
  if (typeof value !== 'function') throw new UsageError(`${name} must be a function, got ${kindOf(value)}`);
  return value;
}

function protocolOption(value: string, host: HostDefaults): string {
  const protocol = (value || host.Protocol).replace(/:$/, '').toLowerCase();
  if (protocol !== 'http' && protocol !== 'https')
    throw new UsageError(`Protocol must be http or https, got ${JSON.stringify(value)}`);
  return `${protocol}:`;
}

function methodOption(value: unknown, host: HostDefaults): unknown {
  if (!isSet(value)) return host.SimpleUploadMethod;
  if (value !== 'putObject' && value !== 'postObject')
    throw new UsageError('SimpleUploadMethod must be putObject or postObject');
  return value;
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
