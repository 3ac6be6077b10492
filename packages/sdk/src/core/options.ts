/**
 * The constructor's options: checks them and fills in defaults. Every option of the official SDKs is listed here and is
 * either honoured or refused. The rest of the SDK sees complete settings only, and reads them live, because
 * applications change `cos.options.X`.
 */
import { UsageError } from '@sampan/protocol';
import type { CredentialsProvider, StsProvider } from './credentials-provider.ts';

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
  /** Files under way at once. Default 3, at least 1. */
  FileParallelLimit: number;
  /** Most parts of one file in flight. Left out, the engine chooses between 1 and 6 by what it measures. */
  ChunkParallelLimit: number | undefined;
  /** How often a part is tried again after the client's own retries have given up. Default 2. */
  ChunkRetryTimes: number;
  /** Size of every part. Left out, parts start at 1 MiB and grow up to 8 MiB on a fast link. At least 1 MiB. */
  ChunkSize: number | undefined;
  /** Files up to this size are sent in one request. Default 1 MiB; above 64 MiB parts are used all the same. */
  SliceSize: number;
  CopyChunkParallelLimit: number;
  CopyChunkSize: number;
  CopySliceSize: number;
  /** Most parts of an object, 1024 to 10000. Default 10000. */
  MaxPartNumber: number;
  /** Least time between two progress events. Default 1000. */
  ProgressInterval: number;
  /** Tasks that `getTaskList` remembers. Default 10000. */
  UploadQueueSize: number;
  /** Unfinished uploads that the host's storage remembers. Default 50. */
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
  /** Sends `Content-MD5` with every body. Default false: CRC-64 is compared in any case. */
  UploadCheckContentMd5: boolean;
  /** Stores the MD5 of the file as `x-cos-meta-md5`; the file is read once more for it. Default false. */
  UploadAddMetaMd5: boolean;
  ForceSignHost: boolean;
  AutoSwitchHost: boolean;
  /** How `uploadFile` sends small files: `postObject` where the host has a form uploader. */
  SimpleUploadMethod: 'putObject' | 'postObject';
  CopySourceParser: ((source: string) => { Bucket: string; Region: string; Key: string } | null) | null;
  ObjectKeySimplifyCheck: boolean;
  /** Stops requests while the app is in the background, where hosts would kill them. Default true. */
  PauseInBackground: boolean;
  /** Leaves the parts of a cancelled upload on the service, for a later resume. Default false. */
  KeepParts: boolean;
  /** Looks for an unfinished upload with ListMultipartUploads when there is no record of one. Default false. */
  DiscoverUploads: boolean;
  /** Waits while the host is offline instead of trying and failing. Default true. */
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
  /** Always `https` on hosts that refuse plain HTTP; the `Protocol` option has no effect there. */
  readonly Protocol: string;
  /** What `getObject` gives without `DataType`, as the official SDK of this host. Default `bytes`. */
  readonly objectBody?: 'bytes' | 'text';
  /** Options that this host understands beside the common ones. */
  readonly hostOptions: readonly string[];
  /** Shows a sentence to the application's author. Default: `console.warn`. */
  readonly warn?: ((text: string) => void) | undefined;
}

const MiB = 1024 * 1024;

/**
 * What an option may be: a switch (`true` and `false` are its default), a text (''), a function (null), or a number:
 * its default, lowest and highest value. A number out of bounds is moved into them, as the official SDKs do.
 */
type Rule = boolean | '' | null | readonly [standard: number | undefined, least: number, most?: number];
type Rules = Readonly<Record<string, Rule>>;

/** Options that uploads know, which is what entries for uploading alone take. */
export const uploadRules: Rules = {
  SecretId: '',
  SecretKey: '',
  SecurityToken: '',
  StartTime: [0, 0],
  ExpiredTime: [0, 0],
  getAuthorization: null,
  getSTS: null,
  CredentialsTimeout: [30_000, 1],
  FileParallelLimit: [3, 1],
  // Left out, the engine adapts these two to what it measures.
  ChunkParallelLimit: [undefined, 1, 256],
  ChunkSize: [undefined, MiB, 5 * 1024 * MiB],
  ChunkRetryTimes: [2, 0],
  SliceSize: [MiB, 0],
  MaxPartNumber: [10_000, 1024, 10_000],
  ProgressInterval: [1000, 0],
  UploadQueueSize: [10_000, 1],
  UploadIdCacheLimit: [50, 1],
  Timeout: [0, 0],
  SystemClockOffset: [0, -Infinity],
  CorrectClockSkew: true,
  ForceSignHost: true,
  AutoSwitchHost: false,
  UseAccelerate: false,
  UploadCheckContentMd5: false,
  UploadAddMetaMd5: false,
  KeepParts: false,
  PauseInBackground: true,
  WaitForNetwork: true,
  Protocol: '',
};

/** Every option of the class. */
const classRules: Rules = {
  ...uploadRules,
  AppId: '',
  ServiceDomain: '',
  CopySourceParser: null,
  CopyChunkParallelLimit: [20, 1, 256],
  CopyChunkSize: [10 * MiB, MiB, 5 * 1024 * MiB],
  CopySliceSize: [10 * MiB, 0, 5 * 1024 * MiB],
  UseRawKey: false,
  CompatibilityMode: false,
  ObjectKeySimplifyCheck: true,
  DiscoverUploads: false,
};

/** Options that are refused when set: what they ask for would not be done, and requests would go elsewhere. */
const refused: Readonly<Record<string, string>> = {
  // The official SDKs' whole message, which applications compare; the guide says what to do instead.
  ForcePathStyle: 'ForcePathStyle is not supported',
  Request: 'Request is not supported: use before-send, Proxy or Domain',
};

/** Options of the official SDKs that change nothing here, and why. */
const ignored: readonly (readonly [names: string, why: string])[] = [
  [
    'BeaconReporter ClsReporter DeepTracker EnableTracker TrackerDelay CustomId',
    'this SDK sends no telemetry',
  ],
  ['ClsLogger LogLevel LogExtras EnableLog EnableLogcat', 'this SDK writes no logs; listen to before-send'],
];

/** Options of one kind of host that another kind refuses when they are set: requests would take another way. */
const hostOnly = ['Proxy', 'Tunnel', 'Ip', 'StrictSsl', 'Host'];
/** Options of one kind of host that others can do without. */
const harmless = ['KeepAlive', 'FollowRedirect', 'UserAgent', 'ConfCwd', 'HttpDNSServiceId'];

/** Checks and completes what a caller passed to the constructor. The caller's object is not kept or changed. */
export function resolveOptions(given: Readonly<Record<string, unknown>>, host: HostDefaults): Settings {
  for (const [name, message] of Object.entries(refused)) if (given[name]) throw new UsageError(message);
  for (const name of hostOnly)
    if (isSet(given[name]) && !host.hostOptions.includes(name))
      throw new UsageError(`${name} is not an option on this host`);
  warnOfUnused(given, host);
  // Other spellings that the official SDKs take.
  const { secretId, secretKey, XCosSecurityToken } = given;
  const settings = readOptions(
    {
      ...given,
      SecretId: given['SecretId'] || secretId,
      SecretKey: given['SecretKey'] || secretKey,
      SecurityToken: given['SecurityToken'] || XCosSecurityToken,
    },
    classRules,
    host,
  );
  const method = given['SimpleUploadMethod'] || host.SimpleUploadMethod;
  if (method !== 'putObject' && method !== 'postObject')
    throw new UsageError('SimpleUploadMethod must be putObject or postObject');
  settings.SimpleUploadMethod = method;
  settings.CopySourceParser ??= null;
  return settings;
}

/** Reads the options that `rules` name; of the others only those that are the host's. */
export function readOptions(
  given: Readonly<Record<string, unknown>>,
  rules: Rules,
  host: HostDefaults,
): Settings {
  const { Domain, Credentials } = given;
  const settings: Record<string, unknown> = { Credentials };
  const defaults = host as unknown as Readonly<Record<string, unknown>>;
  for (const name of host.hostOptions) settings[name] = given[name];
  for (const [name, rule] of Object.entries(rules))
    settings[name] = readOption(name, given[name], rule, defaults[name]);
  const protocol = (settings['Protocol'] as string).replace(/:$/, '').toLowerCase();
  if (!/^https?$/.test(protocol))
    throw new UsageError(`Protocol must be http or https, got ${JSON.stringify(given['Protocol'])}`);
  settings['Protocol'] = `${protocol}:`;
  settings['Domain'] = typeof Domain === 'function' ? Domain : readOption('Domain', Domain, '', undefined);
  return settings as Settings;
}

/** Every option that this SDK honours, refuses or ignores; the guide's table is checked against them. */
export function knownOptions(): readonly string[] {
  return [
    ...honoured(),
    ...Object.keys(refused),
    ...ignored
      .map(([names]) => names)
      .join(' ')
      .split(' '),
    ...hostOnly,
    ...harmless,
  ];
}

function honoured(): readonly string[] {
  return [
    ...Object.keys(classRules),
    'Credentials',
    'Domain',
    'SimpleUploadMethod',
    'XCosSecurityToken',
    'secretId',
    'secretKey',
  ];
}

/** What has been warned of. One sentence for each name is enough, however many instances a program makes. */
const warnedOf = new Set<string>();

/** Warns once of each option that changes nothing: one of the official SDKs, or one that is not known at all. */
function warnOfUnused(given: Readonly<Record<string, unknown>>, host: HostDefaults): void {
  const { warn = warnByConsole } = host;
  const known = new Set([...knownOptions(), ...host.hostOptions]);
  const say = (name: string, text: string): void => {
    if (warnedOf.has(name)) return;
    warnedOf.add(name);
    warn(`COS: ${text}`);
  };
  for (const [names, why] of ignored)
    for (const name of names.split(' ')) if (given[name]) say(name, `${name} is ignored: ${why}`);
  for (const name of harmless)
    if (isSet(given[name]) && !host.hostOptions.includes(name))
      say(name, `${name} is ignored: it is not an option on this host`);
  for (const name of Object.keys(given))
    if (!known.has(name)) say(name, `unknown option ${name}${suggestion(name, honoured())}`);
}

// Every host has one; engines of ES2018 have no `globalThis` to look for it in.
declare const console: { warn?(text: string): void } | undefined;

function warnByConsole(text: string): void {
  if (typeof console !== 'undefined') console.warn?.(text);
}

/** Names the option that was probably meant, or nothing. */
export function suggestion(name: string, known: readonly string[]): string {
  const mistakes = known
    .map((each) => [distance(name.toLowerCase(), each.toLowerCase()), each] as const)
    .sort(([a], [b]) => a - b);
  const [nearest] = mistakes;
  return nearest && nearest[0] <= Math.max(1, name.length / 4) ? `; did you mean ${nearest[1]}?` : '';
}

/** Letters to be added, left out, changed or swapped with their neighbour until `a` is `b`. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_none, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          rows[i - 1]![j]! + 1,
          row[j - 1]! + 1,
          rows[i - 1]![j - 1]! + (same ? 0 : 1),
          swapped ? rows[i - 2]![j - 2]! + 1 : Infinity,
        ),
      );
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** One option after its rule, or `standard` before the rule's own default where the host has one. */
function readOption(name: string, value: unknown, rule: Rule, standard: unknown): unknown {
  if (typeof rule === 'boolean')
    return (value ?? standard ?? rule) !== 'false' && !!(value ?? standard ?? rule);
  if (Array.isArray(rule)) {
    const [usual, least, most = Infinity] = rule as readonly [number | undefined, number, number?];
    if (!isSet(value)) return standard ?? usual;
    return Math.min(Math.max(Number.isFinite(Number(value)) ? Number(value) : mustBe('number'), least), most);
  }
  if (!isSet(value)) return rule === null ? undefined : (standard ?? '');
  if (rule === null) return typeof value === 'function' ? value : mustBe('function');
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : mustBe('string');
  // A key copied with white space gives signatures that never match; nothing of it may be in the message.
  if (/^Secret/.test(name) && /\s/.test(text)) throw new UsageError(`${name} contains white space`);
  return text;

  function mustBe(kind: string): never {
    const got = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    throw new UsageError(`${name} must be a ${kind}, got ${got}`);
  }
}
