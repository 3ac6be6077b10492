/** Runs a method that is a single request, by its operation row and the tables of documents and quirks. */
import { isServiceError, type Operation } from '@sampan/protocol';
import { callRow } from './call.ts';
import { documentText } from './document.ts';
import { documentOf, documents, resultOfDocument } from './documents.ts';
import { resultOf, type Instance } from './instance.ts';
import { quirks } from './methods.ts';
import type { Needs, Params } from './params.ts';

/** What of the address a row needs. */
export function needsOf(row: Operation): Needs {
  return row.target === 'service' ? 'nothing' : row.target;
}

/** Runs one method with checked parameters. */
export async function invoke(
  instance: Instance,
  name: string,
  row: Operation,
  params: Params,
): Promise<Record<string, unknown>> {
  const { values, headers, document, scope, result, refusals, except = [] } = quirks[name] ?? {};
  const about = documents[name] ?? documents[name.replace(/^(get|put|post)/, '')];
  const read = (data: Params) => (about ? resultOfDocument(about, data) : { ...data });
  try {
    const content = document
      ? document(params)
      : about && row.request.body.kind === 'xml'
        ? documentOf(about, params)
        : undefined;
    const response = await callRow(instance, row, params, {
      values: values?.(params),
      headers: headers?.(params),
      body: content === undefined ? undefined : documentText(row, content),
      scope: scope?.(params, instance.settings),
    });
    if (response.statusCode === 304) return { NotModified: true, statusCode: 304 };
    const data = row.response.body.kind === 'xml' ? read(response.data) : { ...response.data };
    return resultOf(response, result?.(data, response.headers, params, instance.settings) ?? data);
  } catch (error) {
    if (!isServiceError(error)) throw error;
    const { statusCode } = error;
    if (statusCode === except[0]) return { ...except[1], statusCode };
    Object.assign(error, refusals?.[statusCode]);
    // Quirk: documents and services differ in the case of some of these codes.
    if (statusCode !== 404 || about?.missing?.toLowerCase() !== error.code.toLowerCase()) throw error;
    const { RequestId } = error;
    return { ...read({}), statusCode, headers: { ...error.headers }, ...(RequestId ? { RequestId } : {}) };
  }
}
