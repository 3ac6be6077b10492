/** Formats log lines for a person at a terminal: time, request, status. Programs get JSON (log.ts). */
import { writeSync } from 'node:fs';

/** Where log lines go. */
export interface LogSink {
  write(line: string): void;
}

/** A sink that writes lines of the log to a terminal, as text. */
export function terminalSink({
  write = writeTerminal,
  colored = false,
}: {
  readonly write?: (text: string) => void;
  readonly colored?: boolean;
} = {}): LogSink {
  return { write: (line) => write(`${lineForPeople(line, colored)}\n`) };
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
  readonly cause?: string;
  readonly explanation?: string;
  readonly error?: { readonly stack?: string; readonly message?: string } | string;
}

/** Rewrites one JSON line of the log; anything else stays as it is. */
export function lineForPeople(line: string, colored = false): string {
  let entry: Line;
  try {
    entry = JSON.parse(line) as Line;
  } catch {
    return line.trimEnd();
  }
  const time = new Date(entry.time ?? 0).toTimeString().slice(0, 8);
  // A path is untrusted, and must not control the terminal.
  const text = textOf(entry).replace(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    '\ufffd',
  );
  if (!colored) return `${time} ${text}`;
  return `${paint(dim, time)} ${entry.method === undefined ? paint(colorOfEvent(entry), text) : coloredRequest(entry, text)}`;
}

const dim = 2;
const red = 31;
const green = 32;
const yellow = 33;
const cyan = 36;
const plain = 0;

function paint(color: number, text: string): string {
  return color === plain ? text : `\x1b[${color}m${text}\x1b[0m`;
}

function colorOfEvent({ level = 30, explanation }: Line): number {
  if (level >= 50) return red;
  return explanation === undefined ? plain : dim;
}

/** The status in its colour, and what was moved out of the way of the eye. */
function coloredRequest({ status = 0 }: Line, text: string): string {
  const color = status >= 500 ? red : status >= 400 ? yellow : status >= 300 ? cyan : green;
  const facts = text.lastIndexOf('  ');
  return `${paint(color, text.slice(0, 3))}${text.slice(3, facts)}${paint(dim, text.slice(facts))}`;
}

function textOf(entry: Line): string {
  if (entry.explanation !== undefined)
    return `    ${entry.explanation} More: sampan explain ${entry.requestId ?? '?'}`;
  return entry.method === undefined ? eventText(entry) : requestText(entry);
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
