const dayMs = 86_400_000;

let last = { day: Number.NaN, text: '' };

/**
 * Writes a moment as HTTP does (RFC 9110 section 5.6.7), such as `Thu, 16 May 2019 06:45:51 GMT`. Every answer says when
 * its object was written, and most were written on the same few days: the day is kept as a text.
 */
export function httpDate(date: Date): string {
  const ms = date.getTime();
  const day = Math.floor(ms / dayMs);
  if (day !== last.day) last = { day, text: date.toUTCString().slice(0, -'06:45:51 GMT'.length) };
  const seconds = Math.floor(ms / 1000) - day * 86_400;
  const minutes = Math.floor(seconds / 60);
  return `${last.text}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)} GMT`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
