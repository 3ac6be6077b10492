/** Which of the requests the page shows. */
import type { Recorded } from './recorded.ts';

/** What the page shows of them. Empty texts do not matter. */
export interface Filter {
  readonly key: string;
  readonly status: string;
  readonly operation: string;
}

/** Whether a request is one that a filter lets through. */
export function passes({ key = '', status, code = '', operation }: Recorded, filter: Filter): boolean {
  const holds = (text: string, part: string): boolean =>
    text.toLowerCase().includes(part.trim().toLowerCase());
  // `4` finds all refusals, as `403` finds some; a code works as well.
  const isStatus = String(status).startsWith(filter.status.trim()) || holds(code, filter.status);
  return holds(key, filter.key) && isStatus && holds(operation, filter.operation);
}

/** Requests of one upload, in the order in which they began. */
export function ofUpload(all: readonly Recorded[], uploadId: string): readonly Recorded[] {
  return all
    .filter((each) => each.uploadId === uploadId)
    .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
}
