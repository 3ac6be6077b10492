import type { AppProcess } from './process.ts';

/**
 * WeChat's calling convention: one option object with `success`, `fail` and `complete`, each called once and later, with
 * an `errMsg` of the form `api:ok` or `api:fail reason`. Without any of the three, most APIs answer a promise.
 */

/** The option object of an API. */
export interface Callbacks {
  readonly success?: ((result: object) => void) | undefined;
  readonly fail?: ((result: object) => void) | undefined;
  readonly complete?: ((result: object) => void) | undefined;
}

/** A refusal: what follows `api:fail`, and the fields beside `errMsg`. */
export interface Failure {
  /** Text after `api:fail`, with its separator: ` abort`, `:entry size limit reached`. */
  readonly reason: string;
  readonly errno?: number | undefined;
  readonly errCode?: number | undefined;
}

/** Ends a call, once; later calls change nothing. */
export interface Settle {
  ok(result?: object): void;
  fail(failure: Failure): void;
}

/** Runs `work` and reports its outcome to the option's callbacks, each in a task of its own. */
export function settleWith(
  app: AppProcess,
  api: string,
  option: Callbacks,
  work: (settle: Settle) => void,
): void {
  let settled = false;
  const report = (kind: 'success' | 'fail', result: object): void => {
    if (settled) return;
    settled = true;
    app.deliver(() => {
      // A throwing `success` must not keep `complete` from being called.
      app.enter(() => option[kind]?.(result));
      app.enter(() => option.complete?.(result));
    });
  };
  work({
    ok: (result) => {
      report('success', { ...result, errMsg: `${api}:ok` });
    },
    fail: (failure) => {
      report('fail', failureResult(api, failure));
    },
  });
}

/** Like `settleWith`, and answers a promise when the option has no callback and `promises` is true. */
export function settleOrPromise(
  app: AppProcess,
  api: string,
  option: Callbacks,
  promises: boolean,
  work: (settle: Settle) => void,
): Promise<object> | undefined {
  if (!promises || option.success || option.fail || option.complete) {
    settleWith(app, api, option, work);
    return undefined;
  }
  return new Promise((resolve, reject) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the real API: the fail object, no Error
    settleWith(app, api, { success: resolve, fail: (result) => reject(result) }, work);
  });
}

/** The object that `fail` receives. */
export function failureResult(api: string, failure: Failure): object {
  return {
    ...(failure.errno === undefined ? {} : { errno: failure.errno }),
    ...(failure.errCode === undefined ? {} : { errCode: failure.errCode }),
    errMsg: `${api}:fail${failure.reason}`,
  };
}

/** What a synchronous API throws. */
export function failureError(api: string, failure: Failure): Error {
  const result = failureResult(api, failure) as { errMsg: string };
  return Object.assign(new Error(result.errMsg), result);
}

/** The refusal for an argument of the wrong type, in the form WeChat words it. */
export function wrongParameter(name: string, wanted: string, value: unknown): Failure {
  const kind =
    value === undefined
      ? 'Undefined'
      : value === null
        ? 'Null'
        : Object.prototype.toString.call(value).slice(8, -1);
  return {
    reason: ` parameter error: parameter.${name} should be ${wanted} instead of ${kind};`,
    errno: 1001,
  };
}
