/** Numbers, sizes and times as people read them. */
import { language } from './language.ts';

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** A number of bytes, such as `12.5 MB`, by units of 1024. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]!}`;
}

/** Bytes a second. */
export function speedText(bytesPerSecond: number): string {
  return `${bytesText(bytesPerSecond)}/s`;
}

/** A count with separators. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** A time in the reader's zone. `—` for none. */
export function timeText(time: string | number | Date | undefined): string {
  if (time === undefined || time === '') return '—';
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '—';
  return formatter().format(date);
}

/** A span of seconds, such as `1:05` or `2:00:00`. `—` when it is not known. */
export function spanText(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '—';
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

// Making one takes longer than a hundred uses of it.
function formatter(): Intl.DateTimeFormat {
  const locale = language.value === 'zh' ? 'zh-CN' : 'en-GB';
  let made = formatters.get(locale);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
    formatters.set(locale, made);
  }
  return made;
}
