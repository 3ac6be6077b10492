/** What went wrong, as one line for a person and an exit status for a script. */
import {
  isAbortedError,
  isServiceError,
  isTransportError,
  isUsageError,
  type ServiceError,
} from '@sampan/protocol';

/** The command line itself is wrong: exit status 2. */
export class UsageFailure extends Error {
  override readonly name = 'UsageFailure';
}

/** The work failed for a reason that the message tells in full: exit status 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** Exit statuses; 130 and 141 are what a shell gives for Ctrl-C and for a pipe that nobody reads. */
export const exitStatus = { fine: 0, failed: 1, usage: 2, interrupted: 130, closedPipe: 141 } as const;

/** How a command ends after an error: what to print, and the exit status. */
export interface Ending {
  readonly status: number;
  /** One line; a second part, for an error that nobody expected, says where it came from. */
  readonly message: string;
}

/** Turns anything thrown into an ending. `endpoint` is named when nothing answered there. */
export function endingOf(error: unknown, endpoint?: string): Ending {
  if (error instanceof UsageFailure) return { status: exitStatus.usage, message: error.message };
  if (error instanceof Failure) return { status: exitStatus.failed, message: error.message };
  if (isAbortedError(error)) return { status: exitStatus.interrupted, message: 'interrupted' };
  if (isUsageError(error)) return { status: exitStatus.usage, message: error.message };
  if (isServiceError(error)) return { status: exitStatus.failed, message: serviceText(error) };
  if (isTransportError(error)) return { status: exitStatus.failed, message: transportText(error, endpoint) };
  if (!(error instanceof Error))
    return { status: exitStatus.failed, message: `unexpected: ${String(error)}` };
  const file = fileText(error);
  if (file !== undefined) return { status: exitStatus.failed, message: file };
  if ('cosErrorKind' in error) return { status: exitStatus.failed, message: error.message };
  return { status: exitStatus.failed, message: `unexpected: ${error.stack ?? error.message}` };
}

function serviceText(error: ServiceError): string {
  const id = error.RequestId === undefined ? '' : ` (request id ${error.RequestId})`;
  const said = oneLine(error.message);
  return `${[error.code, said].filter((part) => part !== '' && part !== 'Error').join(': ')}${id}`;
}

function transportText(error: Error & { readonly code?: string }, endpoint: string | undefined): string {
  const code = systemCode(error);
  if (code === undefined) return `${endpoint === undefined ? '' : `${endpoint}: `}${oneLine(error.message)}`;
  const refused = code === 'ECONNREFUSED' ? '; is the service running? Start it with: sampan serve' : '';
  return `no answer from ${endpoint ?? 'the service'} (${code})${refused}`;
}

/** The system's own word for a failed connection, wherever in the chain of causes it stands. */
function systemCode(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const code = (at as { readonly code?: unknown }).code;
    if (typeof code === 'string' && /^E[A-Z]{3,}$/.test(code)) return code;
  }
  return undefined;
}

const fileReasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ENOTDIR: 'is no folder',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'the disk is full',
};

function fileText(error: Error): string | undefined {
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown };
  if (typeof code !== 'string' || typeof path !== 'string') return undefined;
  return `${path}: ${fileReasons[code] ?? code}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
