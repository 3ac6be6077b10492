/** What both the list and the details say of a request. */
import type { FunctionalComponent } from 'vue';
import type { Recorded } from './recorded.ts';

/** The time of day, with milliseconds: requests of one upload begin close to each other. */
export function clockText(time: string): string {
  const date = new Date(time);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

export function millisecondsText(ms: number): string {
  return `${ms >= 100 ? ms.toFixed(0) : ms.toFixed(1)} ms`;
}

/** The status; a connection that ended before the answer did has a mark. */
export const StatusText: FunctionalComponent<{ request: Recorded }> = ({ request: { status, broken } }) => (
  <span class={['status', status >= 400 || broken ? 'status--bad' : 'status--good']}>
    {broken ? `${String(status)} ✕` : String(status)}
  </span>
);
StatusText.props = ['request'];
