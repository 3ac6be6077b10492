/** What the inspector says of requests: plain data, as `/-/requests` answers it. */

/** A text in the languages of the service. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

export type Language = keyof Words;

/** Where the time of a request went, in milliseconds. */
export interface Phases {
  /** Until its address was read and its bucket was found. */
  readonly waitMs: number;
  /** Signature, policies and access control lists. */
  readonly verifyMs: number;
  /** Waiting for the sender to send the body. */
  readonly bodyMs: number;
  /** Hashing, reading and writing of the stores. */
  readonly storeMs: number;
  /** Until the last byte of the answer was handed to the connection. */
  readonly answerMs: number;
}

/** One request. Fields are absent where there is nothing to say. */
export interface RequestEntry {
  /** The `x-cos-request-id` of the answer. */
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly method: string;
  /** Path and query, with signatures, tokens and keys replaced by `***`. */
  readonly address: string;
  /** As the client sent it. */
  readonly host: string;
  readonly secure: boolean;
  readonly bucket?: string;
  readonly key?: string;
  /** Name of the operation, or `unmatched`. */
  readonly operation: string;
  /** Who signed, as policies write it. */
  readonly principal?: string;
  readonly clientIp: string;
  readonly userAgent?: string;
  readonly status: number;
  /** Code of the error that was answered. */
  readonly code?: string;
  readonly durationMs: number;
  readonly phases: Phases;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly uploadId?: string;
  readonly partNumber?: number;
  /** The connection ended before the answer did. */
  readonly broken?: true;
  /** Rules of the laboratory that acted on it. */
  readonly lab?: string;
  /** `/-/requests/<id>` has an explanation. */
  readonly explained: boolean;
}

/** A document or statement to paste. */
export interface FixDocument {
  readonly type: 'json' | 'xml' | 'text';
  readonly content: string;
}

/** Why a request was refused, and what to change. `Text` is a text in one language, or in all of them. */
export interface Explanation<Text = string> {
  /** Names the cause for programs, such as `signature-wrong-secret-key`. */
  readonly cause: string;
  /** One sentence. */
  readonly summary: Text;
  /** Facts by name, none of them secret. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly fix?: { readonly sentence: Text; readonly document?: FixDocument };
}

/** The answer of `/-/requests/<id>`. */
export interface ExplainedRequest<Text = string> {
  readonly request: RequestEntry;
  /** Absent for a request that was not refused. */
  readonly explanation?: Explanation<Text>;
}

/** The answer of `/-/requests`. */
export interface RequestList {
  /** Newest first. */
  readonly requests: readonly RequestEntry[];
  /** As the parameter `after`: requests that end from now on. */
  readonly cursor: string;
}

/** How an upload in parts came to its end. */
export interface EndedUpload {
  readonly uploadId: string;
  readonly end: 'completed' | 'aborted';
  /** ISO 8601 in UTC. */
  readonly endedAt: string;
  readonly principal?: string;
  readonly requestId: string;
}

/** An explanation in one language. */
export function inLanguage(
  { request, explanation }: ExplainedRequest<Words>,
  language: Language,
): ExplainedRequest {
  if (!explanation) return { request };
  const { summary, fix, ...rest } = explanation;
  return {
    request,
    explanation: {
      ...rest,
      summary: summary[language],
      ...(fix ? { fix: { ...fix, sentence: fix.sentence[language] } } : {}),
    },
  };
}
