/** One call of the host as a promise. */
import type { MiniCallbacks } from '../mini.ts';

/** Calls an API of the host; what it throws or fails with is an Error with its text and number. */
export function asked<Result>(call: (back: MiniCallbacks<Result>) => unknown): Promise<Result> {
  return new Promise((resolve, reject) => {
    call({ success: resolve, fail: (failure) => reject(hostError(failure)) });
  });
}

function hostError(failure: unknown): Error {
  const { errMsg, errCode, errno } = Object(failure) as Readonly<Record<string, unknown>>;
  const number = errCode ?? errno;
  const text = typeof errMsg === 'string' ? errMsg : 'the host failed';
  return new Error(typeof number === 'number' ? `${text}, ${number}` : text);
}
