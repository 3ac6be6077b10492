/** Calls a callback function of the mini program host and returns a promise. */
import type { MiniFiles, MiniHost } from './host.ts';

/** Calls an API of the host; what it throws or fails with is an Error with its text and number. */
export function callHost<Result>(
  host: object,
  name: keyof MiniHost | keyof MiniFiles,
  option: object,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const fail = (failure: unknown): void => reject(hostError(failure));
    const api = (host as Readonly<Record<string, unknown>>)[name];
    if (typeof api !== 'function') return fail({ errMsg: `${name} is missing` });
    ignore(api.call(host, { ...option, success: resolve, fail }));
  });
}

/** Some hosts return a promise beside the callbacks. Its rejection repeats the callback's error, so it is ignored. */
export function ignore(promise: unknown): void {
  if (typeof (Object(promise) as { readonly then?: unknown }).then === 'function')
    (promise as PromiseLike<unknown>).then(undefined, () => undefined);
}

function hostError(failure: unknown): Error {
  const { errMsg, errCode, errno } = Object(failure) as Readonly<Record<string, unknown>>;
  const number = errCode ?? errno;
  const text = typeof errMsg === 'string' ? errMsg : 'the host failed';
  return new Error(typeof number === 'number' ? `${text}, ${number}` : text);
}
