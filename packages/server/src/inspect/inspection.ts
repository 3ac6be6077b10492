/** The requests of all threads as one view. Each thread keeps its own, and is asked when somebody looks. */
import type { EndedUpload, ExplainedRequest, RequestEntry, RequestList, Words } from './entry.ts';
import type { Recorded } from './recorder.ts';
import type { Selection } from './selection.ts';

/** What one thread answers. Each method may be a call to another thread. */
export interface InspectedThread {
  recorded(asked: AskedOfThread): Promise<Recorded>;
  explained(id: string): Promise<ExplainedRequest<Words> | undefined>;
  endedUpload(uploadId: string): Promise<EndedUpload | undefined>;
}

/** Which requests of a thread are wanted. */
export interface AskedOfThread {
  readonly selection: Selection;
  /** Those with a higher number. */
  readonly after: number;
}

/** What all threads answer together. */
export interface Inspection {
  list(asked: { readonly selection: Selection; readonly after: string | undefined }): Promise<RequestList>;
  explained(id: string): Promise<ExplainedRequest<Words> | undefined>;
  endedUpload(uploadId: string): Promise<EndedUpload | undefined>;
}

/** Puts the views of several threads together. `run` names this run of the process: numbers of another mean nothing here. */
export function inspectionOf(threads: readonly InspectedThread[], run: string): Inspection {
  const first = async <Found>(ask: (thread: InspectedThread) => Promise<Found | undefined>) =>
    (await Promise.all(threads.map(ask))).find((found) => found !== undefined);
  return {
    async list({ selection, after }) {
      const seen = seenBefore(after, run);
      const each = await Promise.all(
        threads.map((thread, at) => thread.recorded({ selection, after: seen[at] ?? 0 })),
      );
      const requests = each.flatMap(({ entries }) => entries).toSorted(newestFirst);
      return {
        requests: requests.slice(0, selection.limit),
        cursor: [run, ...each.map(({ newest }) => newest)].join('.'),
      };
    },
    explained: (id) => first((thread) => thread.explained(id)),
    endedUpload: (uploadId) => first((thread) => thread.endedUpload(uploadId)),
  };
}

/** Numbers that a cursor holds, in the order of the threads; none of a cursor of another run. */
function seenBefore(cursor: string | undefined, run: string): readonly number[] {
  const [name, ...numbers] = cursor?.split('.') ?? [];
  return name === run ? numbers.map((text) => (/^\d{1,15}$/.test(text) ? Number(text) : 0)) : [];
}

/** By the time of their end, which is the order in which each thread has them. */
function newestFirst(a: RequestEntry, b: RequestEntry): number {
  return endOf(b) - endOf(a);
}

function endOf({ startedAt, durationMs }: RequestEntry): number {
  return Date.parse(startedAt) + durationMs;
}
