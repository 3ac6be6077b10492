/**
 * Prints all output of the command line. Results go to stdout, everything else to stderr: a pipe gets results alone. On
 * a terminal the last lines show progress and other lines are printed above them; elsewhere progress is a plain line
 * now and then. With `--json` stdout gets one JSON object a line, and no other text.
 */
import type { Writable } from 'node:stream';
import { barLine, progressLine, visible, type Progress } from './format.ts';

/** A stream that may be a terminal. */
export type Sink = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

export interface OutputOptions {
  /** What messages about failures begin with. */
  readonly command: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** How much is said, and how. */
export interface OutputMode {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly json?: boolean;
  /** False for no colour, also on terminals that have it. */
  readonly color?: boolean;
}

/** Fields of a JSON line. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Output {
  /** Sets how much is said; before, everything but details is. */
  configure(mode: OutputMode): void;
  readonly json: boolean;
  /** A line of the result; not for `--json`. */
  result(text: string): void;
  /** Something that went well: a JSON line, or a line of the result unless quiet. */
  event(name: string, fields: Fields, text?: string): void;
  /** A line of the result, as JSON or text; `--quiet` does not hide it. */
  item(name: string, fields: Fields, text: string): void;
  /** A line for the person at the terminal. */
  note(text: string): void;
  /** A line for `--verbose`. */
  detail(text: string): void;
  /** A line about a request, for `--debug`. */
  debug(text: () => string): void;
  /** An error. */
  failed(text: string, fields?: Fields): void;
  /** A name as it may be shown here: made harmless on a terminal, untouched in a pipe. */
  name(text: string): string;
  /** Shows how far something is, and its pieces under way; called as often as one likes. */
  progress(total: Progress, pieces?: () => readonly Progress[]): void;
  /** Takes the bars away. */
  endProgress(): void;
}

const barEveryMs = 100;
const lineEveryMs = 5000;
const jsonEveryMs = 1000;
/** Pieces shown at once; more would scroll what was printed before out of sight. */
const mostPieces = 4;
/** Narrower terminals get one line. */
const leastColumnsForPieces = 50;

/** Makes the output of one run. */
export function createOutput({ command, stdout, stderr, env, now }: OutputOptions): Output {
  const hasBar = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const ascii = !/utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '') && !env['WT_SESSION'];
  let mode: OutputMode = {};
  let shown: readonly string[] = [];
  // Plain lines start after a while: what is quick needs none.
  let shownAtMs = hasBar ? -Infinity : now();

  const colored = (text: string, code: number): string =>
    hasBar && mode.color !== false && !env['NO_COLOR'] ? `\x1b[${code}m${text}\x1b[0m` : text;
  const erase = (): string => {
    if (shown.length === 0) return '';
    return `\r${shown.length > 1 ? `\x1b[${shown.length - 1}A` : ''}\x1b[J`;
  };
  const draw = (lines: readonly string[]): void => {
    const text = erase() + lines.join('\n');
    shown = lines;
    if (text) stderr.write(text);
  };
  const above = (sink: Sink, text: string): void => {
    const kept = shown;
    draw([]);
    sink.write(`${text}\n`);
    draw(kept);
  };
  const json = (name: string, fields: Fields): void =>
    above(stdout, JSON.stringify({ event: name, ...fields }));
  const bars = (total: Progress, pieces: readonly Progress[]): readonly string[] => {
    const columns = stderr.columns ?? 80;
    const rows = Math.min(mostPieces, (stderr.rows ?? 24) - 2);
    const listed = columns >= leastColumnsForPieces && pieces.length > 1 ? pieces.slice(0, rows) : [];
    return [
      ...listed.map((piece) => barLine(piece, columns, ascii)),
      colored(barLine(total, columns, ascii), 36),
    ];
  };

  return {
    configure(next) {
      mode = next;
    },
    get json() {
      return mode.json === true;
    },
    result: (text) => above(stdout, text),
    event(name, fields, text) {
      if (mode.json) json(name, fields);
      else if (text !== undefined && !mode.quiet) above(stdout, text);
    },
    item(name, fields, text) {
      if (mode.json) json(name, fields);
      else above(stdout, text);
    },
    note(text) {
      if (!mode.quiet) above(stderr, text);
    },
    detail(text) {
      if (mode.verbose || mode.debug) above(stderr, text);
    },
    debug(text) {
      if (mode.debug) above(stderr, colored(text(), 2));
    },
    failed(text, fields) {
      if (mode.json) json('failed', { message: text, ...fields });
      above(stderr, `${colored(command, 31)}: ${stderr.isTTY === true ? visibleLines(text) : text}`);
    },
    name: (text) => (stdout.isTTY === true ? visible(text) : text),
    progress(total, pieces) {
      if (mode.quiet) return;
      const atMs = now();
      const everyMs = mode.json ? jsonEveryMs : hasBar ? barEveryMs : lineEveryMs;
      if (atMs - shownAtMs < everyMs) return;
      shownAtMs = atMs;
      if (mode.json) json('progress', { ...total });
      else if (hasBar) draw(bars(total, pieces?.() ?? []));
      else stderr.write(`${progressLine(total)}\n`);
    },
    endProgress: () => draw([]),
  };
}

/** An unexpected error has several lines. */
function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}
