/** The result of one doctor check. */
import { endingOf, type About, type ExitStatus } from '../words/failure.ts';

export interface Finding {
  /** Stable name, for `--json`. */
  readonly name: string;
  readonly isFine: boolean;
  readonly text: string;
  /** What to change. */
  readonly advice?: string | undefined;
  readonly status?: ExitStatus;
}

export interface Attempt {
  readonly name: string;
  readonly about: About;
  /** Words for when it went well. */
  readonly fine: string;
  /** Words before the reason when it did not. */
  readonly bad: string;
  readonly advice?: string;
}

/** Tries something and says how it went. */
export async function attempt(
  { name, about, fine, bad, advice }: Attempt,
  work: () => Promise<unknown>,
): Promise<Finding> {
  try {
    await work();
    return { name, isFine: true, text: fine };
  } catch (error) {
    const { message, status } = endingOf(error, about);
    return { name, isFine: false, text: `${bad}: ${message}`, advice, status };
  }
}
