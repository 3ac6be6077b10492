/** Runs a method that is one call, as its entry in the table says. */
import { isServiceError, looseNode, looseXml, parseXml, type Operation } from '@sampan/protocol';
import type { Answer, Call } from '../client.ts';
import { locationOf, resultOf, type Instance } from './instance.ts';
import type { Method } from './methods.ts';
import { cancellerOf, headersOf, isHeaderParam, queryOf, type Needs, type Params } from './params.ts';

/** What of the address a row needs. */
export function needsOf(row: Operation): Needs {
  return row.target === 'service' ? 'nothing' : row.target;
}

/** Runs one method with checked parameters. */
export async function invoke(
  instance: Instance,
  method: Method,
  params: Params,
): Promise<Record<string, unknown>> {
  const { row } = method;
  try {
    const document = method.document?.(params);
    const answer = await callRow(instance, row, params, {
      values: method.values?.(params),
      ...(document === undefined ? {} : { body: documentText(row, document) }),
      ...(method.scope ? { scope: method.scope(params, instance.settings) } : {}),
    });
    if (answer.statusCode === 304) return { NotModified: true, statusCode: 304 };
    const data =
      method.result?.(method.raw ? rawData(answer) : { ...answer.data }, answer, params) ?? answer.data;
    const location = method.location ? { Location: locationOf(instance.settings, params) } : {};
    return resultOf(answer, { ...data, ...location });
  } catch (error) {
    const { except } = method;
    if (!except || !isServiceError(error) || error.statusCode !== except.status) throw error;
    // Quirk: documents and services differ in the case of some of these codes.
    if (except.code !== '' && error.code.toLowerCase() !== except.code.toLowerCase()) throw error;
    const about = except.bare ? {} : { headers: { ...error.headers } };
    return { ...except.result, statusCode: error.statusCode, ...about };
  }
}

/** Leaves are strings, what is given once is not in a list. */
function rawData({ body }: Answer): Record<string, unknown> {
  if (typeof body !== 'string' || body.trim() === '') return {};
  const data = looseNode(parseXml(body.trim()));
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}

interface Extra extends Pick<
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

/** Calls a row with parameters taken by name, watching the caller's AbortSignal. */
export async function callRow(
  { client }: Pick<Instance, 'client'>,
  operation: Operation,
  params: Params,
  extra: Extra = {},
): Promise<Answer> {
  const { values, headers, ...rest } = extra;
  const cancel = cancellerOf(params);
  try {
    return await client.call({
      operation,
      values: { ...valuesOf(operation, params), ...values },
      headers: { ...headers, ...headersOf(params) },
      query: queryOf(params),
      ...(cancel ? { signal: cancel.signal } : {}),
      ...rest,
    });
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

function documentText(row: Operation, document: unknown): string {
  const root = row.request.body.kind === 'xml' ? row.request.body.root : '';
  return `<?xml version="1.0" encoding="UTF-8"?>${looseXml({ [root]: document })}`;
}
