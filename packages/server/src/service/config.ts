/** The settings of `sampan serve`, from flags and their environment twins, checked before anything happens. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { checkBucketName } from '@sampan/protocol';
import type { CallbackReach } from '../access/callback-hosts.ts';
import { readAccounts } from '../access/accounts.ts';
import type { SignatureMode } from '../access/coverage.ts';
import type { LogFormat } from '../observability/log.ts';
import type { BoundDomain } from '../http/request-address.ts';
import { readLink } from '../lab/link-text.ts';
import { LabError, type LabDocument } from '../lab/rule.ts';
import { environmentName, flagNamed, serveFlags } from './flags.ts';

/** A complete, checked configuration. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Everything is in memory; the data folder is neither read nor written. */
  readonly ephemeral: boolean;
  /** Where metadata are in PostgreSQL; absent: in the data folder. Holds a password. */
  readonly database?: string | undefined;
  /** Where bytes are, as an `s3://` address; absent: in the data folder. May hold a secret. */
  readonly blobs?: string | undefined;
  /** The root key pair; absent: made at the first start and kept in the data folder. */
  readonly keyPair?: { readonly secretId: string; readonly secretKey: string } | undefined;
  readonly appId: string;
  readonly region: string;
  readonly buckets: readonly string[];
  readonly bound: readonly BoundDomain[];
  /** What a signature must cover. */
  readonly signatures: SignatureMode;
  /** The document of `--accounts`, which {@link readAccounts} found good. A document, so that it can go to other threads. */
  readonly accounts: unknown;
  /** How many threads answer requests. */
  readonly threads: number;
  readonly durability: 'full' | 'relaxed';
  /** Whether what only some operating systems have is used. */
  readonly system: 'auto' | 'portable';
  readonly cors: boolean;
  /** Whether the console is served. */
  readonly console: boolean;
  /** Whether the last requests are kept for who holds the root key. */
  readonly inspect: boolean;
  /** Rules of the network laboratory at the start. */
  readonly link?: LabDocument | undefined;
  readonly restoreDelayMs: number;
  /** What lifecycle rules count as a day. */
  readonly lifecycleDayMs: number;
  /** Hosts that upload callbacks may go to, in lower case; empty: any. */
  readonly callbackHosts: readonly string[];
  /** Which of their addresses may be called. */
  readonly callbackReach: CallbackReach;
  /** A connection on which nothing moves for so long is given up. */
  readonly idleMs: number;
  /** The head of a request must be here after so long. */
  readonly headMs: number;
  /** Slowest body of a sender who is not known yet. */
  readonly minBodyBytesPerSecond: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly logLevel: string;
  readonly logFormat: LogFormat;
}

/** Says in one line what is wrong with the configuration. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Values = ReadonlyMap<string, readonly string[]>;

/** Reads flags over environment over defaults. Throws {@link ConfigError}. */
export function readConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Config {
  const values = new Map([...fromEnvironment(env), ...fromFlags(argv)]);
  const one = (name: string) => values.get(name)?.at(-1) ?? flagNamed(name)?.default;
  const word = <W extends string>(name: string, words: readonly W[]): W => {
    const value = one(name) ?? '';
    const found = words.find((candidate) => candidate === value);
    if (found === undefined) throw bad(name, words.join(' or '), value);
    return found;
  };
  const region = matching(
    'region',
    one('region'),
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'a region such as ap-guangzhou',
  );
  const appId = matching('appid', one('appid'), /^\d{1,12}$/, 'a number such as 1250000000');
  const port = portNumber('port', one('port'));
  const host = matching('host', one('host'), /^[^\s/]+$/, 'an address to listen on');
  const database = databaseUrl(one('database'));
  const pair = keyPair(one('secret-id'), one('secret-key'));
  const ephemeral = word('ephemeral', ['on', 'off']) === 'on';
  const keeping = ['data', 'database', 'blobs'].find((name) => values.has(name));
  if (ephemeral && keeping !== undefined)
    throw new ConfigError(`--ephemeral keeps everything in memory and goes without --${keeping}`);
  if (database !== undefined && !pair)
    throw new ConfigError(
      '--database needs --secret-id and --secret-key: all processes on one database have the same key pair',
    );
  return {
    host,
    port,
    dataDir: resolve(cwd, matching('data', one('data'), /./, 'a folder')),
    ephemeral,
    database,
    blobs: blobsUrl(one('blobs')),
    keyPair: pair,
    appId,
    region,
    buckets: (values.get('bucket') ?? []).map((name) => bucketName('bucket', name, appId)),
    bound: (values.get('bind') ?? []).map((text) => binding(text, appId)),
    signatures:
      one('signatures') === undefined
        ? isLoopback(host)
          ? 'cos'
          : 'strict'
        : word('signatures', ['cos', 'strict']),
    accounts: accountsFile(one('accounts'), cwd),
    threads: threadCount(one('threads')),
    durability: word('durability', ['full', 'relaxed']),
    system: word('system', ['auto', 'portable']),
    cors: word('cors', ['on', 'off']) === 'on',
    console: one('console') === undefined ? isLoopback(host) : word('console', ['on', 'off']) === 'on',
    inspect: one('inspect') === undefined ? isLoopback(host) : word('inspect', ['on', 'off']) === 'on',
    link: linkRules(one('link')),
    restoreDelayMs: milliseconds('restore-delay', one('restore-delay')),
    lifecycleDayMs: positive('lifecycle-day', milliseconds('lifecycle-day', one('lifecycle-day'))),
    callbackHosts: (values.get('callback-hosts') ?? []).map(callbackHost),
    callbackReach: word('callback-reach', ['public', 'private', 'any']),
    idleMs: positive('idle-timeout', milliseconds('idle-timeout', one('idle-timeout'))),
    headMs: positive('head-timeout', milliseconds('head-timeout', one('head-timeout'))),
    minBodyBytesPerSecond: count('min-body-rate', one('min-body-rate') ?? '', 0),
    ...connectionCounts(one('max-connections'), one('max-connections-per-address')),
    tls: tlsFiles(one('tls-cert'), one('tls-key'), cwd),
    logLevel: word('log-level', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    logFormat: word('log-format', ['auto', 'json', 'pretty']),
  };
}

function linkRules(text: string | undefined): LabDocument | undefined {
  try {
    return text === undefined ? undefined : readLink(text);
  } catch (error) {
    throw error instanceof LabError ? new ConfigError(`--link: ${error.message}`) : error;
  }
}

function fromFlags(argv: readonly string[]): Values {
  const values = new Map<string, string[]>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    const [, name, attached] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const flag = name === undefined ? undefined : flagNamed(name);
    if (!flag)
      throw new ConfigError(name === undefined ? `unexpected argument ${word}` : `unknown flag --${name}`);
    const value = attached ?? (flag.alone ? 'on' : argv[++at]);
    if (value === undefined || (attached === undefined && value.startsWith('--')))
      throw new ConfigError(`--${flag.name} needs a value: ${flag.value}`);
    const given = values.get(flag.name);
    if (given && !flag.repeatable) throw new ConfigError(`--${flag.name} is given twice`);
    if (given) given.push(value);
    else values.set(flag.name, [value]);
  }
  return values;
}

// Names that other commands, tests and the toolchain use; they mean nothing to `serve`.
const foreignNames = /^SAMPAN_(ENDPOINT|TOKEN|PROFILE|CONFIG|CREDENTIAL|TEST|BENCH|START|CI)(_|$)/;

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): Values {
  const values = new Map<string, string[]>();
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('SAMPAN_') || value === undefined || value === '') continue;
    const flag = serveFlags.find((candidate) => environmentName(candidate.name) === variable);
    if (flag) values.set(flag.name, flag.repeatable ? value.split(',') : [value]);
    else if (!foreignNames.test(variable)) throw new ConfigError(`unknown environment variable ${variable}`);
  }
  return values;
}

function bad(name: string, wanted: string, got: string): ConfigError {
  return new ConfigError(`--${name} must be ${wanted}, got ${JSON.stringify(got)}`);
}

function matching(name: string, value: string | undefined, pattern: RegExp, wanted: string): string {
  if (value === undefined || !pattern.test(value)) throw bad(name, wanted, value ?? '');
  return value;
}

function milliseconds(name: string, value: string | undefined): number {
  return Number(matching(name, value, /^\d{1,6}(\.\d{1,3})?$/, 'a number of seconds')) * 1000;
}

function positive(name: string, ms: number): number {
  if (ms <= 0) throw bad(name, 'more than no time', '0');
  return ms;
}

function count(name: string, value: string, least: number): number {
  const wanted = `a number from ${least} to 9999999`;
  const number = Number(matching(name, value, /^\d{1,7}$/, wanted));
  if (number < least) throw bad(name, wanted, value);
  return number;
}

function connectionCounts(
  all: string | undefined,
  perAddress: string | undefined,
): Pick<Config, 'maxConnections' | 'maxConnectionsPerAddress'> {
  const maxConnections = all === undefined ? defaultConnections() : count('max-connections', all, 1);
  const maxConnectionsPerAddress =
    perAddress === undefined
      ? Math.ceil(maxConnections / 2)
      : count('max-connections-per-address', perAddress, 1);
  return { maxConnections, maxConnectionsPerAddress };
}

const mostConnections = 8192;
/** Files that the process has open without any connection: its stores, threads and log. */
const ownFiles = 128;

/** As many connections as can each have a file of their own open besides. */
function defaultConnections(): number {
  const files = maxOpenFiles();
  if (files === undefined) return mostConnections;
  return Math.max(16, Math.min(mostConnections, Math.floor((files - ownFiles) / 2)));
}

/** How many files the process may open; undefined where there is no such limit, or where the system does not say. */
function maxOpenFiles(): number | undefined {
  try {
    if (process.platform === 'linux') {
      const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
      return found ? Number(found[1]) : undefined;
    }
    // Slower by some 20 ms, and the only way elsewhere.
    const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
    const soft = report.userLimits?.open_files?.soft;
    return typeof soft === 'number' ? soft : undefined;
  } catch {
    return undefined;
  }
}

// Beyond that a thread has less than a processor of its own on most machines, and each takes some 30 MB.
const defaultThreads = 4;
const mostThreads = 64;

function threadCount(value: string | undefined): number {
  if (value === undefined) return Math.min(availableParallelism(), defaultThreads);
  const wanted = `a number from 1 to ${mostThreads}`;
  const count = Number(matching('threads', value, /^\d{1,2}$/, wanted));
  if (count < 1 || count > mostThreads) throw bad('threads', wanted, value);
  return count;
}

/** Whether only this machine can connect to an address. */
function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host);
}

function portNumber(name: string, value: string | undefined): number {
  const port = Number(matching(name, value, /^\d{1,5}$/, 'a port from 0 to 65535'));
  if (port > 65535) throw bad(name, 'a port from 0 to 65535', String(port));
  return port;
}

function keyPair(secretId: string | undefined, secretKey: string | undefined): Config['keyPair'] {
  if (secretId === undefined && secretKey === undefined) return undefined;
  if (secretId === undefined || secretKey === undefined)
    throw new ConfigError('--secret-id and --secret-key are given together or not at all');
  // What travels in an Authorization value must not hold its separators.
  matching('secret-id', secretId, /^[^\s&=;]+$/, 'a word without spaces, &, = and ;');
  if (secretKey === '') throw new ConfigError('--secret-key must not be empty');
  return { secretId, secretKey };
}

/** The value is never repeated: it may hold a password. */
function databaseUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value))
    throw new ConfigError('--database must be an address such as postgres://USER:PASSWORD@HOST:PORT/NAME');
  return value;
}

/** Whether the rest of it makes sense is said when the store is opened. The value may hold a secret as well. */
function blobsUrl(value: string | undefined): string | undefined {
  if (value === undefined || (value.startsWith('s3://') && URL.canParse(value))) return value;
  throw new ConfigError('--blobs must be an address such as s3://BUCKET?endpoint=URL&region=REGION');
}

function bucketName(flag: string, name: string, appId: string): string {
  const full = /-\d+$/.test(name) ? name : `${name}-${appId}`;
  const problem = checkBucketName(full);
  if (problem) throw new ConfigError(`--${flag}: ${problem.message}`);
  return full;
}

function callbackHost(text: string): string {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^\[|\]$/g, '');
  if (!/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host) && isIP(host) === 0)
    throw bad('callback-hosts', 'a host such as app.example.com or *.example.com, without a port', text);
  return host;
}

function binding(text: string, appId: string): BoundDomain {
  const [, host, port, bucket] = /^([^:=\s]+)(?::(\d+))?=(.+)$/.exec(text) ?? [];
  if (host === undefined || bucket === undefined) throw bad('bind', 'HOST[:PORT]=BUCKET', text);
  return {
    host: host.toLowerCase(),
    port: port === undefined ? undefined : portNumber('bind', port),
    bucket: bucketName('bind', bucket, appId),
  };
}

function accountsFile(file: string | undefined, cwd: string): unknown {
  if (file === undefined) return { accounts: [] };
  try {
    const document: unknown = JSON.parse(readFileSync(resolve(cwd, file), 'utf8'));
    readAccounts(document);
    return document;
  } catch (error) {
    // A parser's message quotes the text it stumbled on, which may be a secret.
    const reason = error instanceof SyntaxError ? 'is not JSON' : error instanceof Error ? error.message : '';
    throw new ConfigError(`--accounts ${file}: ${reason}`);
  }
}

function tlsFiles(cert: string | undefined, key: string | undefined, cwd: string): Config['tls'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new ConfigError('--tls-cert and --tls-key are given together or not at all');
  const read = (flag: string, file: string) => {
    try {
      return readFileSync(resolve(cwd, file));
    } catch (cause) {
      throw new ConfigError(`--${flag}: cannot read ${file}`, { cause });
    }
  };
  return { cert: read('tls-cert', cert), key: read('tls-key', key) };
}
