/** Formats log lines for a person at a terminal: time, request, status. Programs get JSON (log.ts). */
import { writeSync } from 'node:fs';

/** Where log lines go. */
export interface LogSink {
  write(line: string): void;
}

/** A sink that writes lines of the log to a terminal, as text. */
export function terminalSink(write: (text: string) => void = writeTerminal): LogSink {
  return { write: (line) => write(`${lineForPeople(line)}\n`) };
}

function writeTerminal(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // The terminal is gone, or takes nothing at the moment; the service goes on.
  }
}

interface Line {
  readonly level?: number;
  readonly time?: number;
  readonly msg?: string;
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly code?: string;
  readonly ms?: number;
  readonly receivedBytes?: number;
  readonly sentBytes?: number;
  readonly requestId?: string;
  readonly broken?: unknown;
  readonly error?: { readonly stack?: string; readonly message?: string } | string;
}

/** Rewrites one JSON line of the log; anything else stays as it is. */
export function lineForPeople(line: string): string {
  let entry: Line;
  try {
    entry = JSON.parse(line) as Line;
  } catch {
    return line.trimEnd();
  }
  const time = new Date(entry.time ?? 0).toTimeString().slice(0, 8);
  const text = entry.method === undefined ? eventText(entry) : requestText(entry);
  // A path is untrusted, and must not control the terminal.
  return `${time} ${text}`.replace(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    '\ufffd',
  );
}

function requestText(entry: Line): string {
  const { method = '', path = '', status = 0, code, ms = 0, receivedBytes = 0, sentBytes = 0 } = entry;
  const refusal = code === undefined ? '' : ` ${code} (request id ${entry.requestId ?? '?'})`;
  const broken = entry.broken ? ' connection lost' : '';
  return `${status} ${method.padEnd(6)} ${path}${refusal}${broken}  ${Math.round(ms)} ms, ${receivedBytes} B in, ${sentBytes} B out`;
}

function eventText({ level = 30, msg = '', error, requestId, ...rest }: Line): string {
  const reason = typeof error === 'string' ? error : (error?.stack ?? error?.message);
  const { time: _, ...facts } = rest;
  const more = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`);
  const head = [
    level >= 50 ? `error: ${msg}` : msg,
    ...more,
    ...(requestId === undefined ? [] : [`request id ${requestId}`]),
  ];
  return reason === undefined ? head.join(' ') : `${head.join(' ')}\n${reason}`;
}
