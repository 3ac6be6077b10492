/** What an error of PostgreSQL or of the way to it means for the transaction that it ended. */

/** Conflicts that the database resolved by ending one side: nothing happened, and the same change may succeed now. */
const conflicts: ReadonlySet<string> = new Set(['40001', '40P01']);

/**
 * The database stopped, starts, is full of connections, or is read-only because another server takes over. Nothing
 * happened, and it may work in a moment.
 */
const pausing: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '53300', '25006']);

/** Errors of sockets, and those that the driver has no code for. */
const sockets: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const driverTexts =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered)/;

/**
 * `conflict`: repeat at once. `pause`: repeat after a moment. `final`: an answer that another attempt would get as well.
 */
export function verdictOn(error: unknown): 'conflict' | 'pause' | 'final' {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (conflicts.has(code)) return 'conflict';
  if (pausing.has(code) || isConnectionLoss(error) || driverTexts.test(message)) return 'pause';
  return 'final';
}

/** Whether the connection ended, so that the answer to what was sent last never comes. */
export function isConnectionLoss(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return code.startsWith('08') || code.startsWith('57P') || sockets.has(code) || driverTexts.test(message);
}

/** The change may have been committed or not, and the database does not say which. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';

  constructor(cause: unknown) {
    super('the connection was lost while a change was committed, and its outcome could not be found out', {
      cause,
    });
  }
}
