/**
 * What a grant reaches and no further: which bucket a signature opens, what it must cover, who may publish a folder,
 * and which facts policies see. Findings of an attack on the service; each input was answered with 2xx once.
 */
import { encodeStrict, sign } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { serviceForTests, type RunningService } from '../service.ts';
import { clientFor, clientInNewBucket, freshName, type TestClient, type TestRequest } from './client.ts';
import { copySource, documentHeaders, putDocument, setVersioning } from './documents.ts';

const rootUin = '100000000001';
const allow = (action: string | readonly string[], more: object = {}) => ({
  version: '2.0',
  statement: [{ effect: 'allow', action, resource: '*', ...more }],
});
const anyone = { principal: { qcs: ['qcs::cam::anyone:anyone'] } };
const users = {
  putter: allow('name/cos:PutObject'),
  every: allow([
    'name/cos:PutObject',
    'name/cos:PostObject',
    'name/cos:InitiateMultipartUpload',
    'name/cos:AppendObject',
    'name/cos:GetObject',
  ]),
  privately: allow(['name/cos:PutObject', 'name/cos:PutObjectACL', 'name/cos:PutBucketACL'], {
    condition: { string_equal: { 'cos:x-cos-acl': 'private' } },
  }),
  notPublic: {
    version: '2.0',
    statement: [
      { effect: 'allow', action: '*', resource: '*' },
      {
        effect: 'deny',
        action: '*',
        resource: '*',
        condition: { string_equal: { 'cos:x-cos-acl': ['public-read', 'public-read-write'] } },
      },
    ],
  },
  current: allow(
    [
      'name/cos:PutObject',
      'name/cos:GetObject',
      'name/cos:DeleteObject',
      'name/cos:UploadPart',
      'name/cos:InitiateMultipartUpload',
    ],
    { condition: { string_equal: { 'cos:versionid': '' } } },
  ),
  small: allow(['name/cos:PutObject', 'name/cos:PostObject'], {
    condition: { numeric_less_than_equal: { 'cos:content-length': '3' } },
  }),
  notLarge: {
    version: '2.0',
    statement: [
      { effect: 'allow', action: '*', resource: '*' },
      {
        effect: 'deny',
        action: '*',
        resource: '*',
        condition: { numeric_greater_than: { 'cos:content-length': '3' } },
      },
    ],
  },
  cold: {
    version: '2.0',
    statement: [
      { effect: 'allow', action: '*', resource: '*' },
      {
        effect: 'deny',
        action: '*',
        resource: '*',
        condition: { string_equal: { 'cos:x-cos-storage-class': 'ARCHIVE' } },
      },
    ],
  },
  tagger: allow('name/cos:PutBucketTagging', {
    condition: { string_equal: { 'qcs:request_tag': 'team&a' } },
  }),
} as const;
type User = keyof typeof users;
const accounts = {
  accounts: [
    {
      uin: rootUin,
      appid: '1250000000',
      users: Object.entries(users).map(([name, policy], at) => ({
        uin: `1000000001${10 + at}`,
        secretId: `AKID${name}`,
        secretKey: `key-${name}`,
        policies: [policy],
      })),
    },
    { uin: '100000000002', appid: '1250000002', secretId: 'AKIDfriend', secretKey: 'key-friend' },
  ],
};
const as = (user: User | 'friend'): TestRequest => ({ secretId: `AKID${user}`, secretKey: `key-${user}` });

const cos = await serviceForTests({ name: 'grants', accounts });
const strict = await serviceForTests({ name: 'grants-strict', accounts, flags: ['--signatures', 'strict'] });
const a = await clientInNewBucket(cos);
const b = await clientInNewBucket(cos);
await a.put('k.txt', 'of a');
await b.put('k.txt', 'of b');
const hostOf = (client: TestClient) => `${client.bucket}.cos.ap-guangzhou.localhost:${client.service.port}`;

describe('the host that routes is the host that is verified', () => {
  test.each(['GET', 'PUT'])(
    'a %s whose whole address names another bucket than Host is refused',
    async (method) => {
      const other = await a.send({ method, key: 'k.txt', target: `http://${hostOf(b)}/k.txt` });

      expect([other.status, other.code]).toEqual([400, 'InvalidURI']);
    },
  );

  test.each([
    ['another port', (host: string) => host.replace(/:\d+$/, ':1')],
    ['a name in front of an @', (host: string) => `x@${host}`],
    ['nothing', () => ''],
  ])('a whole address with %s in it is refused', async (_name, change) => {
    const answer = await a.send({ key: 'k.txt', target: `http://${change(hostOf(a))}/k.txt` });

    expect(answer.status).toBe(400);
  });

  test('a whole address in other letters is the same address', async () => {
    const answer = await a.send({ key: 'k.txt', target: `http://${hostOf(a).toUpperCase()}/k.txt` });

    expect([answer.status, answer.text]).toEqual([200, 'of a']);
  });

  test('a reserved path on another host than the one in Host is refused', async () => {
    const answer = await a.send({ sign: 'none', target: `http://${cos.host}/-/health` });

    expect(answer.status).toBe(400);
  });
});

describe('in path style', () => {
  const inPathOf = (outer: TestClient, inner: TestClient, key: string): TestRequest => ({
    bucket: null,
    rawPath: `/${outer.bucket}/${inner.bucket}/${key}`,
    signedPath: `/${inner.bucket}/${key}`,
  });

  test.each(['GET', 'PUT', 'DELETE'])(
    'a %s that was signed for one bucket opens no other',
    async (method) => {
      const answer = await b.send({ method, ...inPathOf(b, a, 'k.txt') });

      expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
    },
  );

  test('the list of all buckets lists no bucket', async () => {
    const answer = await b.send({ bucket: null, rawPath: `/${b.bucket}/`, signedPath: '/' });
    const paged = await b.send({
      bucket: null,
      rawPath: `/${b.bucket}/`,
      signedPath: '/',
      query: { 'max-keys': '5' },
    });

    expect([answer.status, paged.status]).toEqual([403, 403]);
  });

  test('the short form is taken by default on this machine, and not with --signatures strict', async () => {
    const there = await clientInNewBucket(strict);
    await there.put('k.txt', 'there');
    const short = (client: TestClient) => client.send({ style: 'path', key: 'k.txt', signedPath: '/k.txt' });
    const sent = (client: TestClient) => client.send({ style: 'path', key: 'k.txt' });

    expect([(await short(a)).status, (await sent(a)).status]).toEqual([200, 200]);
    const refused = await short(there);
    expect([refused.status, refused.code]).toEqual([403, 'SignatureDoesNotMatch']);
    expect((await sent(there)).status).toBe(200);
  });
});

describe('a port that stands for a bucket', () => {
  test('is the one that Host names, so that a signature for one port opens no other', async () => {
    const { createServer } = await import('node:net');
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = probe.address() as { port: number };
        probe.close(() => resolve(free));
      });
    });
    const bound = await serviceForTests({
      name: 'grants-bound',
      flags: ['--bind', `127.0.0.1:${port}=bound-1250000000`],
    });
    await clientFor(bound, 'bound-1250000000').put('k', 'x', { 'x-cos-acl': 'public-read' });

    const honest = await fetch(`http://127.0.0.1:${port}/k`);
    const other = await clientFor(bound, 'bound-1250000000').send({
      bucket: null,
      host: `127.0.0.1:${port}`,
      rawPath: '/k',
    });

    expect([honest.status, other.status, other.code]).toEqual([200, 400, 'InvalidURI']);
  });
});

describe('an unsigned header or parameter', () => {
  const presigned = (client: TestClient, headers: Record<string, string>): TestRequest => ({
    method: 'PUT',
    key: 'to',
    sign: 'url',
    signedHeaders: ['host'],
    headers: { ...headers },
    bucket: client.bucket,
  });

  test.each([
    ['cos', cos],
    ['strict', strict],
  ])(
    'cannot make a presigned PUT the copy of another object, with --signatures %s',
    async (_mode, service) => {
      const client = await clientInNewBucket(service);
      await client.put('secret', 'secret');

      const answer = await client.send(presigned(client, copySource(client, 'secret')));

      expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
      expect((await client.head('to')).status).toBe(404);
    },
  );

  test.each([
    ['an access control list', { 'x-cos-acl': 'public-read' }],
    ['a grant', { 'x-cos-grant-read': 'id="100000000002"' }],
    ['a storage class', { 'x-cos-storage-class': 'ARCHIVE' }],
  ])('cannot add %s with --signatures strict', async (_name, headers) => {
    const client = await clientInNewBucket(strict);

    const answer = await client.send(presigned(client, headers));

    expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  });

  test.each(['acl', 'response-content-type=text/html', 'versionId=null', 'uploadId=x', 'tagging'])(
    'cannot add the parameter %s with --signatures strict',
    async (parameter) => {
      const client = await clientInNewBucket(strict);
      await client.put('k', 'x');
      const target = targetOf(strict, client.bucket, '/k');

      const plain = await client.send({ sign: 'none', host: hostOf(client), target });
      const changed = await client.send({
        sign: 'none',
        host: hostOf(client),
        target: `${target}&${parameter}`,
      });

      expect([plain.status, changed.status, changed.code]).toEqual([200, 403, 'AccessDenied']);
    },
  );

  test('Host must be covered where it names the bucket, with --signatures strict', async () => {
    const client = await clientInNewBucket(strict);

    const answer = await client.send({ method: 'PUT', key: 'k', signedHeaders: [] });
    const inPath = await client.send({ method: 'PUT', key: 'k', signedHeaders: [], style: 'path' });

    expect([answer.status, inPath.status]).toEqual([403, 200]);
  });
});

/** The target of a presigned GET that covers Host and nothing more. */
function targetOf(service: RunningService, bucket: string, path: string): string {
  const now = Math.floor(Date.now() / 1000);
  const { pairs } = sign({
    secretId: service.secretId,
    secretKey: service.secretKey,
    method: 'GET',
    path,
    query: [],
    headers: { host: `${bucket}.cos.ap-guangzhou.localhost:${service.port}` },
    keyTime: { start: now - 1, end: now + 600 },
  });
  return `${path}?${pairs.map(([name, value]) => `${name}=${encodeStrict(value)}`).join('&')}`;
}

describe('a folder is published by those who may set its list', () => {
  const grants: readonly Record<string, string>[] = [
    { 'x-cos-acl': 'public-read' },
    { 'x-cos-grant-read': 'id="qcs::cam::anyone:anyone"' },
    { 'x-cos-grant-full-control': 'id="100000000002"' },
  ];
  const ways: readonly (readonly [string, (headers: Record<string, string>, key: string) => TestRequest])[] =
    [
      ['put', (headers, key) => ({ method: 'PUT', key, headers })],
      [
        'copied',
        (headers, key) => ({ method: 'PUT', key, headers: { ...headers, ...copySource(a, 'k.txt') } }),
      ],
      ['uploaded in parts', (headers, key) => ({ method: 'POST', key, query: { uploads: '' }, headers })],
      [
        'appended',
        (headers, key) => ({ method: 'POST', key, query: { append: '', position: '0' }, headers, body: '' }),
      ],
      [
        'posted',
        (headers, key) => {
          const fields = Object.entries(headers).map(([name, value]) => [
            name.replace('x-cos-acl', 'acl'),
            value,
          ]);
          const parts = [['key', key], ...fields].map(
            ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
          );
          const file =
            '--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n\r\n--x--\r\n';
          return {
            method: 'POST',
            headers: { 'content-type': 'multipart/form-data; boundary=x' },
            body: parts.join('') + file,
          };
        },
      ],
    ];

  test.each(ways)('and not by those who may only write, when it is %s', async (way, requestOf) => {
    for (const headers of grants) {
      const refused = await a.send({ ...requestOf(headers, 'uploads/alice/'), ...as('every') });
      const file = await a.send({ ...requestOf(headers, 'uploads/file'), ...as('every') });

      expect([refused.status, refused.code]).toEqual([403, 'AccessDenied']);
      expect([file.status, file.code]).not.toEqual([403, 'AccessDenied']);
      await a.delete('uploads/file');
    }
    expect((await a.head('uploads/alice/')).status).toBe(404);
    const plain = await a.send({ ...requestOf({}, `uploads/${way}/`), ...as('every') });
    expect(plain.status).toBeLessThan(300);
  });

  test('and not by an account that was granted to write', async () => {
    const shared = await clientInNewBucket(cos, { 'x-cos-grant-write': 'id="100000000002"' });

    const folder = await shared.send({
      method: 'PUT',
      key: 'f/',
      headers: { 'x-cos-acl': 'public-read' },
      ...as('friend'),
    });
    const file = await shared.send({ method: 'PUT', key: 'f/a', ...as('friend') });

    expect([folder.status, file.status]).toEqual([403, 200]);
  });

  test('and by the owner', async () => {
    expect((await a.put('open/', '', { 'x-cos-acl': 'public-read' })).status).toBe(200);
    await a.put('open/f', 'x');

    expect((await a.send({ key: 'open/f', sign: 'none' })).text).toBe('x');
  });
});

describe('policies on versions see the version of each thing that a request does', () => {
  test('a copy names its source by version, and a deletion each of its objects', async () => {
    const client = await clientInNewBucket(cos);
    await setVersioning(client, 'Enabled');
    const first = (await client.put('doc', 'one')).headers['x-cos-version-id'] as string;
    await client.put('doc', 'two');
    const copy = (versionId?: string, query = {}) =>
      client.send({
        method: 'PUT',
        key: 'to',
        headers: copySource(
          client,
          'doc',
          versionId === undefined ? {} : { versionId: encodeURIComponent(versionId) },
        ),
        query,
        ...as('current'),
      });
    const remove = (version: string) => {
      const document = `<Delete><Object><Key>doc</Key>${version}</Object></Delete>`;
      return client.send({
        method: 'POST',
        query: { delete: '' },
        body: document,
        headers: documentHeaders(document),
        ...as('current'),
      });
    };

    expect([(await copy()).status, (await copy(first)).status]).toEqual([200, 403]);
    expect((await copy(first, { versionId: '' })).status).toBe(403);
    const refused = await remove(`<VersionId>${first}</VersionId>`);
    expect(refused.text).toContain('<Code>AccessDenied</Code>');
    expect((await client.send({ key: 'doc', query: { versionId: first } })).text).toBe('one');
    expect((await remove('')).text).not.toContain('<Error>');
    const upload = /<UploadId>(.*)<\/UploadId>/.exec(
      (await client.send({ method: 'POST', key: 'to', query: { uploads: '' } })).text,
    )![1]!;
    const part = await client.send({
      method: 'PUT',
      key: 'to',
      query: { partNumber: '1', uploadId: upload },
      headers: copySource(client, 'doc', { versionId: encodeURIComponent(first) }),
      ...as('current'),
    });
    expect([part.status, part.code]).toEqual([403, 'AccessDenied']);
  });
});

describe('strict signatures of a bucket are demanded', () => {
  const rule = (action: string) =>
    `<StrictSignatureConfiguration><Rule><actionlist><action>${action}</action></actionlist><headerlist><header>host</header></headerlist><paramlist><param>all</param></paramlist></Rule></StrictSignatureConfiguration>`;

  test('of a deletion of many, of a form and of the source of a copy', async () => {
    const client = await clientInNewBucket(cos);
    await client.put('k', 'x');
    const other = await clientInNewBucket(cos);
    const set = await putDocument(client, 'strict-signature', rule('*'));
    const document = '<Delete><Object><Key>k</Key></Object></Delete>';
    const bare = { signedHeaders: [] };
    const many = await client.send({
      method: 'POST',
      rawPath: '/?delete',
      signedPath: '/',
      body: document,
      headers: documentHeaders(document),
      ...bare,
    });
    const form = await client.send({
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nf\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n\r\n--x--\r\n',
      ...bare,
    });
    const copied = await other.send({
      method: 'PUT',
      key: 'to',
      headers: copySource(client, 'k'),
      signedHeaders: ['x-cos-copy-source'],
    });

    expect(set.status).toBeLessThan(300);
    expect([many.status, form.status, copied.status]).toEqual([403, 403, 403]);
    expect((await client.get('k')).text).toBe('x');
    expect((await client.head('f')).status).toBe(404);
  });
});

describe('a condition cannot be walked round', () => {
  test.each([
    ['a grant beside the canned list', { 'x-cos-acl': 'private', 'x-cos-grant-read': 'id="100000000002"' }],
    [
      'a grant to all beside it',
      { 'x-cos-acl': 'private', 'x-cos-grant-read': 'id="qcs::cam::anyone:anyone"' },
    ],
    ['a grant alone', { 'x-cos-grant-read': 'id="100000000002"' }],
    ['full control', { 'x-cos-acl': 'private', 'x-cos-grant-full-control': 'uin="100000000002"' }],
  ])('cos:x-cos-acl by %s', async (_name, headers) => {
    for (const request of [
      { method: 'PUT', key: 'cond' },
      { method: 'PUT', key: 'k.txt', query: { acl: '' } },
      { method: 'PUT', query: { acl: '' } },
    ])
      expect((await a.send({ ...request, headers, ...as('privately') })).status).toBe(403);
    const fine = await a.send({
      method: 'PUT',
      key: 'cond',
      headers: { 'x-cos-acl': 'private' },
      ...as('privately'),
    });
    expect(fine.status).toBe(200);
  });

  test('cos:x-cos-acl by a document', async () => {
    const document = (grants: string) =>
      `<AccessControlPolicy><Owner><ID>qcs::cam::uin/${rootUin}:uin/${rootUin}</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`;
    const open = document(
      '<Grant><Grantee><URI>http://cam.qcloud.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>',
    );
    const send = (body: string, user: User, key?: string) =>
      putDocument(a, 'acl', body, { ...(key === undefined ? {} : { key }), ...as(user) });

    for (const user of ['privately', 'notPublic'] as const)
      for (const key of [undefined, 'k.txt']) {
        expect((await send(open, user, key)).status).toBe(403);
        expect((await send(document(''), user, key)).status).toBe(200);
      }
    expect((await a.send({ key: 'k.txt', sign: 'none' })).status).toBe(403);
  });

  test.each([
    { 'x-cos-acl': 'public-read' },
    { 'x-cos-grant-read': 'id="qcs::cam::anyone:anyone"' },
    { 'x-cos-grant-read': 'uri="http://cam.qcloud.com/groups/global/AllUsers"' },
    { 'x-cos-grant-full-control': 'id="qcs::cam::anyone:anyone"' },
  ] as Record<string, string>[])('a denial of public lists by %j', async (headers) => {
    expect((await a.send({ method: 'PUT', key: 'cond', headers, ...as('notPublic') })).status).toBe(403);
    expect((await a.send({ method: 'PUT', key: 'cond', ...as('notPublic') })).status).toBe(200);
  });

  test('cos:x-cos-storage-class by its spelling', async () => {
    const put = (name: string) =>
      a.send({ method: 'PUT', key: 'cond', headers: { 'x-cos-storage-class': name }, ...as('cold') });

    expect([(await put('ARCHIVE')).status, (await put('archive')).status]).toEqual([403, 403]);
    expect((await put('STANDARD')).status).toBe(200);
  });

  test.each(['small', 'notLarge'] as const)('cos:content-length by a body in chunks: %s', async (user) => {
    const chunked = (text: string) => {
      async function* body() {
        yield Buffer.from(text);
      }
      return a.send({
        method: 'PUT',
        key: `chunked-${user}`,
        headers: { 'transfer-encoding': 'chunked' },
        body: body(),
        ...as(user),
      });
    };

    expect([(await chunked('four')).status, (await a.head(`chunked-${user}`)).status]).toEqual([403, 404]);
    expect((await chunked('two')).status).toBe(200);
  });

  test.each(['small', 'notLarge'] as const)('cos:content-length by a form: %s', async (user) => {
    const posted = (text: string) =>
      a.send({
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body: `--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nformed-${user}\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n${text}\r\n--x--\r\n`,
        ...as(user),
      });

    expect([(await posted('four')).status, (await a.head(`formed-${user}`)).status]).toEqual([403, 404]);
    expect((await posted('two')).status).toBe(204);
  });

  test('qcs:request_tag by a header that the operation does not read', async () => {
    const tagging = (key: string) =>
      putDocument(
        a,
        'tagging',
        `<Tagging><TagSet><Tag><Key>team</Key><Value>${key}</Value></Tag></TagSet></Tagging>`,
        {
          headers: { 'x-cos-tagging': 'team=a' },
          ...as('tagger'),
        },
      );

    expect([(await tagging('b')).status, (await tagging('a')).status]).toEqual([403, 204]);
  });
});

describe('the time of a signature', () => {
  test.each([
    ['ends before it starts', [600, 300]],
    ['never ends', [-1, 900_000_000_000]],
  ] as [string, [number, number]][])('that %s is refused', async (_name, validity) => {
    for (const mode of ['header', 'url'] as const) {
      const answer = await a.send({ key: 'k.txt', sign: mode, validity });

      expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
    }
  });
});

test('a bucket policy with a part that is not understood is refused, and the field is named', async () => {
  const client = clientFor(cos, freshName());
  await client.send({ method: 'PUT' });
  const good = { effect: 'allow', ...anyone, action: 'name/cos:GetObject', resource: '*' };
  const bad: readonly (readonly [object, string])[] = [
    [{ ...good, conditions: { ip_equal: { 'qcs:ip': '10.0.0.0/8' } } }, 'conditions'],
    [{ ...good, NotAction: 'name/cos:PutObject' }, 'NotAction'],
    [{ ...good, notResource: '*' }, 'notResource'],
    [{ ...good, Effect: 'deny' }, 'Effect'],
    [{ ...good, effect: ['allow'] }, 'effect'],
    [{ ...good, condition: { ip_equal: { 'qcs:ip': ['10.0.0.0/99'] } } }, 'qcs:ip'],
    [{ ...good, condition: { ip_equal: { 'qcs:ip': ['10.0.0'] } } }, 'qcs:ip'],
    [{ ...good, condition: { ip_equal: { 'qcs:ip': [] } } }, 'qcs:ip'],
    [{ ...good, condition: { ip_equal: {} } }, 'ip_equal'],
    [{ ...good, condition: { ip_equal: { 'cos:prefix': '10.0.0.0/8' } } }, 'cos:prefix'],
    [{ ...good, condition: { string_equal: { 'cos:x-cos-alc': 'private' } } }, 'cos:x-cos-alc'],
    [{ ...good, condition: { numeric_less_than: { 'cos:content-length': 'many' } } }, 'cos:content-length'],
    [{ ...good, condition: { bool_equal: { 'cos:secure-transport': 'yes' } } }, 'cos:secure-transport'],
    [{ ...good, action: 'name/cos:getobject' }, 'getobject'],
    [{ ...good, action: ['name/cos:GetObject', 'GetObject'] }, 'action GetObject'],
    [{ ...good, action: 'name/cvm:*' }, 'name/cvm:*'],
    [{ ...good, principal: 'garbage' }, 'garbage'],
    [{ ...good, principal: { qcs: ['garbage'] } }, 'garbage'],
    [{ ...good, principal: { qcs: '*', cos: '*' } }, 'cos'],
    [{ ...good, resource: 'qcs::cdn::uid/1250000000:x/*' }, 'qcs::cdn'],
    [{ ...good, resource: 'qcs::cos::appid/1250000000:x/*' }, 'appid'],
  ];
  for (const [statement, named] of bad) {
    const answer = await putDocument(
      client,
      'policy',
      JSON.stringify({ version: '2.0', statement: [statement] }),
    );

    expect([answer.status, answer.code, named]).toEqual([400, 'MalformedPolicy', named]);
    expect(answer.text).toContain(named);
  }
  const twice = JSON.stringify({ version: '2.0', statement: [good] }).replace(
    '"resource"',
    '"condition":{"ip_equal":{"qcs:ip":"10.0.0.0/8"}},"condition":{},"resource"',
  );
  for (const text of [twice, `{"version":"2.0","statement":${'['.repeat(4500)}${']'.repeat(4500)}}`])
    expect((await putDocument(client, 'policy', text)).code).toBe('MalformedPolicy');
  expect(
    (await putDocument(client, 'policy', JSON.stringify({ statement: [{ Sid: '1', ...good }] }))).status,
  ).toBe(204);
});
