/**
 * All printing. Results go to stdout, everything else to stderr: a pipe gets results alone. On a terminal a bar stays on
 * the last line and other lines are printed above it; elsewhere progress is a plain line now and then.
 */
import type { Writable } from 'node:stream';
import { barLine, progressLine, visible, type Progress } from './format.ts';

/** A stream that may be a terminal. */
export type Sink = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface OutputOptions {
  /** What messages about failures begin with. */
  readonly command: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

export interface Output {
  /** A line of the result. */
  result(text: string): void;
  /** A line for the person at the terminal. */
  note(text: string): void;
  /** An error. */
  failed(text: string): void;
  /** A name as it may be shown here: made harmless on a terminal, untouched in a pipe. */
  name(text: string): string;
  /** Shows how far something is; called as often as one likes. */
  progress(progress: Progress): void;
  /** Takes the bar away. */
  endProgress(): void;
}

const barEveryMs = 100;
const lineEveryMs = 5000;

/** Makes the output of one run. */
export function createOutput({ command, stdout, stderr, env, now }: OutputOptions): Output {
  const hasBar = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const ascii = !/utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
  let bar = '';
  // Plain lines start after a while: what is quick needs none.
  let shownAtMs = hasBar ? -Infinity : now();

  const draw = (line: string): void => {
    bar = line;
    stderr.write(`\r\x1b[K${line}`);
  };
  const above = (sink: Sink, text: string): void => {
    const kept = bar;
    if (kept) draw('');
    sink.write(`${text}\n`);
    if (kept) draw(kept);
  };

  return {
    result: (text) => above(stdout, text),
    note: (text) => above(stderr, text),
    failed: (text) => above(stderr, `${command}: ${text}`),
    name: (text) => (stdout.isTTY === true ? visible(text) : text),
    progress(progress) {
      const atMs = now();
      if (atMs - shownAtMs < (hasBar ? barEveryMs : lineEveryMs)) return;
      shownAtMs = atMs;
      if (hasBar) draw(barLine(progress, stderr.columns ?? 80, ascii));
      else stderr.write(`${progressLine(progress)}\n`);
    },
    endProgress() {
      if (bar) draw('');
      bar = '';
    },
  };
}
