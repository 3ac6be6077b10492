import { describe, expect, test } from 'vitest';
import { readFields, readRow, writeField, writeRow } from './bundle-rows.ts';
import { encodeRequest, looseResponseBody } from './http.ts';
import type { Operation } from './operation.ts';
import { operations } from '../operations/all.ts';

const rows: [string, Operation][] = Object.entries(operations);
const words = [
  ...new Set(
    rows.flatMap(([, { request }]) =>
      Object.entries(request.fields).map(([name, field]) => writeField(name, field)),
    ),
  ),
];
const fields = readFields(words.join(' '));
const shortened = (row: Operation): string => writeRow(row, (word) => words.indexOf(word));

/** What clients read of a row. */
function clientView({ method, target, select, action, idempotent, request, response }: Operation) {
  const seen = Object.entries(request.fields).map(([name, { place, name: wire, required, prefix }]) => ({
    ...{ name, place, wire, required },
    prefix: prefix === true,
  }));
  return {
    ...{ method, target, action, idempotent },
    flags: select?.query ?? [],
    // The order in which fields travel means nothing.
    fields: seen.sort((a, b) => (a.name < b.name ? -1 : 1)),
    kinds: [request.body.kind, response.body.kind],
    root: request.body.kind === 'xml' ? request.body.root : undefined,
    lists: response.body.kind === 'xml' ? response.body.shape.lists : undefined,
    texts: [request.body, response.body].map((body) =>
      body.kind === 'text' ? [body.field, body.type] : undefined,
    ),
  };
}

describe.each(rows)('%s', (_name, row) => {
  test('says the same to a client as a short text', () => {
    expect(clientView(readRow(fields, shortened(row)))).toEqual(clientView(row));
  });
});

test.each(rows.filter(([, { request }]) => request.body.kind === 'xml'))(
  'a short row of %s makes no document of values that are no document',
  (_name, row) => {
    const params = { Bucket: 'b-1', Region: 'r', Key: 'k', ACL: 'private', UploadId: 'u' };
    const required = Object.entries(row.request.fields).filter(([, field]) => field.required);
    const values = { ...params, ...Object.fromEntries(required.map(([name]) => [name, 'x'])) };

    expect(encodeRequest(readRow(fields, shortened(row)), values).body).toBeUndefined();
  },
);

test('a short row writes documents of any object and reads answers with their lists', () => {
  const complete = readRow(fields, shortened(operations.multipartComplete));
  const list = readRow(fields, shortened(operations.multipartListPart));
  const Part = [
    { PartNumber: 1, ETag: '"a"' },
    { PartNumber: 2, ETag: '"b"' },
  ];

  expect(encodeRequest(complete, { UploadId: 'u', CompleteMultipartUpload: { Part } }).body).toBe(
    encodeRequest(operations.multipartComplete, { UploadId: 'u', Part }).body,
  );
  expect(looseResponseBody(list, '<ListPartsResult><UploadId>u</UploadId></ListPartsResult>')).toEqual({
    UploadId: 'u',
    Part: [],
  });
});
