import { expect, test } from 'vitest';
import { expected } from './expected.ts';
import { scenarios } from './scenarios.ts';

/** The code samples of the upload guide for mini programs, by the names that the guide gives them, and their scenarios. */
const samples: Readonly<Record<string, readonly string[]>> = {
  'put-object-body': ['putObject: the content of a picked file'],
  'put-object-filepath': ['putObject: a picked file by its path'],
  'put-object-string': ['putObject: a string'],
  'put-object-folder': ['putObject: a folder'],
  'put-object-traffic-limit': ['putObject: at a limited speed, with progress'],
  // Three samples share this name: first, whether it can be appended to, and on.
  'append-object': ['appendObject: first, asked for, and on'],
  'post-object': ['postObject: a picked file, with progress'],
  'post-object, to a directory': ['postObject: into a folder, with header parameters'],
  'list-multi-upload': ['multipart: begin, list, send, list parts, complete'],
  'init-multi-upload': ['multipart: begin, list, send, list parts, complete'],
  'upload-part': [
    'multipart: begin, list, send, list parts, complete',
    'multipart: an upload that does not exist',
  ],
  'list-parts': ['multipart: begin, list, send, list parts, complete'],
  'complete-multi-upload': ['multipart: begin, list, send, list parts, complete'],
  'abort-multi-upload': ['multipart: begin and abort'],
  'transfer-upload-file': [
    'uploadFile: a small file',
    'uploadFile: a large file, in parts',
    'uploadFile: with TaskReady',
  ],
  'transfer-copy-object': ['sliceUploadFile: with Headers and Query'],
  'transfer-batch-upload-objects': ['uploadFiles: a batch'],
  'transfer-upload-cancel': ['queue: cancel'],
  'transfer-upload-pause': ['queue: pause, restart and the list of tasks'],
  'transfer-upload-resume': ['queue: pause, restart and the list of tasks'],
};

test.each(Object.entries(samples))('%s is run on every host', (_sample, names) => {
  const known = scenarios.map(({ name }) => name);

  expect(names.filter((name) => !known.includes(name))).toEqual([]);
});

test('every scenario says what must come of it, and nothing else is expected', () => {
  expect(Object.keys(expected).sort()).toEqual(scenarios.map(({ name }) => name).sort());
});
