/**
 * The facts of a request that conditions of policies compare. They come from the operation's row and no other place:
 * a header or parameter that the operation does not read is no fact, and what is read in a normal form is compared in it.
 * Source: https://cloud.tencent.com/document/product/436/46206
 */
import type { Field, Operation } from '@sampan/protocol';
import { fieldWords, type AclFields } from './acl.ts';
import type { ConditionContext } from './conditions.ts';

/** What conditions can ask about a request. */
export interface ContextSource {
  readonly request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly clientIp: string;
    readonly secure: boolean;
    /** Such as `1.3`; absent for plain HTTP. */
    readonly tlsVersion?: string | undefined;
  };
  /** Of the query; names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Fields of a browser form; names in lower case. */
  readonly form?: { readonly fields: Readonly<Record<string, string>> } | undefined;
}

/** Fields of operations, and the condition key that is about them. */
const keyOfField: Readonly<Record<string, string>> = {
  VersionId: 'cos:versionid',
  Prefix: 'cos:prefix',
  ResponseContentType: 'cos:response-content-type',
  StorageClass: 'cos:x-cos-storage-class',
  ForbidOverwriteHeader: 'cos:x-cos-forbid-overwrite',
  ForbidOverwrite: 'cos:x-cos-forbid-overwrite',
  ContentType: 'cos:content-type',
  GrantRead: 'cos:x-cos-grant-read',
  GrantWrite: 'cos:x-cos-grant-write',
  GrantReadAcp: 'cos:x-cos-grant-read-acp',
  GrantWriteAcp: 'cos:x-cos-grant-write-acp',
  GrantFullControl: 'cos:x-cos-grant-full-control',
};

/** The facts of the operation that a request names. */
export function conditionContext(operation: Operation, source: ContextSource): ConditionContext {
  const { fields, body } = operation.request;
  const facts: Record<string, ConditionContext[string]> = { ...connectionFacts(source) };
  for (const [name, key] of Object.entries(keyOfField)) {
    const value = fields[name] && valueOf(fields[name], source);
    if (value !== undefined) facts[key] = [value];
  }
  if (body.kind !== 'form' && facts['cos:content-type'] === undefined)
    facts['cos:content-type'] = listOf(source.request.headers['content-type']);
  facts['cos:content-length'] = lengthOf(body.kind, source);

  const words = fieldWords(aclFieldsOf(operation, source));
  if (words) facts['cos:x-cos-acl'] = words;
  else if (fields['ACL'] && body.kind === 'xml' && facts['cos:content-length']?.[0] !== '0')
    facts['cos:x-cos-acl'] = 'later';
  const tagging = fields['Tagging'] && valueOf(fields['Tagging'], source);
  if (tagging !== undefined) facts['qcs:request_tag'] = tagging.split('&').map(tagText);
  else if (body.kind === 'xml' && body.root === 'Tagging') facts['qcs:request_tag'] = 'later';
  return facts;
}

/** The facts of reading or removing one version as part of another request: nothing of that request is about it. */
export function versionContext(source: ContextSource, versionId: string | undefined): ConditionContext {
  return { ...connectionFacts(source), 'cos:versionid': [versionId ?? ''] };
}

/** The fields of an operation that set an access control list, wherever it takes them from. */
export function aclFieldsOf({ request }: Operation, source: ContextSource): AclFields {
  const names = ['ACL', 'GrantRead', 'GrantWrite', 'GrantReadAcp', 'GrantWriteAcp', 'GrantFullControl'];
  const given: Record<string, string> = {};
  for (const name of names) {
    const value = request.fields[name] && valueOf(request.fields[name], source);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

// Quirk: a missing `versionId` counts as the empty text, which conditions compare with for "the current version".
function connectionFacts({ request: { clientIp, secure, tlsVersion } }: ContextSource): ConditionContext {
  return {
    'qcs:ip': [clientIp],
    'cos:secure-transport': [String(secure)],
    ...(tlsVersion === undefined ? {} : { 'cos:tls-version': [tlsVersion] }),
    'cos:versionid': [''],
  };
}

/** The length of the body, where the sender says it; a form's is that of its file, which ends when it ends. */
function lengthOf(
  kind: Operation['request']['body']['kind'],
  { request: { headers } }: ContextSource,
): ConditionContext[string] {
  const length = headers['content-length'];
  if (kind === 'form') return 'later';
  if (length !== undefined) return [length];
  return headers['transfer-encoding'] === undefined || kind === 'none' ? undefined : 'later';
}

/** A field as the operation understands it; what it does not understand stays as it came. */
function valueOf(field: Field<unknown>, { request, parameters, form }: ContextSource): string | undefined {
  const { place: kind } = field;
  const place = kind === 'header' ? request.headers : kind === 'query' ? parameters : form?.fields;
  const raw = place?.[field.name.toLowerCase()];
  if (raw === undefined || raw === '') return undefined;
  try {
    return String(field.text.parse(raw));
  } catch {
    return raw;
  }
}

/** A tag of a header as policies write it: `key&value`. */
function tagText(pair: string): string {
  const equals = pair.indexOf('=');
  const [key, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  return `${unescaped(key)}&${unescaped(value)}`;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [value];
}
