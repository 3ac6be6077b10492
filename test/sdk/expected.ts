/** What each scenario must give on every host, by its name: fields that are named here, whatever else there is. */
import { expect } from 'vitest';

const eTag = expect.stringMatching(/^"[0-9a-f]{32}"$/) as string;
const partsETag = expect.stringMatching(/^"[0-9a-f]{32}-\d+"$/) as string;
const stored = { error: null, data: { statusCode: 200, ETag: eTag } };
const joined = { error: null, data: { statusCode: 200, ETag: partsETag, verified: 'object' } };
const refused = (code: string, statusCode: number) => ({
  error: { code, statusCode, retryable: false },
  data: null,
});
const missing = (name: string) => ({
  error: { code: 'InvalidUsage', message: `missing param ${name}` },
  data: null,
});

export const expected: Readonly<Record<string, object>> = {
  'putObject: the content of a picked file': stored,
  'putObject: a picked file by its path': stored,
  'putObject: a string': stored,
  'putObject: text beyond ASCII': stored,
  'putObject: a folder': { error: null, data: { ETag: '"d41d8cd98f00b204e9800998ecf8427e"' } },
  'putObject: at a limited speed, with progress': {
    reply: stored,
    last: { loaded: 6, total: 6, percent: 1 },
  },
  'putObject: header parameters': stored,
  'appendObject: first, asked for, and on': {
    appendable: 'appendable',
    position: '6',
    next: '11',
    error: null,
  },
  'appendObject: at a wrong position': refused('AppendPositionErr', 409),
  'headObject: an object': { error: null, data: { headers: { 'content-length': '3' } } },
  'headObject: no object': refused('NoSuchKey', 404),
  'postObject: a picked file, with progress': { reply: stored, ended: 1 },
  'postObject: into a folder, with header parameters': stored,
  'multipart: begin, list, send, list parts, complete': {
    begun: { error: null },
    list: { error: null, data: { Upload: [{}] } },
    part: stored,
    parts: { data: { Part: [{ PartNumber: '1' }, { PartNumber: '2', Size: '7' }] } },
    completed: { error: null, data: { ETag: partsETag } },
  },
  'multipart: begin and abort': {
    aborted: { error: null, data: { statusCode: 204 } },
    again: refused('NoSuchUpload', 404),
  },
  'multipart: an upload that does not exist': refused('NoSuchUpload', 404),
  'uploadFile: a small file': {
    reply: stored,
    finished: [[null, expect.any(Number) as number, 'string']],
    tasks: 1,
    ended: 1,
  },
  'uploadFile: a large file, in parts': { reply: joined, ended: [6291461, 6291461, 1] },
  'uploadFile: with TaskReady': { reply: stored, ready: ['string'] },
  'sliceUploadFile: with Headers and Query': { reply: joined, tasks: 1 },
  'sliceUploadFile: refused by the service': {
    error: { code: 'NoSuchBucket', statusCode: 404, error: { error: { Code: 'NoSuchBucket' } } },
    data: null,
  },
  'uploadFiles: a batch': {
    reply: { error: null, data: { files: [{ error: null }, { error: null }, { error: null }] } },
    finished: ['0 completed', '1 completed', '2 completed'],
    tasks: 3,
  },
  'queue: pause, restart and the list of tasks': {
    error: null,
    statusCode: 200,
    paused: 'paused',
    state: 'success',
    loaded: 6291461,
    percent: 1,
    running: false,
  },
  'queue: cancel': { state: 'canceled', calls: 1 },
  'getObjectUrl: a signed address that works': { hasSignature: true, hasLater: true },
  'putObject: without Bucket': missing('Bucket'),
  'putObject: without Region': missing('Region'),
  'putObject: without Key': missing('Key'),
  'putObject: without Body': missing('Body'),
  'multipartUpload: without UploadId': missing('UploadId'),
  'putObject: a bucket that does not exist': refused('NoSuchBucket', 404),
  'putObject: keys that the service does not know': { code: 'InvalidAccessKeyId', statusCode: 403 },
};
