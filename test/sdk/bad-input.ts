/* eslint-disable @typescript-eslint/no-dynamic-delete, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- methods are called by name, wrongly */
/** Wrong calls, as data: what is given, and the one error that must come of it. Run on every host. */
import type { Scenario } from './scenarios.ts';
import type { Plain } from './stage.ts';

/** One wrong call. It has a place, a key and a picked file unless it says otherwise. */
export interface BadCall {
  readonly method: string;
  readonly params?: Plain;
  readonly without?: readonly string[];
  /** How the application's callback for credentials fails. */
  readonly credentials?:
    'throws' | 'rejects' | 'never answers' | 'answers nonsense' | 'answers with an error';
  /** Code of the error; that of a wrong call unless said otherwise. */
  readonly code?: string;
  readonly message: RegExp;
  /** Requests that the two calls, one in each style, may send; none unless said otherwise. */
  readonly requests?: number;
  /** Where the case means something; everywhere unless said otherwise. */
  readonly hosts?: readonly ('wx' | 'web' | 'node')[];
}

const objectMethods = [
  ['putObject', { Body: 'x' }],
  ['appendObject', { Body: 'x', Position: 0 }],
  ['headObject', {}],
  ['getObject', {}],
  ['deleteObject', {}],
  ['postObject', {}],
  ['multipartInit', {}],
  ['multipartUpload', { Body: 'x', PartNumber: 1, UploadId: 'u' }],
  ['multipartListPart', { UploadId: 'u' }],
  ['multipartComplete', { UploadId: 'u', Parts: [{ PartNumber: 1, ETag: '"e"' }] }],
  ['multipartAbort', { UploadId: 'u' }],
  ['uploadFile', {}],
  ['sliceUploadFile', {}],
] as const;
const bucketMethods = [['multipartList', {}]] as const;
const paths = ['wx', 'node'] as const;

/** Address: the same of every method. */
const addresses: readonly BadCall[] = [...objectMethods, ...bucketMethods].flatMap(([method, params]) => [
  { method, params, without: ['Bucket'], message: /^missing param Bucket$/ },
  {
    method,
    params: { ...params, Bucket: 'noappid' },
    message: /^Bucket should format as "test-1250000000"\.$/,
  },
  { method, params, without: ['Region'], message: /^missing param Region$/ },
  {
    method,
    params: { ...params, Region: 'cos.ap-x' },
    message: /^param Region should not be start with "cos\."$/,
  },
  { method, params: { ...params, Region: 'ap_x' }, message: /^Region format error\.$/ },
]);

/** Half of a surrogate pair: what is left of a name that was cut inside a character. */
const half = 'bad\ud83d.png';

/** Texts that cannot arrive as they are. */
const texts: readonly BadCall[] = [
  ...objectMethods.flatMap(([method, params]): BadCall[] => [
    { method, params: { ...params, Key: half }, message: /^param Key is no well-formed text/ },
    {
      method,
      params: { ...params, Key: 'a/../b' },
      hosts: ['wx', 'web'],
      message: /^param Key has \. or \.\. between slashes/,
    },
    {
      method,
      params: { ...params, Headers: { 'x-cos-meta-name': '文' } },
      message: /^header x-cos-meta-name holds characters outside Latin-1.*percent-encode/,
    },
  ]),
  ...['putObject', 'uploadFile', 'multipartInit'].map((method) => ({
    method,
    params: { Body: 'x', ContentDisposition: 'attachment; filename="报告.txt"' },
    without: ['FilePath'],
    message: /^header content-disposition .*filename\*=UTF-8''/,
  })),
  {
    method: 'deleteMultipleObject',
    params: { Objects: [{ Key: half }] },
    message: /^the document is no well-formed text/,
  },
  {
    method: 'putObjectTagging',
    params: { Tags: [{ Key: 'k', Value: '\udc00' }] },
    message: /^the document is no well-formed text/,
  },
  {
    method: 'getBucket',
    params: { Prefix: half },
    message: /^query parameter prefix is no well-formed text/,
  },
  ...['putObject', 'uploadFile', 'sliceUploadFile'].map((method) => ({
    method,
    params: { Body: 'x'.repeat(1000), ContentLength: 5000 },
    without: ['FilePath'],
    message: /^Body gave 1000 bytes where ContentLength announced 5000$/,
  })),
];

export const badCalls: readonly BadCall[] = [
  ...addresses,
  ...texts,
  ...objectMethods.map(([method, params]) => ({
    method,
    params,
    without: ['Key'],
    message: /^missing param Key$/,
  })),
  ...['putObject', 'appendObject', 'multipartUpload'].map((method) => ({
    method,
    params: { PartNumber: 1, UploadId: 'u', Position: 0 },
    without: ['Body', 'FilePath'],
    message: /^missing param Body$/,
  })),
  ...['putObject', 'appendObject', 'multipartUpload', 'uploadFile', 'sliceUploadFile'].map((method) => ({
    method,
    params: { PartNumber: 1, UploadId: 'u', Position: 0, Body: 5 },
    without: ['FilePath'],
    message: /^Body must be /,
  })),
  ...['uploadFile', 'sliceUploadFile'].map((method) => ({
    method,
    without: ['Body', 'FilePath'],
    message: /^missing param FilePath or Body$/,
  })),
  { method: 'postObject', without: ['Body', 'FilePath'], message: /^missing param (FilePath|Body)$/ },
  {
    method: 'postObject',
    params: { FilePath: 5 },
    hosts: paths,
    message: /^param FilePath should be a string$/,
  },
  ...['putObject', 'postObject', 'uploadFile', 'sliceUploadFile'].map((method) => ({
    method,
    params: { FilePath: 'http://tmp/vanished' },
    hosts: paths,
    code: 'FileUnreadable|ENOENT',
    message: /^FilePath cannot be read/,
  })),
  ...[undefined, '', 0, -1, 'one'].map((PartNumber) => ({
    method: 'multipartUpload',
    params: { Body: 'x', UploadId: 'u', ...(PartNumber === undefined ? {} : { PartNumber }) },
    message: /PartNumber/,
  })),
  {
    method: 'multipartUpload',
    params: { Body: 'x', UploadId: 'u', PartNumber: 10001 },
    // Of the service, which knows the limit; in both styles.
    requests: 2,
    code: 'InvalidArgument',
    message: /PartNumber|part number/i,
  },
  ...[undefined, '', -1, 1.5, 'end'].map((Position) => ({
    method: 'appendObject',
    params: { Body: 'x', ...(Position === undefined ? {} : { Position }) },
    message: /Position/,
  })),
  ...['multipartUpload', 'multipartListPart', 'multipartComplete', 'multipartAbort'].map((method) => ({
    method,
    params: { Body: 'x', PartNumber: 1, Parts: [{ PartNumber: 1, ETag: '"e"' }] },
    message: /^missing param UploadId$/,
  })),
  ...[undefined, [], 'none', [{}]].map((Parts) => ({
    method: 'multipartComplete',
    params: { UploadId: 'u', ...(Parts === undefined ? {} : { Parts }) },
    message: /Part/,
  })),
  ...['SliceSize', 'ChunkSize', 'AsyncLimit'].flatMap((name) =>
    [-1, 0, 'much'].map((value) => ({
      method: 'uploadFile',
      params: { [name]: value },
      message: new RegExp(`^${name} must be a number above 0, got `),
    })),
  ),
  ...[undefined, [], 'a.bin', 5].map((files) => ({
    method: 'uploadFiles',
    params: files === undefined ? {} : { files },
    message: /^files must be a list of at least one file$/,
  })),
  ...(
    [
      ['throws', 'CredentialsFailed', /^getAuthorization failed to give credentials$/],
      ['rejects', 'CredentialsFailed', /^getAuthorization failed to give credentials$/],
      ['never answers', 'CredentialsTimeout', /^getAuthorization gave no answer within 300 ms$/],
      ['answers nonsense', 'InvalidCredentials', /^getAuthorization callback params /],
      ['answers with an error', 'CredentialsFailed', /^getAuthorization failed to give credentials$/],
    ] as const
  ).flatMap(([credentials, code, message]) =>
    ['putObject', 'headObject', 'uploadFile', 'sliceUploadFile', 'multipartInit'].map((method) => ({
      method,
      params: method === 'putObject' ? { Body: 'x' } : {},
      credentials,
      code,
      message,
    })),
  ),
];

/** What came of one wrong call. */
export interface Outcome {
  /** Calls of the callback. */
  readonly calls: number;
  readonly code: string;
  readonly message: string;
  /** What the same call in promise style rejected with. */
  readonly promised: string;
  /** Whether calling threw, or a callback brought a result. */
  readonly surprise: string;
  readonly isRunning: boolean;
  /** Tasks that are neither done nor failed. */
  readonly openTasks: number;
  readonly requests: number;
}

/** Makes every call that the option `Calls` holds, and says what came of each. */
export const badInput: Scenario = {
  name: 'wrong calls',
  async run(stage) {
    const picked = await stage.pick();
    const outcomes: Outcome[] = [];
    const answers: Plain = {
      throws: () => {
        throw new Error('no keys today');
      },
      rejects: () => Promise.reject(new Error('no keys today')),
      'never answers': () => undefined,
      'answers nonsense': (_asked: unknown, give: (answer: unknown) => void) => give({ TmpSecretId: 5 }),
      'answers with an error': (_asked: unknown, give: (answer: unknown) => void) => give(new Error('none')),
    };
    for (const given of stage.options['Calls'] as Plain[]) {
      const options = Object.assign({}, stage.options, { CredentialsTimeout: 300 });
      if (given['credentials']) {
        delete options['SecretId'];
        delete options['SecretKey'];
        options['getAuthorization'] = answers[given['credentials'] as string];
      }
      const cos = new stage.COS(options);
      let requests = 0;
      cos['on']('before-send', () => (requests += 1));
      const source = picked[0]!.source;
      // A method that takes files gets one, unless the case says what it gets instead.
      const params: Plain = Object.assign({}, stage.place, { Key: `${stage.prefix}bad` });
      const takesFile = /^(uploadFile|sliceUploadFile|postObject)$/.test(given['method'] as string);
      if (takesFile && !(given['params'] && ('Body' in given['params'] || 'FilePath' in given['params'])))
        Object.assign(params, source);
      Object.assign(params, given['params']);
      for (const name of (given['without'] as string[] | undefined) || []) delete params[name];
      let calls = 0;
      let surprise = '';
      const error = await new Promise<Plain>((resolve) => {
        try {
          cos[given['method'] as string](params, (failed: Plain | null) => {
            calls += 1;
            if (!failed) surprise = 'a result';
            resolve(failed || {});
          });
        } catch (thrown) {
          surprise = 'a throw';
          resolve(thrown as Plain);
        }
      });
      const promised: string = await cos[given['method'] as string](params).then(
        () => 'a result',
        (failed: Plain) => failed['code'] as string,
      );
      const open = (cos['getTaskList']() as Plain[]).filter((task) =>
        /waiting|checking|uploading/.test(task['state'] as string),
      );
      outcomes.push({
        calls,
        code: String(error['code']),
        message: String(error['message']),
        promised,
        surprise,
        isRunning: Boolean(cos['isUploadRunning']()),
        openTasks: open.length,
        requests,
      });
    }
    // A whole call later, whatever was to be called back has been.
    await stage.call('headObject', { Key: `${stage.prefix}none` });
    return outcomes;
  },
};
