import { createHash, createHmac, randomBytes } from 'node:crypto';
import { policySignature, sign, signPolicy, type PolicyCondition } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestAnswer, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { customerKey, putDocument, setVersioning } from './documents.ts';

covers('postObject');

const service = await serviceForTests({ name: 'post-object' });
const client = await clientInNewBucket(service);

type Fields = Readonly<Record<string, string>>;

interface PostedFile {
  readonly name?: string;
  readonly content?: string | Uint8Array;
}

/** A form body: fields in order, then the file unless it is null. */
function formBody(fields: Fields, file: PostedFile | null, boundary: string): Buffer {
  const parts: (string | Uint8Array)[] = [];
  for (const [name, value] of Object.entries(fields))
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  if (file) {
    const name = file.name ?? 'photo.jpg';
    parts.push(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/jpeg\r\n\r\n`,
      file.content ?? 'content',
      '\r\n',
    );
  }
  parts.push(`--${boundary}--\r\n`);
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

interface Posting {
  readonly by?: TestClient;
  readonly file?: PostedFile | null;
  readonly headers?: Fields;
  readonly body?: Buffer;
}

function post(
  fields: Fields,
  { by = client, file = {}, headers = {}, body }: Posting = {},
): Promise<TestAnswer> {
  const boundary = `x${randomBytes(8).toString('hex')}`;
  return by.send({
    method: 'POST',
    sign: 'none',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, ...headers },
    body: body ?? formBody(fields, file, boundary),
  });
}

interface Signing {
  readonly validity?: readonly [number, number];
  readonly expiration?: string;
  readonly secretId?: string;
  readonly secretKey?: string;
}

/** The fields that sign a form with a policy. */
function signed(conditions: readonly PolicyCondition[], signing: Signing = {}): Fields {
  const now = Math.floor(Date.now() / 1000);
  const [start, end] = signing.validity ?? [-1, 600];
  return Object.fromEntries(
    signPolicy({
      secretId: signing.secretId ?? service.secretId,
      secretKey: signing.secretKey ?? service.secretKey,
      keyTime: { start: now + start, end: now + end },
      conditions,
      ...(signing.expiration === undefined ? {} : { expiration: signing.expiration }),
    }),
  );
}

const anyKey: PolicyCondition = ['starts-with', '$key', ''];

/** Fields, and the policy that names each of them exactly. */
function signedFields(fields: Fields): Fields {
  return { ...fields, ...signed(Object.entries(fields).map(([name, value]) => ({ [name]: value }))) };
}

test('a form is stored under its key, with its own headers and not with those of the file part', async () => {
  const fields = {
    key: 'form/photo.jpg',
    'Content-Type': 'text/plain',
    'Cache-Control': 'no-cache',
    'x-cos-meta-a': '1',
    'x-cos-storage-class': 'STANDARD_IA',
  };

  const answer = await post(signedFields(fields));

  expect(answer.status).toBe(204);
  expect(answer.text).toBe('');
  expect(answer.headers.etag).toBe('"9a0364b9e99bb480dd25e1f0284c8555"');
  expect(answer.headers['location']).toMatch(/^http:\/\/.*\/form\/photo\.jpg$/);
  const stored = await client.get('form/photo.jpg');
  expect(stored.text).toBe('content');
  expect(stored.headers).toMatchObject({
    'content-type': 'text/plain',
    'cache-control': 'no-cache',
    'x-cos-meta-a': '1',
    'x-cos-storage-class': 'STANDARD_IA',
  });
});

test('the name of the file stands in the key where ${filename} is', async () => {
  const fields = { key: 'in/${filename}', ...signed([['starts-with', '$key', 'in/']]) };

  await post(fields, { file: { name: 'photo 1.jpg' } });

  expect((await client.get('in/photo 1.jpg')).text).toBe('content');
});

test('the policy sees the key with the name of the file in it', async () => {
  const fields = { key: '${filename}', ...signed([['starts-with', '$key', 'in/']]) };

  const answer = await post(fields, { file: { name: 'out.jpg' } });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
});

test.each([
  ['200', 200],
  ['201', 201],
  ['204', 204],
  ['418', 204],
  ['', 204],
])('success_action_status %j is answered with %i', async (wish, status) => {
  const answer = await post({ key: 'status', success_action_status: wish, ...signed([anyKey]) });

  expect(answer.status).toBe(status);
});

test('a success is redirected with bucket, key and ETag, whatever the status asked for', async () => {
  const fields = {
    key: 'dir/ü',
    success_action_redirect: 'https://example.com/done?a=1',
    success_action_status: '200',
  };

  const answer = await post(signedFields(fields));

  expect(answer.status).toBe(303);
  expect(answer.headers['location']).toBe(
    `https://example.com/done?a=1&bucket=${client.bucket}&key=dir%2F%C3%BC&etag=%229a0364b9e99bb480dd25e1f0284c8555%22`,
  );
});

test('a large file is streamed to its place', async () => {
  const content = Buffer.alloc(8 * 1024 * 1024, 'f');

  const answer = await post({ key: 'large', ...signed([anyKey]) }, { file: { content } });

  expect(answer.status).toBe(204);
  expect((await client.get('large')).body.equals(content)).toBe(true);
});

test('an empty file is an empty object', async () => {
  const answer = await post({ key: 'empty', ...signed([anyKey]) }, { file: { content: '' } });

  expect(answer.status).toBe(204);
  expect((await client.head('empty')).headers['content-length']).toBe('0');
});

test('a file that holds something like a boundary is stored as it is', async () => {
  const content = '\r\n--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n';

  await post({ key: 'boundary', ...signed([anyKey]) }, { file: { content } });

  expect((await client.get('boundary')).text).toBe(content);
});

test('fields after the file are passed over', async () => {
  const boundary = 'after';
  const body = Buffer.concat([
    formBody({ key: 'after', ...signed([anyKey]) }, {}, boundary).subarray(0, -`--${boundary}--\r\n`.length),
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n--${boundary}--\r\n`,
    ),
  ]);

  const answer = await post(
    {},
    { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } },
  );

  expect(answer.status).toBe(204);
  expect((await client.head('after')).status).toBe(200);
  expect((await client.head('other')).status).toBe(404);
});

test.each<[string, readonly PolicyCondition[], Fields, boolean]>([
  ['an exact object', [{ acl: 'private' }], { acl: 'private' }, true],
  ['an exact object', [{ acl: 'private' }], { acl: 'public-read' }, false],
  ['an exact list', [['eq', '$Content-Type', 'image/png']], { 'Content-Type': 'image/png' }, true],
  ['an exact list', [['eq', '$Content-Type', 'image/png']], { 'Content-Type': 'image/gif' }, false],
  ['a beginning', [['starts-with', '$Content-Type', 'image/']], { 'Content-Type': 'image/gif' }, true],
  ['a beginning', [['starts-with', '$Content-Type', 'image/']], { 'Content-Type': 'text/html' }, false],
  ['a field that is missing', [['starts-with', '$Content-Type', 'image/']], {}, false],
  ['any beginning', [['starts-with', '$x-cos-meta-a', '']], { 'x-cos-meta-a': 'z' }, true],
  ['a size inside', [['content-length-range', 7, 7]], {}, true],
  ['the status', [{ success_action_status: '200' }], { success_action_status: '200' }, true],
  ['the storage class', [{ 'x-cos-storage-class': 'ARCHIVE' }], { 'x-cos-storage-class': 'STANDARD' }, false],
  [
    'the redirect',
    [['starts-with', '$success_action_redirect', 'https://a/']],
    { success_action_redirect: 'https://b/' },
    false,
  ],
])('a condition on %s holds or not', async (_what, conditions, fields, holds) => {
  const key = `condition-${randomBytes(4).toString('hex')}`;

  const answer = await post({ key, ...fields, ...signed([anyKey, ...conditions]) });

  expect(answer.code).toBe(holds ? undefined : 'AccessDenied');
  expect((await client.head(key)).status).toBe(holds ? 200 : 404);
});

test('the bucket is a condition without a field', async () => {
  const right = await post({ key: 'bucket', ...signed([anyKey, { bucket: client.bucket }]) });
  const wrong = await post({ key: 'bucket', ...signed([anyKey, { bucket: 'other-1250000000' }]) });

  expect(right.status).toBe(204);
  expect([wrong.status, wrong.code]).toEqual([403, 'AccessDenied']);
});

test.each<[string, number, number, string]>([
  ['larger', 0, 6, 'EntityTooLarge'],
  ['smaller', 8, 9, 'EntityTooSmall'],
])('a file %s than the policy allows is refused', async (_what, min, max, code) => {
  const key = `size-${max}`;

  const answer = await post({ key, ...signed([anyKey, ['content-length-range', min, max]]) });

  expect([answer.status, answer.code]).toEqual([400, code]);
  expect((await client.head(key)).status).toBe(404);
});

test.each<[string, string, number, number, string]>([
  ['first', 'smallest', 8, 9, 'EntityTooSmall'],
  ['last', 'smallest', 8, 9, 'EntityTooSmall'],
  ['first', 'largest', 1, 6, 'EntityTooLarge'],
  ['last', 'largest', 1, 6, 'EntityTooLarge'],
])('of two ranges of sizes the %s holds too: its %s size', async (narrow, _which, min, max, code) => {
  const ranges: PolicyCondition[] = [
    ['content-length-range', min, max],
    ['content-length-range', 1, 9],
  ];

  const answer = await post({
    key: 'sizes',
    ...signed([anyKey, ...(narrow === 'first' ? ranges : ranges.reverse())]),
  });

  expect([answer.status, answer.code]).toEqual([400, code]);
});

test('a policy that has expired is refused', async () => {
  const answer = await post({ key: 'late', ...signed([anyKey], { expiration: '2020-01-01T00:00:00.000Z' }) });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  expect(answer.text).toContain('has been expired');
});

test('a signature that has expired is refused', async () => {
  const answer = await post({ key: 'late', ...signed([anyKey], { validity: [-100, -10] }) });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  expect(answer.text).toContain('Request has expired');
});

test('a wrong key, an unknown key and a changed policy are refused', async () => {
  const wrong = await post({ key: 'k', ...signed([anyKey], { secretKey: 'wrong' }) });
  const unknown = await post({ key: 'k', ...signed([anyKey], { secretId: 'AKIDunknown' }) });
  const fields = signed([anyKey]);
  const policy = Buffer.from(
    Buffer.from(fields['policy'] ?? '', 'base64')
      .toString()
      .replace('"$key"', '"$acl"'),
  );
  const changed = await post({ key: 'k', ...fields, policy: policy.toString('base64') });

  expect([wrong.status, wrong.code]).toEqual([403, 'SignatureDoesNotMatch']);
  expect([unknown.status, unknown.code]).toEqual([403, 'InvalidAccessKeyId']);
  expect([changed.status, changed.code]).toEqual([403, 'SignatureDoesNotMatch']);
  expect((await client.head('k')).status).toBe(404);
});

/** Signs any text as a policy. */
function signedText(policy: string): Fields {
  const fields = signed([anyKey]);
  const keyTime = fields['q-key-time'] ?? '';
  const signKey = createHmac('sha1', service.secretKey).update(keyTime).digest('hex');
  const digest = createHash('sha1').update(policy).digest('hex');
  return {
    ...fields,
    policy: Buffer.from(policy).toString('base64'),
    'q-signature': createHmac('sha1', signKey).update(digest).digest('hex'),
  };
}

test.each([
  ['no JSON', 'policy'],
  ['no conditions', '{"expiration":"2099-01-01T00:00:00Z"}'],
  ['empty conditions', '{"expiration":"2099-01-01T00:00:00Z","conditions":[]}'],
  ['no expiration', '{"conditions":[{"acl":"private"}]}'],
  ['no condition on the key pair', '{"expiration":"2099-01-01T00:00:00Z","conditions":[{"acl":"private"}]}'],
  [
    'an unknown kind of condition',
    '{"expiration":"2099-01-01T00:00:00Z","conditions":[["ends-with","$key","a"]]}',
  ],
  [
    'sizes in the wrong order',
    '{"expiration":"2099-01-01T00:00:00Z","conditions":[["content-length-range",2,1]]}',
  ],
  [
    'a prefix where none is allowed',
    '{"expiration":"2099-01-01T00:00:00Z","conditions":[["starts-with","$x-cos-storage-class","A"]]}',
  ],
])('a policy with %s is not valid', async (_what, policy) => {
  const answer = await post({ key: 'k', ...signedText(policy) });

  expect([answer.status, answer.code]).toEqual([400, 'InvalidPolicyDocument']);
});

test.each([
  ['is empty', {}],
  ['has four members', ['eq', '$x-cos-meta-a', 'a', 'b']],
])('a condition that %s makes a policy invalid that is right otherwise', async (_what, condition) => {
  const answer = await post({ key: 'k', ...signed([anyKey, condition as unknown as PolicyCondition]) });

  expect([answer.status, answer.code]).toEqual([400, 'InvalidPolicyDocument']);
});

/** The authorization of a POST to the bucket, as the mini program SDK makes it. */
function authorization(by: TestClient, secretKey = service.secretKey): string {
  const now = Math.floor(Date.now() / 1000);
  return sign({
    secretId: service.secretId,
    secretKey,
    method: 'POST',
    path: '/',
    query: [],
    headers: { host: `${by.bucket}.cos.${service.region}.localhost:${service.port}` },
    keyTime: { start: now - 1, end: now + 600 },
  }).authorization;
}

test('an ordinary signature in the field Signature is taken, as the mini program SDK sends it', async () => {
  const Signature = authorization(client);

  const answer = await post({ key: 'wx/a.txt', success_action_status: '200', Signature, 'Content-Type': '' });

  expect(answer.status).toBe(200);
  expect((await client.get('wx/a.txt')).text).toBe('content');
});

test('a wrong signature in the field Signature is refused', async () => {
  const answer = await post({ key: 'wx/b.txt', Signature: authorization(client, 'wrong') });

  expect([answer.status, answer.code]).toEqual([403, 'SignatureDoesNotMatch']);
});

test('an ordinary signature in the header is taken', async () => {
  const answer = await post({ key: 'header.txt' }, { headers: { authorization: authorization(client) } });

  expect(answer.status).toBe(204);
});

test('a form without signature is for public buckets alone', async () => {
  const open = await clientInNewBucket(service, { 'x-cos-acl': 'public-read-write' });

  const closed = await post({ key: 'anonymous' });
  const opened = await post({ key: 'anonymous' }, { by: open });

  expect([closed.status, closed.code]).toEqual([403, 'AccessDenied']);
  expect(opened.status).toBe(204);
});

test('conditions of a bucket policy see the fields of the form, not the form', async () => {
  const guarded = await clientInNewBucket(service);
  const rule = (condition: object) => ({
    principal: { qcs: ['qcs::cam::anyone:anyone'] },
    effect: 'allow',
    action: 'name/cos:PostObject',
    resource: [`qcs::cos:${service.region}:uid/${service.appId}:${guarded.bucket}/*`],
    condition,
  });
  const statement = [rule({ string_like: { 'cos:content-type': 'image/*' } })];
  await putDocument(guarded, 'policy', JSON.stringify({ version: '2.0', statement }));

  const image = await post({ key: 'a', 'Content-Type': 'image/png' }, { by: guarded });
  const text = await post({ key: 'b', 'Content-Type': 'text/plain' }, { by: guarded });
  const none = await post({ key: 'c' }, { by: guarded });

  expect([image.status, text.code, none.code]).toEqual([204, 'AccessDenied', 'AccessDenied']);
});

test('a form without key, or with a key that may not exist, is refused', async () => {
  const none = await post(signed([]));
  const control = await post({ key: 'a\u0018', ...signed([anyKey]) });
  const long = await post({ key: 'k'.repeat(851), ...signed([anyKey]) });

  expect([none.status, none.code]).toEqual([400, 'InvalidArgument']);
  expect([control.status, control.code]).toEqual([400, 'InvalidObjectName']);
  expect([long.status, long.code]).toEqual([400, 'KeyTooLong']);
});

test('a form has exactly one file', async () => {
  const boundary = 'two';
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="b"\r\n\r\nb\r\n`;
  const one = formBody({ key: 'two', ...signed([anyKey]) }, {}, boundary).toString();
  const body = Buffer.from(one.replace(`--${boundary}--\r\n`, `${file}--${boundary}--\r\n`));

  const none = await post({ key: 'none', ...signed([anyKey]) }, { file: null });
  const two = await post(
    {},
    { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } },
  );

  expect([none.status, none.code]).toEqual([400, 'IncorrectNumberOfFilesInPostRequest']);
  expect([two.status, two.code]).toEqual([400, 'IncorrectNumberOfFilesInPostRequest']);
  expect((await client.head('two')).status).toBe(404);
});

test('what is no form is refused', async () => {
  const boundary = 'cut';
  const whole = formBody({ key: 'cut', ...signed([anyKey]) }, {}, boundary);
  const cut = await post(
    {},
    {
      body: whole.subarray(0, -20),
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    },
  );
  const json = await post({}, { body: Buffer.from('{}'), headers: { 'content-type': 'application/json' } });
  const noBoundary = await post({}, { body: whole, headers: { 'content-type': 'multipart/form-data' } });

  expect([cut.status, cut.code]).toEqual([400, 'MalformedPOSTRequest']);
  expect([json.status, json.code]).toEqual([400, 'MalformedPOSTRequest']);
  expect([noBoundary.status, noBoundary.code]).toEqual([400, 'MalformedPOSTRequest']);
  expect((await client.head('cut')).status).toBe(404);
});

test('the digest of the file is checked', async () => {
  const right = await post(signedFields({ key: 'md5', 'Content-MD5': 'mgNkuembtIDdJeHwKEyFVQ==' }));
  const wrong = await post(signedFields({ key: 'md5-wrong', 'Content-MD5': 'XUFAKrxLKna5cZ2REBfFkg==' }));

  expect(right.status).toBe(204);
  expect([wrong.status, wrong.code]).toEqual([400, 'BadDigest']);
  expect((await client.head('md5-wrong')).status).toBe(404);
});

test('a file can be encrypted with a customer key', async () => {
  await post(signedFields({ key: 'customer', ...customerKey('k') }));

  expect((await client.get('customer')).code).toBe('SsecDecryptHeaderInvalid');
  expect((await client.get('customer', customerKey('k'))).text).toBe('content');
});

test('an existing object stays when overwriting is forbidden by a field or a header', async () => {
  await client.put('kept', 'old');

  const field = await post(signedFields({ key: 'kept', 'x-cos-forbid-overwrite': 'true' }));
  const header = await post(
    { key: 'kept', ...signed([anyKey]) },
    { headers: { 'x-cos-forbid-overwrite': 'true' } },
  );

  expect([field.status, field.code]).toEqual([409, 'FileAlreadyExists']);
  expect([header.status, header.code]).toEqual([409, 'FileAlreadyExists']);
  expect((await client.get('kept')).text).toBe('old');
});

test('the version that was made is named', async () => {
  const versioned = await clientInNewBucket(service);
  await setVersioning(versioned, 'Enabled');

  const answer = await post({ key: 'k', ...signed([anyKey]) }, { by: versioned });

  expect(answer.headers['x-cos-version-id']).toMatch(/^[A-Za-z0-9+/]{27}$/);
});

test('a callback that no condition names and a bucket that does not exist are refused', async () => {
  const callback = await post({ key: 'k', 'x-cos-callback': 'e30=', ...signed([anyKey]) });
  const nobody = await post({ key: 'k', ...signed([anyKey]) }, { by: client.in('nobody-1250000000') });

  expect([callback.status, callback.code]).toEqual([403, 'AccessDenied']);
  expect([nobody.status, nobody.code]).toEqual([404, 'NoSuchBucket']);
});

test.each([
  'acl',
  'Content-Type',
  'Cache-Control',
  'x-cos-grant-read',
  'x-cos-meta-a',
  'x-cos-storage-class',
  'success_action_redirect',
  'unheard-of',
])('a field %s that no condition names is refused', async (name) => {
  const answer = await post({ key: 'stray', [name]: 'public-read', ...signed([anyKey]) });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  expect((await client.head('stray')).status).toBe(404);
});

test('a key that no condition names is refused', async () => {
  const answer = await post({ key: 'stray', ...signed([{ bucket: client.bucket }]) });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
});

test('a policy with a part that is not understood, or given twice, is refused', async () => {
  const now = Math.floor(Date.now() / 1000);
  const time = `${now - 1};${now + 600}`;
  const needed = JSON.stringify([
    anyKey,
    { 'q-sign-algorithm': 'sha1' },
    { 'q-ak': service.secretId },
    { 'q-sign-time': time },
  ]);
  const expiration = '"expiration":"2099-01-01T00:00:00Z"';
  const deep = '['.repeat(5000) + ']'.repeat(5000);
  const fieldsFor = (policy: string): Fields => ({
    key: 'odd',
    policy: Buffer.from(policy).toString('base64'),
    'q-sign-algorithm': 'sha1',
    'q-ak': service.secretId,
    'q-key-time': time,
    'q-signature': policySignature(policy, time, service.secretKey),
  });

  for (const policy of [
    `{${expiration},"conditions":${needed},"condition":[]}`,
    `{${expiration},"conditions":[["starts-with","$key","safe/"]],"conditions":${needed}}`,
    `{${expiration},"conditions":${deep}}`,
  ]) {
    const answer = await post(fieldsFor(policy));

    expect([answer.status, answer.code]).toEqual([400, 'InvalidPolicyDocument']);
  }
  expect((await post(fieldsFor(`{${expiration},"conditions":${needed}}`))).status).toBe(204);
});
