/** `cos.request`: sends operations that have no method, such as those of image and media processing. */
import { UsageError, XmlError, type Method, type Operation } from '@sampan/protocol';
import { openBody } from './body.ts';
import { callRow } from './call.ts';
import { xml2json } from './document.ts';
import { resultOf, type Instance } from './instance.ts';
import type { Params } from './params.ts';

const verbs: readonly string[] = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'];

/** Sends a request of the application's making. */
export async function request(instance: Instance, params: Params): Promise<Record<string, unknown>> {
  const { url, query, key } = splitUrl(params);
  const method = (typeof params['Method'] === 'string' ? params['Method'] : 'GET').toUpperCase();
  if (!verbs.includes(method)) throw new UsageError(`param Method should be one of ${verbs.join(', ')}`);
  const action = params['Action'];
  const own = typeof action === 'string' && action !== '' ? { [action]: '' } : {};
  const given =
    params['Body'] === undefined && !params['FilePath']
      ? undefined
      : await openBody(instance.platform, params, { md5: false });
  try {
    const response = await callRow(
      instance,
      rowFor(method as Method, params, key),
      { ...params, Key: key, Query: { ...own, ...query, ...(params['Query'] as object | undefined) } },
      {
        body: given?.hostBody ?? given?.bytes,
        url,
        responseType: params['DataType'] === 'arraybuffer' ? 'bytes' : 'text',
      },
    );
    return resultOf(response, read(response.body, params));
  } finally {
    await given?.close();
  }
}

function rowFor(method: Method, params: Params, key: string): Operation {
  const target = params['Bucket'] === undefined ? 'service' : key === '' ? 'bucket' : 'object';
  return {
    method,
    target,
    action: '',
    // What it does is not known, so only reads are repeated.
    idempotent: method === 'GET' || method === 'HEAD',
    source: 'https://cloud.tencent.com/document/product/436/7751',
    request: { fields: {}, body: { kind: 'bytes' } },
    response: {
      status: 200,
      fields: {},
      body:
        params['DataType'] === 'arraybuffer' ? { kind: 'bytes' } : { kind: 'text', field: 'Body', type: '' },
    },
  };
}

function read(body: unknown, params: Params): Record<string, unknown> {
  if (typeof body !== 'string' || params['RawBody']) return { Body: body };
  const text = body.trim();
  try {
    if (text.startsWith('<')) return xml2json(text);
    const value: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof XmlError) && !(error instanceof SyntaxError)) throw error;
  }
  return { Body: body };
}

function splitUrl(params: Params): { url: string | undefined; query: Record<string, string>; key: string } {
  const key = typeof params['Key'] === 'string' ? params['Key'] : '';
  const { Url } = params;
  if (Url === undefined) return { url: undefined, query: {}, key };
  const parts = typeof Url === 'string' ? /^(https?:\/\/[^/?#]+)(\/[^?#]*)?(?:\?([^#]*))?/i.exec(Url) : null;
  if (!parts) throw new UsageError('param Url should be a whole address');
  const [, origin = '', path = '/', search = ''] = parts;
  const query: Record<string, string> = {};
  for (const pair of search.split('&')) {
    const [name = '', ...value] = pair.split('=');
    if (name !== '') query[decodeURIComponent(name)] = decodeURIComponent(value.join('='));
  }
  return { url: origin + path, query, key: key || decodeURIComponent(path.slice(1)) };
}
