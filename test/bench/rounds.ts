/** What is measured of several contenders in turn, and how it is shown. */
import { short, spread, table, type Spread } from './statistics.ts';

/** One contender's figures of all rounds of one work. */
export interface Figures {
  readonly name: string;
  readonly note: string;
  /** Of each round. */
  readonly rates: readonly number[];
  /** Over all rounds. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** More columns. */
  readonly more?: Readonly<Record<string, string>>;
}

/** One work: what was done, by whom, and the ratio of the first contender to each other in each round. */
export interface Work {
  readonly work: string;
  readonly unit: string;
  readonly figures: readonly Figures[];
  readonly skipped: readonly string[];
}

/** Our rate by that of another contender, round by round. */
export function ratios(work: Work, other: Figures): number[] {
  return other.rates.map((rate, round) => work.figures[0]!.rates[round]! / rate);
}

/** Shows a work as a table. */
export function shown(work: Work): string {
  const heads = [work.work, 'min', 'median', 'max', work.unit, 'ratio', 'per round', 'CPU s', 'peak MB'];
  const extra = [...new Set(work.figures.flatMap(({ more }) => Object.keys(more ?? {})))];
  const rows = work.figures.map((figures, index) => {
    const { min, median, max }: Spread = spread(figures.rates);
    const own = ratios(work, figures);
    return [
      `${figures.name} (${figures.note})`,
      short(min),
      short(median),
      short(max),
      '',
      index === 0 ? '' : `${short(spread(own).median)}×`,
      index === 0 ? '' : own.map(short).join(' '),
      short(figures.cpuSeconds),
      short(figures.peakBytes / 1e6),
      ...extra.map((name) => figures.more?.[name] ?? ''),
    ];
  });
  const skipped = work.skipped.map((why) => `skipped: ${why}\n`).join('');
  return `${table([[...heads, ...extra], ...rows])}\n${skipped}`;
}

/** How a run is done. */
export interface Settings {
  readonly rounds: number;
  readonly seconds: number;
  readonly quick: boolean;
  /** Scratch folder; a benchmark removes it. */
  readonly folder: string;
  /** Whether a task is asked for. */
  wants(task: string): boolean;
  /** Of all contenders those that are asked for; ours is always the first. */
  contenders<Name extends string>(all: readonly Name[]): Name[];
  /** Tells whoever waits what is going on. */
  note(text: string): void;
}
