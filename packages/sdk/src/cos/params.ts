/**
 * Converts a method's parameters, named as in the official SDKs, to a request's. The caller's objects are not changed.
 */
import {
  AbortedError,
  decodePath,
  getObject,
  multipartComplete,
  putObject,
  putObjectCopy,
  UsageError,
  uploadPartCopy,
  type Operation,
} from '@sampan/protocol';
import { fromAbortSignal, type AbortSignalLike, type Canceller } from '../core/cancel.ts';
import type { Settings } from '../core/options.ts';

/** What applications pass to a method. */
export type Params = Readonly<Record<string, unknown>>;

type Texts = Record<string, string>;

/** The header parameters of a row, by name; `Meta` is many headers, and some are for their own rows alone. */
function headersIn({ request }: Operation): Texts {
  const names: Texts = {};
  for (const [name, { place, name: header, prefix }] of Object.entries(request.fields))
    if (place === 'header' && !prefix && !/^(ContentLength|ContentSHA1|CopySourceSSE.*)$/.test(name))
      names[name] = header;
  return names;
}

/** Parameters that travel as headers. Source: https://cloud.tencent.com/document/product/436/7728 and the official SDKs. */
const headerNames = /* @__PURE__ */ namesOfHeaders();

function namesOfHeaders(): ReadonlyMap<string, string> {
  const names = {
    ...headersIn(putObjectCopy),
    ...headersIn(uploadPartCopy),
    ...headersIn(putObject),
    ...headersIn(getObject),
    ...headersIn(multipartComplete),
    MFA: 'x-cos-mfa',
    Expect: 'expect',
  };
  return new Map(Object.entries(names));
}

/** Whether `headersOf` takes care of a parameter. `ContentLength` is the host's affair. */
export function isHeaderParam(name: string): boolean {
  return headerNames.has(name) || name === 'ContentLength';
}

/** Everything that a call's headers carry: `Headers`, own `x-cos-…` names, and named parameters, each over the former. */
export function headersOf(params: Params): Texts {
  const headers: Texts = {};
  const put = (name: string, value: unknown): void => {
    const lower = name.toLowerCase();
    // The host knows the length of what it sends; a wrong one would break the connection.
    if (value === undefined || value === null || lower === 'content-length' || lower === 'host') return;
    headers[lower] = headerText(name, value);
  };
  for (const [name, value] of Object.entries(objectParam(params, 'Headers'))) put(name, value);
  for (const name of Object.keys(params)) if (name.includes('x-cos-')) put(name, params[name]);
  for (const name in params) {
    const header = headerNames.get(name);
    // `Tagging` is a document in some methods and a header's text in others.
    if (header && (typeof params[name] !== 'object' || params[name] instanceof Date))
      put(header, params[name]);
  }
  return headers;
}

/** `Headers` alone, as texts: what a signature made for others covers. */
export function headersGiven(params: Params): Texts {
  const headers: Texts = {};
  for (const [name, value] of Object.entries(objectParam(params, 'Headers')))
    if (value !== undefined && value !== null) headers[name.toLowerCase()] = headerText(name, value);
  return headers;
}

/** `Query`, and what `QueryString` holds, as texts. */
export function queryOf(params: Params): Texts {
  const query: Texts = {};
  const { QueryString } = params;
  for (const pair of typeof QueryString === 'string' ? QueryString.replace(/^\?/, '').split('&') : []) {
    const [name = '', ...value] = pair.split('=');
    if (name !== '') query[decodePath(name)] = decodePath(value.join('='));
  }
  for (const [name, value] of Object.entries(objectParam(params, 'Query')))
    if (value !== undefined && value !== null) query[name] = scalarText(`Query.${name}`, value);
  return query;
}

/** What a method needs of its address. */
export type Needs = 'nothing' | 'bucket' | 'object';

/**
 * Checks and completes Bucket, Region and Key. Messages are those of the official SDKs, because applications compare
 * them; they are in a UsageError, and nothing has been sent.
 */
export function checkAddress(params: Params, needs: Needs, settings: Settings): Params {
  if (needs === 'nothing') return params;
  for (const name of needs === 'object' ? ['Bucket', 'Region', 'Key'] : ['Bucket', 'Region']) {
    const value = params[name];
    if (value === undefined || value === null || value === '') {
      if (name === 'Region' && domainKnowsRegion(settings)) continue;
      throw new UsageError(`missing param ${name}`);
    }
    if (typeof value !== 'string')
      throw new UsageError(`param ${name} should be a string, got ${typeof value}`);
  }
  const region = (params['Region'] ?? '') as string;
  // Private installations have regions of their own form.
  if (!settings.CompatibilityMode && region !== '') checkRegion(region);
  const checked = { ...params, Bucket: fullBucket(params, settings) };
  const key = params['Key'];
  if (typeof key !== 'string' || settings.UseRawKey || !key.startsWith('/')) return checked;
  if (key === '/' && needs === 'object') throw new UsageError('missing param Key');
  return { ...checked, Key: key.slice(1) };
}

function checkRegion(region: string): void {
  if (region.includes('cos.')) throw new UsageError('param Region should not be start with "cos."');
  if (!/^[a-z\d-]+$/.test(region)) throw new UsageError('Region format error.');
}

/** A domain without placeholders leads to one bucket, so that the region is not needed. */
function domainKnowsRegion(settings: Settings): boolean {
  return (
    typeof settings.Domain === 'string' && settings.Domain !== '' && !/\{Region\}/i.test(settings.Domain)
  );
}

function fullBucket(params: Params, settings: Settings): string {
  const bucket = params['Bucket'] as string;
  if (/^[a-z\d-]+-\d+$/.test(bucket)) return bucket;
  const appId = params['AppId'] ?? settings.AppId;
  const full = `${bucket}-${scalarText('AppId', appId)}`;
  if (appId === '' || !/^[a-z\d-]+-\d+$/.test(full))
    throw new UsageError('Bucket should format as "test-1250000000".');
  return full;
}

/** A required parameter of any type. */
export function need(params: Params, name: string): unknown {
  const value = params[name];
  if (value === undefined || value === null || value === '') throw new UsageError(`missing param ${name}`);
  return value;
}

/** A whole number from 0 on, given as a number or as text, as the official SDKs take it. */
export function needCount(params: Params, name: string, least = 0): number {
  const value = Number(need(params, name));
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(`param ${name} should be a whole number from ${least} on`);
  return value;
}

/** One thing or several are several. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? value : [value];
}

/** A parameter that is an object, or nothing. */
export function objectParam(params: Params, name: string): Params {
  const value = params[name];
  if (value === undefined || value === null || value === '') return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UsageError(`param ${name} should be an object`);
  return value as Params;
}

/** Listens to `Signal` or `signal`, an AbortSignal or anything like it. */
export function cancellerOf(params: Params): Canceller | undefined {
  const signal = params['Signal'] ?? params['signal'];
  if (signal === undefined || signal === null) return undefined;
  if (typeof signal !== 'object' || !('aborted' in signal) || !('addEventListener' in signal))
    throw new UsageError('param Signal should be an AbortSignal');
  return fromAbortSignal(signal as AbortSignalLike, (cause) => new AbortedError(undefined, { cause }));
}

function headerText(name: string, value: unknown): string {
  if (value instanceof Date) return value.toUTCString();
  const text = scalarText(name, value);
  // A line break would begin a header of its own.
  if (/[\r\n\0]/.test(text)) throw new UsageError(`header ${name} contains a line break`);
  return text;
}

function scalarText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new UsageError(`param ${name} should be text, got ${typeof value}`);
}
