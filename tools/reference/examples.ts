/**
 * One example for each method. Most are rendered from the table of calls that `test/sdk/every-method.test.ts` makes on
 * every host; calls without an answer, and those that read better in another form, stand here.
 */
import { methodCalls, type MethodCall } from '../../test/sdk/method-calls.ts';

const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };

const byHand: Readonly<Record<string, string>> = {
  getService: 'const { Buckets } = await cos.getService();',
  getObjectStream: `const stream = cos.getObjectStream(${text({ ...place, Key: 'docs/a.txt' })});
for await (const bytes of stream) console.log(bytes.length);`,
  selectObjectContentStream: `const stream = cos.selectObjectContentStream(${text({
    ...place,
    Key: 'docs/lines.json',
    SelectType: 2,
    SelectRequest: {
      Expression: 'Select * from COSObject',
      ExpressionType: 'SQL',
      InputSerialization: { JSON: { Type: 'LINES' } },
      OutputSerialization: { JSON: { RecordDelimiter: '\n' } },
    },
  })});
for await (const records of stream) console.log(String(records));`,
  getObjectUrl: `const url = cos.getObjectUrl(${text({ ...place, Key: 'docs/a.txt', Expires: 3600 })});`,
  getAuth: "const Authorization = cos.getAuth({ Method: 'GET', Key: 'docs/a.txt', Expires: 60 });",
  getV4Auth: `const Authorization = cos.getV4Auth(${text({ Bucket: place.Bucket, Key: 'docs/a.txt' })});`,
  upload: `const task = cos.upload(${text({ ...place, Key: 'docs/held.txt', Body: 'hello' })});
task.on('progress', ({ percent }) => console.log(percent));
const { Url } = await task.done;`,
  getTaskList: 'const states = cos.getTaskList().map(({ Key, state }) => `${Key}: ${state}`);',
  isUploadRunning: "if (cos.isUploadRunning()) console.log('wait for the uploads');",
  pauseTask: 'for (const { id } of cos.getTaskList()) cos.pauseTask(id);',
  restartTask:
    "for (const { id, state } of cos.getTaskList()) if (state === 'paused') void cos.restartTask(id);",
  cancelTask: 'for (const { id } of cos.getTaskList()) cos.cancelTask(id, { KeepParts: true });',
  removeTask: 'for (const { id } of cos.getTaskList()) await cos.removeTask(id);',
  on: "cos.on('task-update', ({ tasks }) => console.log(tasks.length));",
  off: `const listener = ({ list }) => console.log(list.length);
cos.on('list-update', listener);
cos.off('list-update', listener);`,
  emit: "cos.emit('my-event', { any: 'thing' });",
  destroy: 'await cos.destroy();',
  uploadFiles: `const { files } = await cos.uploadFiles({
  files: ['a', 'b'].map((name) => ({
    Bucket: '${place.Bucket}',
    Region: '${place.Region}',
    Key: \`docs/\${name}.txt\`,
    Body: name,
  })),
});
const failed = files.filter(({ error }) => error);`,
};

/** The code of a method's example. `cos` is an instance; `file`, `FilePath` and `UploadId` are what their names say. */
export function exampleOf(method: string): string {
  const own = byHand[method];
  if (own !== undefined) return own;
  const calls = methodCalls.filter((call) => call.method === method && !call.args);
  const call = calls.find(({ form }) => form === undefined) ?? calls[0];
  if (!call) throw new Error(`method-calls.ts has no call of ${method}`);
  return `const result = await cos.${method}(${text(paramsOf(call))});`;
}

/** What a call passes, in a reader's terms. */
function paramsOf({ method, params = {} }: MethodCall): Record<string, unknown> {
  const { $file, ...rest } = params as Record<string, unknown>;
  const needsPlace = method !== 'getService';
  return {
    ...(needsPlace ? place : {}),
    ...rest,
    ...($file === undefined ? {} : method === 'postObject' ? { FilePath: '$FilePath' } : { Body: '$file' }),
  };
}

/** An object as a programmer writes it. */
function text(value: unknown, indent = ''): string {
  if (typeof value === 'string') return textOf(value);
  if (Array.isArray(value)) {
    const items = value.map((each) => text(each, `${indent}  `));
    const short = `[${items.join(', ')}]`;
    if (short.length + indent.length < 80 && !short.includes('\n')) return short;
    return `[\n${items.map((item) => `${indent}  ${item},\n`).join('')}${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([name, each]) => {
    const key = /^[a-z_$][\w$]*$/i.test(name) ? name : `'${name}'`;
    const written = text(each, `${indent}  `);
    return key === written ? key : `${key}: ${written}`;
  });
  const short = members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  // Parameters of a call stand one to a line.
  if (indent !== '' && short.length + indent.length < 80 && !short.includes('\n')) return short;
  return `{\n${members.map((member) => `${indent}  ${member},\n`).join('')}${indent}}`;
}

function textOf(value: string): string {
  if (/^\$(UploadId|ETag|file|FilePath)$/.test(value)) return value.slice(1);
  const simple = value
    .replaceAll(encodeURIComponent('目录/a b+%.txt'), 'docs/a.txt')
    .replaceAll('目录/a b+%.txt', 'docs/a.txt')
    .replaceAll('目录/', 'docs/')
    .replaceAll('$folder/', './');
  return `'${simple.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}
