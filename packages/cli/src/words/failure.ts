/** Turns an error into one line for a person and an exit status for a script. */
import {
  isAbortedError,
  isIntegrityError,
  isServiceError,
  isTransportError,
  isUsageError,
  parseHost,
  type ServiceError,
} from '@sampan/protocol';
import { t } from '../terminal/messages.ts';

/**
 * Exit statuses by the kind of failure; `failed` stands for several kinds at once, or none of the others. 130 and 141
 * are what a shell gives for Ctrl-C and for a pipe without a reader.
 */
export const exitStatus = {
  fine: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  denied: 4,
  noAnswer: 5,
  differs: 6,
  file: 7,
  service: 8,
  conflict: 9,
  interrupted: 130,
  closedPipe: 141,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** The command line itself is wrong: exit status 2. */
export class UsageFailure extends Error {
  override readonly name = 'UsageFailure';
}

/** The work failed for a reason that the message gives in full. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly status: ExitStatus;

  constructor(message: string, status: ExitStatus = exitStatus.failed) {
    super(message);
    this.status = status;
  }
}

/** How a command ends after an error: what to print, and the exit status. */
export interface Ending {
  readonly status: ExitStatus;
  /** One line; a second part, for an unexpected error, says where it came from. */
  readonly message: string;
  /** COS's error code, or the system's. */
  readonly code?: string;
  readonly requestId?: string;
}

/** What was spoken to, for messages that name it. */
export interface About {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

/** Turns anything thrown into an ending. */
export function endingOf(error: unknown, about: About = {}): Ending {
  if (error instanceof UsageFailure) return { status: exitStatus.usage, message: error.message };
  if (error instanceof Failure) return { status: error.status, message: error.message };
  if (isAbortedError(error)) return { status: exitStatus.interrupted, message: t`interrupted` };
  if (isServiceError(error)) return serviceEnding(error, about);
  if (!(error instanceof Error))
    return { status: exitStatus.failed, message: t`unexpected: ${String(error)}` };
  const file = fileText(error);
  if (file !== undefined) return { status: exitStatus.file, message: file };
  if (isTransportError(error)) return transportEnding(error, about);
  if (isUsageError(error)) return { status: exitStatus.usage, message: error.message };
  if (isIntegrityError(error)) return { status: exitStatus.differs, message: error.message };
  // Of the service's package, which is loaded by the commands that need it.
  if (error.name === 'StoreProblem') return { status: exitStatus.failed, message: error.message };
  if ('cosErrorKind' in error) return { status: exitStatus.failed, message: error.message };
  const code = systemCode(error);
  if (code !== undefined && networkReason(code) !== undefined) return transportEnding(error, about);
  return { status: exitStatus.failed, message: t`unexpected: ${error.stack ?? error.message}` };
}

function serviceEnding(error: ServiceError, about: About): Ending {
  const id = error.RequestId === undefined ? '' : ` (${t`request id`} ${error.RequestId})`;
  const said = [error.code, oneLine(error.message)].filter((part) => part !== '' && part !== 'Error');
  const hint = hintOf(error, about);
  return {
    status: serviceStatus(error),
    message: `${hint === undefined ? said.join(': ') : `${said.join(': ').replace(/\.$/, '')}; ${hint}`}${id}`,
    code: error.code,
    ...(error.RequestId === undefined ? {} : { requestId: error.RequestId }),
  };
}

const badKeys =
  /^(SignatureDoesNotMatch|InvalidAccessKeyId|InvalidSecretId|AccessKeyNotExist|MissingSecurityHeader)$/;
const oldKeys = /^(ExpiredToken|TokenExpired|RequestIsExpired|InvalidToken)$/;

function serviceStatus({ statusCode, code }: ServiceError): ExitStatus {
  if (badKeys.test(code) || oldKeys.test(code) || statusCode === 401 || statusCode === 403)
    return exitStatus.denied;
  if (statusCode === 404) return exitStatus.notFound;
  if (statusCode === 409 || statusCode === 412) return exitStatus.conflict;
  if (statusCode >= 500 || statusCode === 429) return exitStatus.service;
  return exitStatus.failed;
}

/** What to do about an answer, where its code says more than its words. */
function hintOf(error: ServiceError, { endpoint, region }: About): string | undefined {
  const { code } = error;
  if (code === 'RequestTimeTooSkewed') return t`set this machine's clock; sampan doctor shows the difference`;
  if (oldKeys.test(code)) return t`the temporary keys are over or not valid: get new ones`;
  if (badKeys.test(code)) return t`check the SecretId and the SecretKey; sampan doctor tries them`;
  if (code === 'AccessDenied')
    return t`these keys have no permission for it; sampan doctor shows what they may do`;
  if (code === 'NoSuchBucket') {
    const bucket = bucketOf(error.url);
    const where = [bucket, endpoint, region].filter((part) => part !== undefined).join(', ');
    return t`looked for ${where}; sampan ls shows the buckets and their regions, sampan mb makes one`;
  }
  if (code === 'BucketNotEmpty') return t`sampan rb --force deletes what is in it first`;
  if (code === 'InvalidObjectState' || code === 'RestoreAlreadyInProgress')
    return t`an archived object is readable some hours after: sampan restore`;
  if (code === 'InsufficientStorage' || error.statusCode === 507)
    return t`the service's disk is full: free space there`;
  if (code === 'SlowDown' || error.statusCode === 429)
    return t`the service is busy: try --parallel 1, or later`;
  return undefined;
}

/** The bucket that an address names, in its host or as the first part of its path. */
function bucketOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { host, pathname } = new URL(url);
  const target = parseHost(host);
  if (target?.kind === 'bucket') return target.bucket;
  return /^\/([a-z0-9-]+-\d+)(?:\/|$)/.exec(pathname)?.[1];
}

function transportEnding(error: Error & { readonly code?: string }, { endpoint }: About): Ending {
  const code = systemCode(error);
  const status = exitStatus.noAnswer;
  if (code === undefined) {
    const message = `${endpoint === undefined ? '' : `${endpoint}: `}${oneLine(error.message)}`;
    return { status, message };
  }
  const where = endpoint ?? t`the service`;
  const reason = networkReason(code);
  return {
    status,
    message: t`no answer from ${where} (${code})` + (reason === undefined ? '' : `; ${reason}`),
    code,
  };
}

function networkReason(code: string): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return t`is the service running? Start it with: sampan serve`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return t`the name has no address: check --endpoint or --region, and the network`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return t`the network does not reach it: check the address, a proxy or a firewall`;
    case 'ECONNRESET':
    case 'EPIPE':
      return t`the connection was cut; the same command tries again`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return t`it does not speak https: does it speak http?`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return t`its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS`;
    case 'CERT_HAS_EXPIRED':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return t`its certificate is not valid for it`;
    default:
      return undefined;
  }
}

/** The system's own word for a failed connection, wherever in the chain of causes it stands. */
function systemCode(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const code = (at as { readonly code?: unknown }).code;
    if (typeof code === 'string' && (/^E[A-Z]{3,}(_AGAIN)?$/.test(code) || networkReason(code) !== undefined))
      return code;
  }
  return undefined;
}

function fileReason(code: string): string | undefined {
  switch (code) {
    case 'ENOENT':
      return t`no such file or folder`;
    case 'EACCES':
    case 'EPERM':
      return t`permission denied`;
    case 'EISDIR':
      return t`is a folder`;
    case 'ENOTDIR':
      return t`is no folder`;
    case 'ELOOP':
      return t`too many symbolic links`;
    case 'ENAMETOOLONG':
      return t`the name is too long`;
    case 'ENOSPC':
      return t`the disk is full`;
    case 'EDQUOT':
      return t`the quota of the disk is used up`;
    case 'EROFS':
      return t`the disk is read-only`;
    case 'EEXIST':
      return t`is there already`;
    case 'EBUSY':
      return t`is used by another program`;
    case 'EINVAL':
      return t`the system does not accept this name`;
    case 'EMFILE':
      return t`too many open files`;
    default:
      return undefined;
  }
}

function fileText(error: Error): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const { code, path, syscall } = at as { code?: unknown; path?: unknown; syscall?: unknown };
    if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) continue;
    if (typeof path === 'string') return `${path}: ${fileReason(code) ?? code}`;
    // A write to an open file names no path.
    if (code === 'ENOSPC' || code === 'EDQUOT') return `${fileReason(code)!} (${String(syscall)})`;
  }
  return undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Collects endings of many pieces of work: one status when they are of one kind, `failed` when they are not. */
export class Tally {
  #status: ExitStatus = exitStatus.fine;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get status(): ExitStatus {
    return this.#status;
  }

  add(status: ExitStatus): void {
    this.#count++;
    this.#status = this.#count === 1 || this.#status === status ? status : exitStatus.failed;
  }
}
