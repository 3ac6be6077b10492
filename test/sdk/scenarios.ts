/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call -- results and methods are those of SDKs without types */
/**
 * Every code sample of the upload guide for mini programs, written once, as scenarios that run on every host and with
 * the official SDKs as well. A scenario gives what an application sees; `observe` says where it is compared.
 */
import type { Plain, Stage } from './stage.ts';

/** One scenario. */
export interface Scenario {
  readonly name: string;
  /** Keys below the stage's prefix whose stored bytes and headers are compared. */
  readonly keys?: readonly string[];
  /** What the official SDKs have for mini programs only. */
  readonly needs?: 'postObject';
  readonly run: (stage: Stage) => Promise<unknown>;
}

/** The files that every stage offers: a small one, a middle one of three parts, and a larger one. */
export const files = [
  { name: 'small.txt', size: 4321, seed: 1 },
  { name: 'middle.bin', size: 2 * 1024 * 1024 + 77, seed: 2 },
  { name: 'large.bin', size: 6 * 1024 * 1024 + 5, seed: 3 },
] as const;

/** The scenarios, in the guide's order. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'putObject: the content of a picked file',
    keys: ['put/body'],
    async run(stage) {
      const [small] = await stage.pick();
      const Body = await stage.contentOf(small!);
      return stage.call('putObject', { Key: `${stage.prefix}put/body`, Body });
    },
  },
  {
    name: 'putObject: a picked file by its path',
    keys: ['put/path.txt'],
    async run(stage) {
      const [small] = await stage.pick();
      return stage.call('putObject', Object.assign({ Key: `${stage.prefix}put/path.txt` }, small!.source));
    },
  },
  {
    name: 'putObject: a string',
    keys: ['put/picture.jpg'],
    run: (stage) => stage.call('putObject', { Key: `${stage.prefix}put/picture.jpg`, Body: 'hello!' }),
  },
  {
    name: 'putObject: text beyond ASCII',
    keys: ['put/文字.txt'],
    run: (stage) => stage.promise('putObject', { Key: `${stage.prefix}put/文字.txt`, Body: '你好，世界 🚤' }),
  },
  {
    name: 'putObject: a folder',
    keys: ['put/a/'],
    run: (stage) => stage.call('putObject', { Key: `${stage.prefix}put/a/`, Body: '' }),
  },
  {
    name: 'putObject: at a limited speed, with progress',
    keys: ['put/slow'],
    async run(stage) {
      const seen: unknown[] = [];
      const reply = await stage.call('putObject', {
        Key: `${stage.prefix}put/slow`,
        StorageClass: 'STANDARD',
        Body: 'hello!',
        Headers: { 'x-cos-traffic-limit': 819200 },
        onProgress: (progress: Plain) => seen.push(stage.plain(progress)),
      });
      return { reply, last: seen[seen.length - 1] };
    },
  },
  {
    name: 'putObject: header parameters',
    keys: ['put/headers'],
    run: (stage) =>
      stage.call('putObject', {
        Key: `${stage.prefix}put/headers`,
        Body: 'with headers',
        CacheControl: 'max-age=60',
        ContentDisposition: 'attachment; filename="a.txt"',
        ContentEncoding: 'identity',
        ContentType: 'text/x-test; charset=utf-8',
        Expires: 'Thu, 01 Dec 2033 16:00:00 GMT',
        'x-cos-meta-owner': 'me',
        Headers: { 'x-cos-meta-more': '2' },
      }),
  },
  {
    name: 'appendObject: first, asked for, and on',
    keys: ['append/test.txt'],
    async run(stage) {
      const Key = `${stage.prefix}append/test.txt`;
      const first = await stage.call('appendObject', { Key, Body: 'first;', Position: 0 });
      const head = await stage.call('headObject', { Key });
      const position = (head.data?.['headers'] as Plain)['content-length'] as string;
      const next = await stage.call('appendObject', { Key, Body: '66666', Position: position });
      return {
        first,
        appendable: (head.data?.['headers'] as Plain)['x-cos-object-type'],
        position,
        next: (next.data?.['headers'] as Plain)['x-cos-next-append-position'],
        error: next.error,
      };
    },
  },
  {
    name: 'appendObject: at a wrong position',
    async run(stage) {
      const Key = `${stage.prefix}append/wrong`;
      await stage.call('appendObject', { Key, Body: 'abc', Position: 0 });
      return stage.call('appendObject', { Key, Body: 'def', Position: 1 });
    },
  },
  {
    name: 'headObject: an object',
    async run(stage) {
      const Key = `${stage.prefix}head/one`;
      await stage.call('putObject', { Key, Body: 'one' });
      return stage.call('headObject', { Key });
    },
  },
  {
    name: 'headObject: no object',
    run: (stage) => stage.call('headObject', { Key: `${stage.prefix}head/none` }),
  },
  {
    name: 'postObject: a picked file, with progress',
    needs: 'postObject',
    keys: ['post/picked.txt'],
    async run(stage) {
      const [small] = await stage.pick();
      const seen: Plain[] = [];
      const reply = await stage.call(
        'postObject',
        Object.assign(
          { Key: `${stage.prefix}post/picked.txt`, onProgress: (now: Plain) => seen.push(stage.plain(now)) },
          small!.source,
        ),
      );
      return { reply, ended: seen[seen.length - 1]?.['percent'] as unknown };
    },
  },
  {
    name: 'postObject: into a folder, with header parameters',
    needs: 'postObject',
    keys: ['post/examplefolder/one'],
    async run(stage) {
      const [small] = await stage.pick();
      const Key = `${stage.prefix}post/examplefolder/one`;
      return stage.call(
        'postObject',
        Object.assign(
          { Key, ContentType: 'text/x-post', CacheControl: 'no-cache', 'x-cos-meta-a': 'b' },
          small!.source,
        ),
      );
    },
  },
  {
    name: 'multipart: begin, list, send, list parts, complete',
    keys: ['multipart/exampleobject'],
    async run(stage) {
      const Key = `${stage.prefix}multipart/exampleobject`;
      const [, middle] = await stage.pick();
      const Body = await stage.contentOf(middle!);
      const begun = await stage.call('multipartInit', { Key, ContentType: 'text/x-parts' });
      const UploadId = begun.data?.['UploadId'] as string;
      const list = await stage.call('multipartList', { Prefix: Key });
      const part = await stage.call('multipartUpload', { Key, UploadId, PartNumber: 1, Body });
      const last = await stage.call('multipartUpload', { Key, UploadId, PartNumber: 2, Body: 'the end' });
      const parts = await stage.call('multipartListPart', { Key, UploadId });
      const completed = await stage.call('multipartComplete', {
        Key,
        UploadId,
        Parts: [
          { PartNumber: 1, ETag: part.data?.['ETag'] as string },
          { PartNumber: 2, ETag: last.data?.['ETag'] as string },
        ],
      });
      return { begun, list, part, parts, completed };
    },
  },
  {
    name: 'multipart: begin and abort',
    async run(stage) {
      const Key = `${stage.prefix}multipart/aborted`;
      const begun = await stage.call('multipartInit', { Key });
      const UploadId = begun.data?.['UploadId'] as string;
      const aborted = await stage.call('multipartAbort', { Key, UploadId });
      const again = await stage.call('multipartListPart', { Key, UploadId });
      return { aborted, again };
    },
  },
  {
    name: 'multipart: an upload that does not exist',
    run: (stage) =>
      stage.call('multipartUpload', {
        Key: `${stage.prefix}multipart/none`,
        UploadId: 'exampleUploadId',
        PartNumber: 1,
        Body: 'x',
      }),
  },
  {
    name: 'uploadFile: a small file',
    keys: ['upload/small.txt'],
    async run(stage) {
      const [small] = await stage.pick();
      const finished: unknown[] = [];
      const progress: Plain[] = [];
      let tasks = 0;
      const reply = await stage.call(
        'uploadFile',
        Object.assign(
          {
            Key: `${stage.prefix}upload/small.txt`,
            FileSize: small!.size,
            SliceSize: 1024 * 1024 * 5,
            onTaskReady: () => (tasks += 1),
            onProgress: (now: Plain) => progress.push(stage.plain(now)),
            onFileFinish: (error: unknown, data: unknown, options: Plain) =>
              finished.push([
                stage.plain(error),
                (options['Key'] as string).length,
                typeof options['TaskId'],
              ]),
          },
          small!.source,
        ),
      );
      return { reply, finished, tasks, ended: progress[progress.length - 1]?.['percent'] as unknown };
    },
  },
  {
    name: 'uploadFile: a large file, in parts',
    keys: ['upload/large.bin'],
    async run(stage) {
      const [, , large] = await stage.pick();
      const progress: Plain[] = [];
      const reply = await stage.call(
        'uploadFile',
        Object.assign(
          {
            Key: `${stage.prefix}upload/large.bin`,
            SliceSize: 1024 * 1024 * 2,
            ContentType: 'application/x-large',
            'x-cos-meta-a': 'b',
            onProgress: (now: Plain) => progress.push(stage.plain(now)),
          },
          large!.source,
        ),
      );
      const last = progress[progress.length - 1];
      return { reply, ended: [last?.['loaded'], last?.['total'], last?.['percent']] as unknown };
    },
  },
  {
    name: 'uploadFile: with TaskReady',
    keys: ['upload/ready.txt'],
    async run(stage) {
      const [small] = await stage.pick();
      const ready: string[] = [];
      const reply = await stage.call(
        'uploadFile',
        Object.assign(
          {
            Key: `${stage.prefix}upload/ready.txt`,
            TaskReady: (taskId: string) => ready.push(typeof taskId),
          },
          small!.source,
        ),
      );
      return { reply, ready };
    },
  },
  {
    name: 'sliceUploadFile: with Headers and Query',
    keys: ['slice/exampleobject'],
    async run(stage) {
      const [, middle] = await stage.pick();
      let tasks = 0;
      const reply = await stage.call(
        'sliceUploadFile',
        Object.assign(
          {
            Key: `${stage.prefix}slice/exampleobject`,
            CacheControl: 'max-age=7200',
            Headers: { aa: 123 },
            Query: { bb: 123 },
            onTaskReady: () => (tasks += 1),
            onHashProgress: () => undefined,
            onProgress: () => undefined,
          },
          middle!.source,
        ),
      );
      return { reply, tasks };
    },
  },
  {
    name: 'sliceUploadFile: refused by the service',
    async run(stage) {
      const [, middle] = await stage.pick();
      return stage.call(
        'sliceUploadFile',
        Object.assign(
          { Bucket: 'nosuchbucket-1250000000', Key: `${stage.prefix}slice/refused` },
          middle!.source,
        ),
      );
    },
  },
  {
    name: 'uploadFiles: a batch',
    keys: ['batch/small.txt', 'batch/middle.bin', 'batch/large.bin'],
    async run(stage) {
      const picked = await stage.pick();
      const finished: string[] = [];
      let tasks = 0;
      const reply = await stage.call('uploadFiles', {
        files: picked.map((file) =>
          Object.assign({}, stage.place, file.source, {
            Key: `${stage.prefix}batch/${file.name}`,
            onTaskReady: () => (tasks += 1),
          }),
        ),
        SliceSize: 1024 * 1024 * 10,
        onProgress: () => undefined,
        onFileFinish: (error: unknown, _data: unknown, options: Plain) =>
          finished.push(`${String(options['Index'])} ${error ? 'failed' : 'completed'}`),
      });
      return { reply, finished: finished.sort(), tasks };
    },
  },
  {
    name: 'queue: pause, restart and the list of tasks',
    keys: ['queue/paused.bin'],
    async run(stage) {
      const [, , large] = await stage.pick();
      const states: string[] = [];
      stage.cos['on']('list-update', (info: { list: Plain[] }) => {
        const now = info.list[info.list.length - 1]?.['state'] as string;
        if (states[states.length - 1] !== now) states.push(now);
      });
      let id = '';
      const done = stage.call(
        'sliceUploadFile',
        Object.assign(
          { Key: `${stage.prefix}queue/paused.bin`, onTaskReady: (taskId: string) => (id = taskId) },
          large!.source,
        ),
      );
      await stage.until(() => states.indexOf('uploading') >= 0 || states.indexOf('checking') >= 0);
      stage.cos['pauseTask'](id);
      await stage.until(() => states[states.length - 1] === 'paused');
      const paused = (stage.cos['getTaskList']() as Plain[]).filter((task) => task['id'] === id)[0]?.[
        'state'
      ] as string;
      stage.cos['restartTask'](id);
      const reply = await done;
      await stage.until(() => states[states.length - 1] === 'success');
      const task = (stage.cos['getTaskList']() as Plain[]).filter((known) => known['id'] === id)[0];
      return {
        error: reply.error,
        statusCode: reply.data?.['statusCode'] as unknown,
        paused,
        state: task?.['state'] as unknown,
        loaded: task?.['loaded'] as unknown,
        percent: task?.['percent'] as unknown,
        fields: Object.keys(task ?? {}).sort(),
        running: Boolean(stage.cos['isUploadRunning']()),
      };
    },
  },
  {
    name: 'queue: cancel',
    async run(stage) {
      const [, , large] = await stage.pick();
      let id = '';
      let calls = 0;
      stage.cos['sliceUploadFile'](
        Object.assign(
          { Key: `${stage.prefix}queue/canceled.bin`, onTaskReady: (taskId: string) => (id = taskId) },
          stage.place,
          large!.source,
        ),
        () => (calls += 1),
      );
      const stateOf = (): string =>
        (stage.cos['getTaskList']() as Plain[]).filter((task) => task['id'] === id)[0]?.['state'] as string;
      await stage.until(() => id !== '' && stateOf() !== 'waiting');
      stage.cos['cancelTask'](id);
      const state = stateOf();
      // A whole upload later, whatever was to be called has been called.
      await stage.call('putObject', { Key: `${stage.prefix}queue/after`, Body: 'x' });
      return { state, calls };
    },
  },
  {
    name: 'getObjectUrl: a signed address that works',
    async run(stage) {
      const Key = `${stage.prefix}url/one`;
      await stage.call('putObject', { Key, Body: 'one' });
      const url = stage.cos['getObjectUrl'](Object.assign({ Key }, stage.place)) as string;
      const unsigned = stage.cos['getObjectUrl'](Object.assign({ Key, Sign: false }, stage.place)) as string;
      const later = await stage.call('getObjectUrl', { Key, Expires: 60 });
      return {
        hasSignature: /q-signature=[0-9a-f]{40}/.test(url),
        unsigned: unsigned.replace(/^https?:\/\//, ''),
        hasLater: /q-signature=[0-9a-f]{40}/.test(String(later.data?.['Url'])),
      };
    },
  },
  {
    name: 'putObject: without Bucket',
    run: (stage) => stage.call('putObject', { Bucket: '', Key: 'k', Body: 'x' }),
  },
  {
    name: 'putObject: without Region',
    run: (stage) => stage.call('putObject', { Region: '', Key: 'k', Body: 'x' }),
  },
  { name: 'putObject: without Key', run: (stage) => stage.call('putObject', { Body: 'x' }) },
  { name: 'putObject: without Body', run: (stage) => stage.call('putObject', { Key: 'k' }) },
  {
    name: 'multipartUpload: without UploadId',
    run: (stage) => stage.call('multipartUpload', { Key: 'k', PartNumber: 1, Body: 'x' }),
  },
  {
    name: 'putObject: a bucket that does not exist',
    run: (stage) => stage.call('putObject', { Bucket: 'nosuchbucket-1250000000', Key: 'k', Body: 'x' }),
  },
  {
    name: 'putObject: keys that the service does not know',
    run: async (stage) => {
      const stranger = new stage.COS(
        Object.assign({}, stage.options, { SecretId: 'AKIDnobody', SecretKey: 'nothing' }),
      );
      return new Promise((resolve) => {
        stranger['putObject'](Object.assign({ Key: 'k', Body: 'x' }, stage.place), (error: unknown) =>
          resolve(stage.plain(error)),
        );
      });
    },
  },
];
