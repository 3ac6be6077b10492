/** What an object carries beside its bytes, and archived objects made readable. */
import { header, none, query, xml, type Operation } from '../codec/operation.ts';
import { string } from '../codec/text.ts';
import { element, maybe, xmlInteger, xmlText } from '../codec/xml.ts';
import { tagging } from './fields.ts';

const versionId = { VersionId: query('versionId', string) } as const;
const digest = { ContentMD5: header('content-md5', string) } as const;

/** Replaces the tags of an object: at most 10. */
export const putObjectTagging = {
  method: 'PUT',
  target: 'object',
  select: { query: ['tagging'] },
  action: 'PutObjectTagging',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/35709',
  request: { fields: { ...versionId, ...digest }, body: xml('Tagging', tagging) },
  response: { status: 200, fields: {}, body: none },
} satisfies Operation;

/** Reads the tags of an object. */
export const getObjectTagging = {
  method: 'GET',
  target: 'object',
  select: { query: ['tagging'] },
  action: 'GetObjectTagging',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/35710',
  request: { fields: versionId, body: none },
  response: { status: 200, fields: {}, body: xml('Tagging', tagging) },
} satisfies Operation;

/** Removes the tags of an object. */
export const deleteObjectTagging = {
  method: 'DELETE',
  target: 'object',
  select: { query: ['tagging'] },
  action: 'DeleteObjectTagging',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/35711',
  request: { fields: versionId, body: none },
  response: { status: 204, fields: {}, body: none },
} satisfies Operation;

/** Asks for a readable copy of an archived object for some days. */
export const restoreObject = {
  method: 'POST',
  target: 'object',
  select: { query: ['restore'] },
  action: 'PostObjectRestore',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/12633',
  request: {
    fields: { ...versionId, ...digest },
    body: xml(
      'RestoreRequest',
      element({ Days: xmlInteger, CASJobParameters: maybe(element({ Tier: xmlText })) }),
    ),
  },
  response: { status: 202, fields: {}, body: none },
} satisfies Operation;
