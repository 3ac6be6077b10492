/** The log of the service: JSON lines by pino, or readable lines at a terminal, without secrets. */
import { isatty } from 'node:tty';
import { pino, type Logger } from 'pino';
import type { Finished } from '../http/edge.ts';
import type { Outcome } from '../http/message.ts';
import { terminalSink, type LogSink } from './terminal-log.ts';

/** What standard error gets: text for people, one JSON object a line, or by whether it is a terminal. */
export type LogFormat = 'auto' | 'json' | 'pretty';

/** Where the service says what it does. */
export interface Log {
  /** One answered request. */
  exchange(exchange: Finished): void;
  /** A failure that is the service's own. */
  failure(error: unknown, outcome: Outcome): void;
  /** Why a request was refused, in one line; a line of its own, as finding out takes a while. */
  explained(why: { readonly requestId: string; readonly cause: string; readonly explanation: string }): void;
  event(message: string, about?: Readonly<Record<string, unknown>>): void;
  /** Something that needs somebody's attention, though no request failed. */
  trouble(error: unknown, message: string): void;
  flush(): void;
}

// These fields are redacted even when a caller logs them by mistake.
const secrets = ['authorization', 'Authorization', 'secretKey', 'token', 'url', 'query', 'headers', 'body'];

// Several threads write, each whole lines at a time. What a pipe takes in one piece is never mixed with what others write:
// 4,096 bytes on Linux, which leaves out only requests for the very longest of keys.
const writes = { minLength: 3584, maxWrite: 4096, maxLength: 1 << 20 };

/**
 * Makes a log that writes to a sink, or to standard error in some form: standard output belongs to the one line that says
 * the service is ready. Requests are logged with their path alone, because a query may hold a signature.
 */
export function createLog(level: string, to: LogSink | LogFormat = 'auto'): Log {
  const sink = typeof to === 'string' ? standardSink(to) : to;
  const options = {
    level,
    base: null,
    redact: { paths: [...secrets, ...secrets.map((name) => `*.${name}`)], remove: true },
  };
  const buffered = sink ? undefined : pino.destination({ fd: 2, sync: false, ...writes });
  // On a full disk lines are lost, and requests are answered; the next line is tried again.
  buffered?.on('error', () => undefined);
  const logger: Logger = pino(options, sink ?? buffered!);
  // Lines about requests have a fixed set of fields, none of them secret, and there are many of them.
  const requests: Logger = pino({ level, base: null }, sink ?? buffered!);
  const sweep = buffered && setInterval(() => buffered.flush(), 250).unref();
  const flush = () => {
    if (sweep) clearInterval(sweep);
    try {
      buffered?.flushSync();
    } catch {
      // Nothing was written yet, or the reader of the pipe is gone.
    }
  };
  return {
    exchange({ method, path, clientIp, response, durationMs, receivedBytes, sentBytes, broken }) {
      if (!requests.isLevelEnabled('info')) return;
      const { requestId, operation, code, identity, lab } = response.outcome;
      requests.info({
        requestId,
        operation,
        method,
        path,
        status: response.status,
        ...(code === undefined ? {} : { code }),
        ...(identity === undefined ? {} : { identity }),
        clientIp,
        ms: Math.round(durationMs * 1000) / 1000,
        receivedBytes,
        sentBytes,
        ...(broken ? { broken } : {}),
        ...(lab === undefined ? {} : { lab }),
      });
    },
    failure(error, { requestId, operation, bucket, key }) {
      logger.error({ requestId, operation, bucket, key, error: described(error) }, 'request failed');
    },
    explained: (why) => logger.info(why),
    event: (message, about = {}) => logger.info(about, message),
    trouble: (error, message) => logger.error({ error: described(error) }, message),
    flush,
  };
}

/** Standard error as text, in colours where it is a terminal that has them; undefined for JSON. */
function standardSink(format: LogFormat): LogSink | undefined {
  const isTerminal = isatty(2);
  if (format === 'json' || (format === 'auto' && !isTerminal)) return undefined;
  const { NO_COLOR: noColor, TERM: terminal } = process.env;
  return terminalSink({ colored: isTerminal && !noColor && terminal !== 'dumb' });
}

/** What a log line says of an error, down its chain of causes. */
function described(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    ...(cause === undefined || depth > 4 ? {} : { cause: described(cause, depth + 1) }),
  };
}
