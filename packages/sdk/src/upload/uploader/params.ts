/** Translates an upload's parameters into the parameters of its COS requests. */
import { crc64, crc64Text, utf8Encode, type Operation } from '@sampan/protocol';
import type { Call } from '../../client/client.ts';
import type { Uploader, UploadParams } from './uploader.ts';

/** Whether `Content-MD5` goes along with each body. */
export function checksMd5({ options }: Pick<Uploader, 'options'>, params: UploadParams): boolean {
  return params.UploadCheckContentMd5 ?? options.UploadCheckContentMd5;
}

type Texts = Readonly<Record<string, string>>;

// These describe one body; in another call they would be wrong.
const ofBody = new Set(['ContentLength', 'ContentMD5', 'ContentSHA1', 'Body']);

/** The call that makes the object, or begins to: it carries everything the caller said of it. */
export function creatingCall(
  operation: Operation,
  params: UploadParams,
  extra: Readonly<Record<string, unknown>> = {},
): Call {
  const { values, headers } = named(operation, params);
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(params.Query ?? {}))
    if (isGiven(value)) query[name] = String(value);
  return {
    operation,
    values: { ...values, ...extra },
    headers: { ...headersOf(params), ...headers },
    query,
  };
}

/** A later call of the same upload: of the caller's headers it gets those that its row names. */
export function followingCall(
  operation: Operation,
  params: UploadParams,
  extra: Readonly<Record<string, unknown>> = {},
): Call {
  const { values, headers } = named(operation, params);
  const own = headersOf(params);
  const known: Record<string, string> = {};
  for (const [name, field] of Object.entries(operation.request.fields))
    if (field.place === 'header' && !ofBody.has(name) && own[field.name] !== undefined)
      known[field.name] = own[field.name]!;
  return { operation, values: { ...values, ...extra }, headers: { ...known, ...headers } };
}

/**
 * A text that differs when an object made with these parameters would differ in anything but its bytes. It is kept in
 * storage, so it is a checksum: headers may hold a customer's key.
 */
export function settingsOf(operation: Operation, params: UploadParams): string {
  const { headers, query, values } = creatingCall(operation, params);
  const text = JSON.stringify([headers, query, values].map((of) => Object.entries(of ?? {}).sort()));
  return crc64Text(crc64(utf8Encode(text)));
}

/** The parameters that callbacks of a batch get as `options`: plain values only. Never throws. */
export function plainParams(params: UploadParams): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const name of Object.keys(params)) {
    try {
      const value = params[name];
      if (value !== undefined && typeof value !== 'object' && typeof value !== 'function')
        plain[name] = value;
    } catch {
      // A parameter that cannot be read has failed its file already.
    }
  }
  return plain;
}

function named(
  operation: Operation,
  params: UploadParams,
): { values: Record<string, unknown>; headers: Texts } {
  const { Bucket, Region, Key } = params;
  const values: Record<string, unknown> = { Bucket, Region, Key };
  const headers: Record<string, string> = {};
  const { fields } = operation.request;
  for (const name of Object.keys(params)) {
    const field = fields[name];
    const value = params[name];
    if (!field || !isGiven(value) || ofBody.has(name)) continue;
    // Text is what travels already; a codec would take it for a value of its own kind.
    if (typeof value === 'string' && field.place === 'header') headers[field.name] = value;
    else values[name] = value;
  }
  return { values, headers };
}

/** `Headers` and every own `x-cos-…` parameter, lower-case names; the latter win. */
export function headersOf(params: UploadParams): Texts {
  const headers: Record<string, string> = {};
  const put = (from: Readonly<Record<string, unknown>>, part: string): void => {
    for (const name of Object.keys(from)) {
      const lower = name.toLowerCase();
      if (isGiven(from[name]) && lower.includes(part) && !/^content-(length|md5)$/.test(lower))
        headers[lower] = String(from[name]);
    }
  };
  put(params.Headers ?? {}, '');
  put(params, 'x-cos-');
  return headers;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
