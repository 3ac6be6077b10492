import type { ErrorCode } from '@sampan/protocol';
import type { ErrorAnswer } from './observed.ts';
import { unprovoked } from './unprovoked.ts';

/** A code and the status it came with, as a service logged them; its document was seen by a client not of ours. */
export interface LoggedError {
  readonly status: number;
  readonly code: string;
}

/** The documented codes with their statuses. */
export type ErrorTable = Readonly<Record<ErrorCode, { readonly status: number }>>;

/** What a run of tests says about error codes. */
export interface Evidence {
  /** Answers as clients of the conformance tests received them. */
  readonly answers: readonly ErrorAnswer[];
  /** All that services answered, also to the official clients. */
  readonly logged: readonly LoggedError[];
  /** Whether every conformance test ran, so that what was not seen is not provoked at all. */
  readonly complete: boolean;
}

export interface Verdict {
  readonly provoked: readonly ErrorCode[];
  /** Codes that no conformance test provokes, with the reason. */
  readonly never: readonly string[];
  /** What does not hold, one line each. */
  readonly problems: readonly string[];
}

const elements = ['Code', 'Message', 'Resource', 'RequestId', 'TraceId'];
// A late answer is 200 whatever comes of it; see the operations whose row says `late`.
const lateStatus = 200;

/** Compares what was seen with the table of codes and with the list of those that are explained. */
export function verdictOn(table: ErrorTable, { answers, logged, complete }: Evidence): Verdict {
  const codes = Object.keys(table) as ErrorCode[];
  const seen = new Set(answers.map(({ code }) => code));
  const missing = codes.filter((code) => !seen.has(code));
  const problems = [
    ...answers.flatMap(wrongDocument),
    ...[...answers, ...logged].flatMap((answer) => wrongStatus(table, answer)),
    ...codes
      .filter((code) => seen.has(code) && unprovoked[code] !== undefined)
      .map((code) => `${code} is explained away, and provoked after all`),
    ...missing
      .filter((code) => complete && unprovoked[code] === undefined)
      .map((code) => `${code} is neither provoked nor explained`),
  ];
  return {
    provoked: codes.filter((code) => seen.has(code)),
    never: missing.map(
      (code) => `${code}: ${unprovoked[code] ?? (complete ? 'NOT EXPLAINED' : 'not in this run')}`,
    ),
    problems: [...new Set(problems)],
  };
}

function wrongDocument({ status, code, fields, sameIds }: ErrorAnswer): string[] {
  const absent = elements.filter((name) => !fields.includes(name));
  return [
    ...absent.map((name) => `${code} with ${status} came without ${name}`),
    ...(sameIds ? [] : [`${code} with ${status} named other ids than its headers`]),
  ];
}

function wrongStatus(
  table: Readonly<Record<string, { status: number }>>,
  { status, code }: LoggedError,
): string[] {
  const documented = table[code]?.status;
  if (documented === undefined) return [`${code} is not a documented code`];
  return status === documented || status === lateStatus
    ? []
    : [`${code} came with ${status} and is documented with ${documented}`];
}
