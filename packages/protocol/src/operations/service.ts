import { none, query, xml, type Operation } from '../codec/operation.ts';
import { integer, oneOf, string } from '../codec/text.ts';
import { element, many, maybe, xmlBoolean, xmlText } from '../codec/xml.ts';
import { maybeText, owner } from './fields.ts';

/** Lists the caller's buckets. */
export const getService = {
  method: 'GET',
  target: 'service',
  action: 'GetService',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/8291',
  request: {
    fields: {
      TagKey: query('tagkey', string),
      TagValue: query('tagvalue', string),
      Region: query('region', string),
      CreateTime: query('create-time', integer),
      Range: query('range', oneOf(['lt', 'gt', 'lte', 'gte'])),
      Marker: query('marker', string),
      MaxKeys: query('max-keys', integer),
    },
    body: none,
  },
  response: {
    status: 200,
    fields: {},
    body: xml(
      'ListAllMyBucketsResult',
      element({
        Owner: owner,
        Buckets: element({
          Bucket: many(
            element({ Name: xmlText, Location: xmlText, CreationDate: xmlText, BucketType: maybeText }),
          ),
        }),
        Marker: maybeText,
        NextMarker: maybeText,
        IsTruncated: maybe(xmlBoolean),
      }),
    ),
  },
} satisfies Operation;
