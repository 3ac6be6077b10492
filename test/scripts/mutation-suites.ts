/** Which tests are about which sources, for `mutations.ts`: the first beginning of a path that fits counts. */

const server = 'packages/server/src';
const conformance = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `test/conformance/${name}.test.ts`);
const rights = [`${server}/access`, ...conformance('grants', 'acl', 'bucket-policy')];
const stores = [`${server}/metadata/sqlite`, `${server}/metadata/testing`, `${server}/metadata/sql`];

const suites: readonly (readonly [string, readonly string[]])[] = [
  [`${server}/access/cors`, [`${server}/access`, ...conformance('bucket-cors', 'options-object')]],
  [`${server}/access/referer`, conformance('referer-website')],
  [`${server}/access/sts`, [`${server}/access`, ...conformance('sts')]],
  [`${server}/access/sessions`, [`${server}/access`, ...conformance('sts')]],
  [`${server}/access/form-policy`, conformance('post-object', 'grants')],
  [`${server}/access/verify-form`, conformance('post-object', 'grants')],
  [`${server}/access/verify`, [`${server}/access`, ...conformance('signature', 'presigned', 'grants')]],
  [`${server}/access/coverage`, conformance('signature', 'presigned', 'grants')],
  [`${server}/access/strict-signature`, conformance('signature', 'grants', 'vendor-suites')],
  [`${server}/access/read-json`, conformance('sts', 'bucket-policy', 'grants', 'hostile')],
  [`${server}/access/`, rights],
  [`${server}/operations/append`, conformance('append-object', 'model')],
  [
    `${server}/operations/bucket-records`,
    conformance(
      'bucket-encryption',
      'bucket-domain',
      'bucket-origin',
      'bucket-logging',
      'bucket-replication',
      'vendor-suites',
    ),
  ],
  [
    `${server}/operations/bucket-config`,
    conformance(
      'bucket-accelerate',
      'bucket-cors',
      'bucket-website',
      'bucket-policy',
      'bucket-referer',
      'referer-website',
      'versioning',
      'tagging',
    ),
  ],
  [
    `${server}/operations/bucket`,
    conformance('put-bucket', 'delete-bucket', 'head-bucket', 'get-bucket', 'get-bucket-location'),
  ],
  [`${server}/operations/access`, conformance('acl', 'bucket-policy', 'grants')],
  [`${server}/operations/copy`, conformance('put-object-copy', 'upload-part-copy')],
  [`${server}/operations/delete-many`, conformance('delete-multiple-object', 'grants')],
  [`${server}/operations/inventory`, conformance('bucket-inventory')],
  [`${server}/operations/lifecycle-rules`, conformance('bucket-lifecycle')],
  [
    `${server}/operations/multipart`,
    conformance(
      'multipart-init',
      'multipart-upload',
      'multipart-complete',
      'multipart-abort',
      'multipart-list',
      'multipart-list-part',
    ),
  ],
  [`${server}/operations/object-config`, conformance('tagging', 'restore-object', 'versioning')],
  [
    `${server}/operations/object`,
    conformance('put-object', 'get-object', 'head-object', 'delete-object', 'versioning'),
  ],
  [`${server}/operations/post`, conformance('post-object')],
  [`${server}/operations/service`, conformance('get-service')],
  [`${server}/operations/tags`, conformance('tagging', 'put-object', 'put-bucket')],
  [`${server}/operations/traffic`, conformance('traffic-limit')],
  [`${server}/operations/callback`, conformance('upload-callback')],
  [
    `${server}/operations/`,
    [
      `${server}/operations`,
      ...conformance(
        'put-object',
        'get-object',
        'put-object-copy',
        'multipart-list',
        'get-bucket',
        'bucket-website',
        'restore-object',
      ),
    ],
  ],
  [
    `${server}/jobs/`,
    [`${server}/jobs`, `${server}/service/released.test.ts`, `${server}/service/lost-index.test.ts`],
  ],
  [
    `${server}/body/`,
    [
      `${server}/body`,
      `${server}/service/damage.test.ts`,
      ...conformance('put-object', 'get-object', 'post-object', 'limits'),
    ],
  ],
  // Their tests need other services.
  [`${server}/blobs/s3/`, []],
  [
    `${server}/blobs/`,
    [
      `${server}/blobs/files`,
      `${server}/blobs/memory.test.ts`,
      `${server}/service/lost-index.test.ts`,
      `${server}/service/upkeep.test.ts`,
    ],
  ],
  [`${server}/metadata/postgres/`, []],
  [`${server}/metadata/sqlite/check`, [`${server}/service/fsck.test.ts`]],
  [
    `${server}/metadata/sqlite/reading`,
    [`${server}/service/upkeep.test.ts`, `${server}/service/fsck.test.ts`],
  ],
  [`${server}/metadata/`, [...stores, `${server}/service/damage.test.ts`]],
  ['packages/sdk/src/platforms/node', ['packages/sdk/src/platforms/node', 'test/sdk/node.test.ts']],
  [
    'packages/sdk/src/platforms/web',
    ['packages/sdk/src/platforms/web', 'test/sdk/web.test.ts', 'test/sdk/web-locks.test.ts'],
  ],
  [
    'packages/sdk/src/platforms/mini',
    ['packages/sdk/src/platforms/mini', 'test/sdk/wx.test.ts', 'test/sdk/wx-limits.test.ts'],
  ],
  ['packages/sdk/src/upload', ['packages/sdk/src/upload']],
  [
    'packages/sdk/src/client',
    ['packages/sdk/src/client', 'packages/sdk/src/cos', 'packages/sdk/src/upload', 'test/sdk/node.test.ts'],
  ],
  ['packages/sdk/src/core', ['packages/sdk/src/core', 'packages/sdk/src/client', 'packages/sdk/src/upload']],
  ['packages/sdk/src/cos', ['packages/sdk/src/cos', 'test/sdk/differential.test.ts']],
  ['packages/cli/src/commands/serve', ['test/cli/serve.test.ts', 'test/cli/start.test.ts']],
  [
    'packages/cli/src/',
    [
      'packages/cli/src',
      'test/cli/objects.test.ts',
      'test/cli/scenarios.test.ts',
      'test/cli/sync.test.ts',
      'test/cli/data-folder.test.ts',
      'test/cli/endings.test.ts',
    ],
  ],
  ['packages/protocol/src', ['packages/protocol/src']],
];

/** The tests that a fault in a source must be noticed by; undefined where none are named. */
export function suiteOf(file: string): readonly string[] | undefined {
  const suite = suites.find(([beginning]) => file.startsWith(beginning))?.[1] ?? [];
  return suite.length === 0 ? undefined : suite;
}
