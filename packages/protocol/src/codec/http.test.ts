import { describe, expect, test } from 'vitest';
import { encodeRequest, looseResponseBody, MissingField } from './http.ts';
import { decodeRequest, encodeResponse } from './http-service.ts';
import { operations } from '../operations/all.ts';
import { TextError } from './text.ts';
import { XmlError } from './xml.ts';

describe('a request', () => {
  test('names its selecting parameter first', () => {
    const { query } = encodeRequest(operations.putObjectTagging, {
      VersionId: 'v',
      TagSet: { Tag: [] },
    });

    expect(Object.keys(query)).toEqual(['tagging', 'versionId']);
  });

  test('is read whatever the case of its parameter names', () => {
    const values = decodeRequest(operations.deleteObject, { query: { VersionId: 'v' }, headers: {} });

    expect(values).toEqual({ VersionId: 'v' });
  });

  test('that lacks a needed field is refused by the name of the field', () => {
    const run = () => decodeRequest(operations.appendObject, { query: { append: '' }, headers: {} });

    expect(run).toThrow(MissingField);
    expect(run).toThrow('Position is missing');
  });

  test('with a malformed field is refused with the code of the field', () => {
    const headers = { 'x-cos-storage-class': 'TAPE' };

    expect(() => decodeRequest(operations.putObject, { query: {}, headers })).toThrow(
      expect.objectContaining({ fault: 'NotSupportedStorageClass' }) as TextError,
    );
  });

  test('carries no document when an optional one has no element', () => {
    const { body, headers } = encodeRequest(operations.putBucketAcl, { Bucket: 'b-1', ACL: 'private' });

    expect(body).toBeUndefined();
    expect(headers['x-cos-acl']).toBe('private');
  });

  test('gathers all metadata headers in one record', () => {
    const headers = { 'x-cos-meta-a': '1', 'x-cos-meta-b-c': '2', 'x-cos-meta-': 'no name' };

    expect(decodeRequest(operations.putObject, { query: {}, headers })).toEqual({
      Meta: { a: '1', 'b-c': '2' },
    });
  });
});

describe('a document', () => {
  const read = (body: string) =>
    decodeRequest(operations.multipartComplete, { query: { uploadId: 'u' }, headers: {}, body });

  test('is read past white space and unknown elements', () => {
    const values = read(
      '\n <CompleteMultipartUpload xmlns="urn:x"><Part><ETag>e</ETag><X><Y/></X><PartNumber> 1 </PartNumber></Part></CompleteMultipartUpload>',
    );

    expect(values).toEqual({ UploadId: 'u', Part: [{ PartNumber: 1, ETag: 'e' }] });
  });

  test.each([
    ['nothing', ''],
    ['another root', '<Complete/>'],
    [
      'an element missing',
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>',
    ],
    [
      'an element twice',
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><PartNumber>2</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>',
    ],
    [
      'a word for a number',
      '<CompleteMultipartUpload><Part><PartNumber>one</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>',
    ],
    [
      'an element where text belongs',
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag><b/></ETag></Part></CompleteMultipartUpload>',
    ],
  ])('with %s is refused', (_what, body) => {
    expect(() => read(body)).toThrow(XmlError);
  });
});

test('versions and markers keep their common order', () => {
  const entry = { Key: 'k', IsLatest: false, LastModified: 't', Owner: { ID: '1', DisplayName: '1' } };
  const version = { ...entry, VersionId: '2', ETag: '"e"', Size: 1, StorageClass: 'STANDARD' };
  const Entries = [
    { is: 'Version', value: { ...version, VersionId: '3' } },
    { is: 'DeleteMarker', value: { ...entry, VersionId: '2' } },
    { is: 'Version', value: { ...version, VersionId: '1' } },
  ];

  const { body } = encodeResponse(operations.listObjectVersions, {
    ...{ Name: 'b-1', Prefix: '', KeyMarker: '', VersionIdMarker: '', MaxKeys: 1000, IsTruncated: false },
    CommonPrefixes: [],
    Entries,
  });

  expect(String(body).match(/<VersionId>\d/g)).toEqual(['<VersionId>3', '<VersionId>2', '<VersionId>1']);
  expect(looseResponseBody(operations.listObjectVersions, String(body))).toMatchObject({
    IsTruncated: 'false',
    Version: [{ VersionId: '3' }, { VersionId: '1' }],
    DeleteMarker: [{ VersionId: '2' }],
  });
});

test('applications read every leaf as text and every list as an array', () => {
  const text =
    '  <ListBucketResult><Name>007</Name><Contents><Key> k </Key><New>1</New></Contents></ListBucketResult>';

  expect(looseResponseBody(operations.getBucket, text)).toEqual({
    Name: '007',
    CommonPrefixes: [],
    Contents: [{ Key: ' k ', New: '1' }],
  });
});

test('a grantee says what kind it is in an attribute', () => {
  const grant = (Grantee: object) => ({
    Owner: { ID: 'o' },
    AccessControlList: { Grant: [{ Grantee, Permission: 'READ' }] },
  });

  const typed = encodeRequest(operations.putBucketAcl, grant({ Type: 'Group', URI: 'urn:all' }));
  const untyped = encodeRequest(operations.putBucketAcl, grant({ URI: 'urn:all' }));

  expect(typed.body).toContain('xsi:type="Group"><URI>urn:all</URI>');
  expect(untyped.body).not.toContain('xsi:type');
});
