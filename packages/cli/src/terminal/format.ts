/** Formats sizes, times, names and progress bars as text. Pure. */

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A size for people: three digits that matter, in powers of 1024. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1023.5 would be written as 1024.
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]!}`;
}

/** A speed for people. */
export function speedText(bytesPerSecond: number): string {
  return `${sizeText(bytesPerSecond)}/s`;
}

/** How long something takes: `8 s`, `2:05`, `1:02:03`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A point in time in the machine's own zone, to the minute. */
export function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return '-';
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Reads a duration in seconds: `90`, `90s`, `15m`, `2h`, `7d`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit || 's'] ?? 1;
  return Number(count) * seconds;
}

/** Replaces control characters, because object names are untrusted and a terminal would execute them. */
export function visible(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

// Ranges of code points that take two columns: CJK, Hangul, fullwidth forms, emoji.
// Source: https://www.unicode.org/reports/tr11/ (classes W and F, in blocks)
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Columns that a text takes in a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    const code = character.codePointAt(0) ?? 0;
    columns += wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
  }
  return columns;
}

/** Shortens a text in its middle to at most `columns`, or fills it up to them. */
export function fitted(text: string, columns: number): string {
  const width = columnsOf(text);
  if (width <= columns) return text + ' '.repeat(columns - width);
  if (columns < 3) return ' '.repeat(Math.max(0, columns));
  const characters = Array.from(text);
  const tail = Math.floor((columns - 1) / 2);
  const end = takeColumns(characters.toReversed(), tail).toReversed();
  const start = takeColumns(characters, columns - 1 - tail);
  return fitted(`${start.join('')}…${end.join('')}`, columns);
}

function takeColumns(characters: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let width = 0;
  for (const character of characters) {
    width += columnsOf(character);
    if (width > columns) break;
    taken.push(character);
  }
  return taken;
}

/** How far a transfer is. */
export interface Progress {
  readonly name: string;
  readonly loadedBytes: number;
  readonly totalBytes: number | undefined;
  /** Undefined until enough has been measured. */
  readonly bytesPerSecond: number | undefined;
}

/** Whole percent, 100 only at the end. */
export function percentOf({ loadedBytes, totalBytes }: Progress): number | undefined {
  if (totalBytes === undefined) return undefined;
  if (loadedBytes >= totalBytes) return 100;
  return Math.min(99, Math.floor((loadedBytes / totalBytes) * 100));
}

function secondsLeft({ loadedBytes, totalBytes, bytesPerSecond }: Progress): number | undefined {
  if (totalBytes === undefined || bytesPerSecond === undefined || bytesPerSecond < 1) return undefined;
  return (totalBytes - loadedBytes) / bytesPerSecond;
}

function facts(progress: Progress): string {
  const { loadedBytes, totalBytes, bytesPerSecond } = progress;
  const percent = percentOf(progress);
  const left = secondsLeft(progress);
  const done = totalBytes !== undefined && loadedBytes >= totalBytes;
  return [
    percent === undefined ? undefined : `${String(percent).padStart(3)} %`,
    totalBytes === undefined ? sizeText(loadedBytes) : `${sizeText(loadedBytes)} of ${sizeText(totalBytes)}`,
    bytesPerSecond === undefined ? undefined : speedText(bytesPerSecond),
    left === undefined || done ? undefined : `${durationText(left)} left`,
  ]
    .filter((fact) => fact !== undefined)
    .join('  ');
}

/** One line for a log: no bar, no padding. */
export function progressLine(progress: Progress): string {
  return `${visible(progress.name)}: ${facts(progress).trim()}`;
}

/** One line for a terminal that is `columns` wide; `ascii` for terminals that show nothing else. */
export function barLine(progress: Progress, columns: number, ascii = false): string {
  const [full, empty] = ascii ? ['#', '-'] : ['━', '─'];
  const right = facts(progress);
  // The last column stays free: some terminals wrap as soon as it is written.
  const room = columns - 1 - columnsOf(right) - 2;
  if (room < 8) return fitted(right, Math.max(1, columns - 1)).trimEnd();
  const barColumns = progress.totalBytes === undefined ? 0 : Math.min(30, Math.floor(room / 2));
  const nameRoom = barColumns > 0 ? room - barColumns - 2 : room;
  const shown = visible(progress.name);
  const name = columnsOf(shown) > nameRoom ? fitted(shown, nameRoom) : shown;
  if (barColumns === 0) return `${name}  ${right}`;
  const share = Math.min(1, progress.totalBytes ? progress.loadedBytes / progress.totalBytes : 1);
  const filled = Math.floor(share * barColumns);
  return `${name}  ${full.repeat(filled)}${empty.repeat(barColumns - filled)}  ${right}`;
}
