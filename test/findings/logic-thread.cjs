/**
 * Uploads four parts of a MiB through a mini program bundle in this process, over a host that answers at once, and prints
 * the longest stretch that the program kept its thread, in ms of processor time. Meant for `node --jitless`, which runs
 * no TypeScript: `node --jitless logic-thread.cjs '{"bundle":…,"crc64OfPart":…,"crc64OfAll":…,"more":…}'`; `more` are
 * further parameters of the upload.
 */
const { bundle, crc64OfPart, crc64OfAll, more } = JSON.parse(process.argv[2]);

const MiB = 1_048_576;
const part = new Uint8Array(MiB).fill(7);
const later = (run) => setImmediate(run);
const document = (name, fields) =>
  `<?xml version="1.0"?><${name}>${Object.entries(fields)
    .map(([field, value]) => `<${field}>${value}</${field}>`)
    .join('')}</${name}>`;

function answerTo({ method, url }) {
  const target = { Bucket: 'examplebucket-1250000000', Key: 'k' };
  if (method === 'POST' && /[?&]uploads/.test(url))
    return { data: document('InitiateMultipartUploadResult', { ...target, UploadId: 'u' }) };
  if (method === 'PUT') return { header: { ETag: '"0123"', 'x-cos-hash-crc64ecma': crc64OfPart }, data: '' };
  if (method === 'POST')
    return {
      header: { 'x-cos-hash-crc64ecma': crc64OfAll },
      data: document('CompleteMultipartUploadResult', { ...target, Location: 'l', ETag: '"0123-4"' }),
    };
  return { data: document('ListMultipartUploadsResult', { IsTruncated: 'false' }) };
}

globalThis.wx = {
  getSystemInfoSync: () => ({ SDKVersion: '3.8.0', platform: 'android' }),
  getAppBaseInfo: () => ({ SDKVersion: '3.8.0' }),
  getDeviceInfo: () => ({ platform: 'android' }),
  canIUse: () => true,
  getStorageSync: () => '',
  setStorageSync: () => undefined,
  removeStorageSync: () => undefined,
  getStorage: ({ fail }) => later(() => fail({ errMsg: 'getStorage:fail data not found' })),
  setStorage: ({ success }) => later(() => success({})),
  removeStorage: ({ success }) => later(() => success({})),
  getStorageInfo: ({ success }) => later(() => success({ keys: [] })),
  request(option) {
    later(() => option.success({ statusCode: 200, header: {}, ...answerTo(option) }));
    return { abort: () => undefined };
  },
  getFileSystemManager: () => ({
    stat: ({ success }) =>
      later(() =>
        success({
          stats: {
            size: 4 * MiB,
            mode: 1,
            lastAccessedTime: 1,
            lastModifiedTime: 1,
            isFile: () => true,
            isDirectory: () => false,
          },
        }),
      ),
    readFile: ({ length, success }) => later(() => success({ data: part.slice(0, length).buffer })),
  }),
};

// WeChat's module wrapper declares this name, and the official bundle asks for it.
globalThis.window = undefined;
const COS = require(bundle);
const cos = new COS({ SecretId: 'AKIDEXAMPLE', SecretKey: 'example' });
let longestMs = 0;
let before = process.threadCpuUsage();
let beforeMs = performance.now();
/**
 * Runs between all others, so that what passes from one to the next is what a single callback took. Some kernels count
 * processor time in ticks of 4 ms, and a clock counts what others did meanwhile: the lesser of both is nearest.
 */
function turn() {
  const { user, system } = process.threadCpuUsage(before);
  longestMs = Math.max(longestMs, Math.min((user + system) / 1000, performance.now() - beforeMs));
  before = process.threadCpuUsage();
  beforeMs = performance.now();
  setImmediate(turn);
}
const params = {
  Bucket: 'examplebucket-1250000000',
  Region: 'ap-guangzhou',
  Key: 'k',
  FilePath: 'wxfile://f',
};
setImmediate(turn);
cos.sliceUploadFile({ ...params, ChunkSize: MiB, AsyncLimit: 1, ...more }, (error) => {
  process.stdout.write(
    JSON.stringify({ error: error ? String(error.message ?? JSON.stringify(error)) : null, longestMs }),
  );
  process.exit();
});
