/** Calls one row of the operation table with an application's parameters. */
import type { Operation } from '@sampan/protocol';
import type { CancelSignal } from '../core/cancel.ts';
import type { CosResponse, Call } from '../client/client.ts';
import type { Instance } from './instance.ts';
import { cancellerOf, headersOf, isHeaderParam, queryOf, type Params } from './params.ts';

/** What a call carries besides its parameters. */
export interface Extra extends Pick<
  Call,
  | 'body'
  | 'scope'
  | 'responseType'
  | 'onUploadProgress'
  | 'onDownloadProgress'
  | 'repeatable'
  | 'timeoutMs'
  | 'signal'
  | 'url'
> {
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Calls a row with parameters taken by name, watching the caller's AbortSignal unless another signal is given. */
export async function callRow(
  { client }: Pick<Instance, 'client'>,
  operation: Operation,
  params: Params,
  extra?: Extra,
): Promise<CosResponse> {
  return cancellable(params, (signal) => client.call({ signal, ...callOf(operation, params, extra) }));
}

/** The call of a row with parameters taken by name. */
export function callOf(operation: Operation, params: Params, { values, headers, ...rest }: Extra = {}): Call {
  return {
    operation,
    values: { ...valuesOf(operation, params), ...values },
    headers: { ...headers, ...headersOf(params) },
    query: queryOf(params),
    ...rest,
  };
}

/** Runs work that the caller's AbortSignal may stop. */
export async function cancellable<T>(
  params: Params,
  work: (signal: CancelSignal | undefined) => Promise<T>,
): Promise<T> {
  const cancel = cancellerOf(params);
  try {
    return await work(cancel?.signal);
  } finally {
    cancel?.release();
  }
}

/** Address and query values, and headers that only this row has; the common ones travel as the caller wrote them. */
function valuesOf(operation: Operation, params: Params): Record<string, unknown> {
  const { Bucket, Region, Key } = params;
  const values: Record<string, unknown> = { Bucket, Region, Key };
  for (const [name, field] of Object.entries(operation.request.fields)) {
    const value = params[name];
    if (value === undefined || value === null || value === '') continue;
    if (field.place !== 'header' || field.required || !isHeaderParam(name)) values[name] = value;
  }
  return values;
}
