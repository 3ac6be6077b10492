import { hostOf, other, placeOf, refusalOf, sendHandSigned, service, statusOf, type Case } from './stage.ts';

const readAll = [{ effect: 'allow', action: ['name/cos:*'], resource: ['*'] }];

/** Ways in which a signature is refused. */
export const signatureCases: readonly Case[] = [
  {
    name: 'the official SDK has the SecretKey of another pair',
    cause: 'signature-wrong-secret-key',
    refuse: (stage) =>
      refusalOf(
        stage.official({ SecretKey: other.secretKey }).putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      ),
    mend: (stage, why) => {
      const SecretId = String(why.details['secretKeyOf']);
      const keys = SecretId === other.secretId ? {} : { SecretId };
      return statusOf(stage.official(keys).putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }));
    },
  },
  {
    name: 'the SecretKey was read from a file with its line end',
    cause: 'signature-secret-key-untrimmed',
    refuse: (stage) =>
      refusalOf(
        stage
          .official({ SecretKey: `${service.secretKey}\n`, UseRawKey: true })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      ),
    mend: (stage) => statusOf(stage.sampan().putObject({ ...placeOf(stage), Key: 'k', Body: 'x' })),
  },
  {
    name: 'the SecretId has a letter too few',
    cause: 'signature-unknown-key-id',
    refuse: (stage) =>
      refusalOf(
        stage
          .official({ SecretId: service.secretId.slice(0, -1) })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      ),
    mend: (stage, why) =>
      statusOf(
        stage
          .official({ SecretId: String(why.details['didYouMean']) })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      ),
  },
  {
    name: 'the host without its port is signed',
    cause: 'signature-host-differs',
    refuse: (stage) =>
      sendHandSigned(stage, { path: '/', headers: { host: hostOf(stage).replace(/:\d+$/, '') } }),
    mend: async (stage, why) => {
      const host = String(why.details['sent']);
      return (await sendHandSigned(stage, { path: '/', headers: { host } })).status;
    },
  },
  {
    name: 'the percent-encoded path is signed',
    cause: 'signature-path-encoded',
    refuse: (stage) =>
      sendHandSigned(
        stage,
        { method: 'put', path: '/a%20b%2Bc' },
        { method: 'PUT', key: 'a b+c', body: 'x' },
      ),
    mend: async (stage, why) => {
      const path = why.fix!.document!.content;
      return (
        await sendHandSigned(stage, { method: 'put', path }, { method: 'PUT', key: 'a b+c', body: 'x' })
      ).status;
    },
  },
  {
    name: 'the path is encoded twice on its way',
    cause: 'signature-path-encoded-twice',
    refuse: (stage) =>
      sendHandSigned(
        stage,
        { method: 'put', path: '/a b' },
        { method: 'PUT', rawPath: '/a%2520b', body: 'x' },
      ),
    mend: async (stage) =>
      (
        await sendHandSigned(
          stage,
          { method: 'put', path: '/a b' },
          { method: 'PUT', rawPath: '/a%20b', body: 'x' },
        )
      ).status,
  },
  {
    name: 'parameters are signed in the order in which they are sent',
    cause: 'signature-query-order',
    refuse: (stage) =>
      sendHandSigned(
        stage,
        { path: '/', queryLine: 'prefix=p&max-keys=5', paramList: 'max-keys;prefix' },
        { query: { prefix: 'p', 'max-keys': '5' } },
      ),
    mend: async (stage) => {
      const query = [
        ['prefix', 'p'],
        ['max-keys', '5'],
      ] as const;
      return (await sendHandSigned(stage, { path: '/', query }, { query })).status;
    },
  },
  {
    name: 'the list leaves out a parameter that is signed',
    cause: 'signature-param-list',
    refuse: (stage) =>
      sendHandSigned(
        stage,
        { path: '/', queryLine: 'max-keys=5&prefix=p', paramList: 'prefix' },
        { query: { prefix: 'p', 'max-keys': '5' } },
      ),
    mend: async (stage, why) => {
      const paramList = ['prefix', String(why.details['unlisted'])].toSorted().join(';');
      return (
        await sendHandSigned(
          stage,
          { path: '/', queryLine: 'max-keys=5&prefix=p', paramList },
          { query: { prefix: 'p', 'max-keys': '5' } },
        )
      ).status;
    },
  },
  {
    name: 'a browser adds the charset to a Content-Type that is signed',
    cause: 'signature-header-changed',
    refuse: (stage) =>
      sendHandSigned(
        stage,
        { method: 'put', path: '/k', headers: { 'content-type': 'text/plain' } },
        { method: 'PUT', key: 'k', body: 'x', headers: { 'content-type': 'text/plain;charset=UTF-8' } },
      ),
    mend: async (stage, why) => {
      const headers = { 'content-type': String(why.details['sent']) };
      return (
        await sendHandSigned(
          stage,
          { method: 'put', path: '/k', headers },
          { method: 'PUT', key: 'k', body: 'x', headers },
        )
      ).status;
    },
  },
  {
    name: 'an address that the official SDK signed for GET is used for PUT',
    cause: 'signature-method-differs',
    refuse: (stage) =>
      putTo(stage.official().getObjectUrl({ ...placeOf(stage), Key: 'k', Sign: true }, () => undefined)),
    mend: async (stage, why) => {
      const Method = String(why.details['sent']) as 'PUT';
      const url = stage
        .official()
        .getObjectUrl({ ...placeOf(stage), Key: 'k', Sign: true, Method }, () => undefined);
      return (await putTo(url)).status;
    },
  },
  {
    name: 'the signature has ended',
    cause: 'signature-expired',
    refuse: ({ client }) => client.send({ validity: [-900, -300] }),
    mend: async ({ client }) => (await client.send({ validity: [-1, 300] })).status,
  },
  {
    name: 'the clock of the official SDK is an hour ahead',
    cause: 'signature-clock-ahead',
    refuse: (stage) =>
      refusalOf(
        stage
          .official({ SystemClockOffset: 3_600_000, CorrectClockSkew: false })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      ),
    mend: (stage, why) => {
      const SystemClockOffset = 3_600_000 - Number(why.details['aheadSeconds']) * 1000;
      return statusOf(
        stage
          .official({ SystemClockOffset, CorrectClockSkew: false })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      );
    },
  },
  {
    name: 'the token is that of another temporary key',
    cause: 'signature-token-of-another-key',
    refuse: async (stage) => {
      const [one, two] = await Promise.all([stage.temporary(readAll), stage.temporary(readAll)]);
      return refusalOf(
        stage
          .sampan({ SecretId: one.TmpSecretId, SecretKey: one.TmpSecretKey, SecurityToken: two.Token })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      );
    },
    mend: async (stage) => {
      const keys = await stage.temporary(readAll);
      const own = { SecretId: keys.TmpSecretId, SecretKey: keys.TmpSecretKey, SecurityToken: keys.Token };
      return statusOf(stage.sampan(own).putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }));
    },
  },
  {
    name: 'the official SDK has a temporary key without its token',
    cause: 'signature-token-missing',
    refuse: async (stage) => {
      const keys = await stage.temporary(readAll);
      Object.assign(stage.memory, { id: keys.TmpSecretId, token: keys.Token, key: keys.TmpSecretKey });
      return refusalOf(
        stage
          .official({ SecretId: keys.TmpSecretId, SecretKey: keys.TmpSecretKey })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      );
    },
    mend: (stage) => {
      const { id = '', key = '', token = '' } = stage.memory;
      return statusOf(
        stage
          .official({ SecretId: id, SecretKey: key, SecurityToken: token })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      );
    },
  },
  {
    name: 'a client of Amazon S3 signs',
    cause: 'signature-other-protocol',
    refuse: ({ client }) =>
      client.send({
        sign: 'none',
        headers: {
          authorization: 'AWS4-HMAC-SHA256 Credential=AKID/20260101/r/s3/aws4_request, Signature=00',
        },
      }),
    mend: async ({ client }) => (await client.send({})).status,
  },
  {
    name: 'the source of a copy is not signed',
    cause: 'signature-covers-too-little',
    refuse: async (stage) => {
      await stage.client.put('from', 'x');
      const source = `${hostOf(stage)}/from`;
      return stage.client.send({
        method: 'PUT',
        key: 'to',
        headers: { 'x-cos-copy-source': source },
        signedHeaders: ['host'],
      });
    },
    mend: async (stage, why) => {
      const missing = String(why.details['missing']).replace('the header ', '');
      const source = `${hostOf(stage)}/from`;
      const headers = { 'x-cos-copy-source': source };
      return (
        await stage.client.send({ method: 'PUT', key: 'to', headers, signedHeaders: ['host', missing] })
      ).status;
    },
  },
  {
    name: 'a policy is signed with the SecretKey of another pair',
    cause: 'signature-wrong-secret-key',
    refuse: async (stage) => postForm(stage.client.bucket, other.secretKey),
    mend: async (stage) => (await postForm(stage.client.bucket, service.secretKey)).status,
  },
  {
    name: 'path and host are both signed wrongly',
    cause: 'signature-host-differs',
    refuse: (stage) =>
      sendHandSigned(
        stage,
        { path: '/a%20b', headers: { host: hostOf(stage).replace(/:\d+$/, '') } },
        { key: 'a b' },
      ),
    mend: async (stage, why) => {
      const signed = { path: String(why.details['wanted']), headers: { host: String(why.details['sent']) } };
      return sendHandSigned(stage, signed, { key: 'a b' }).then(({ status }) =>
        status === 404 ? 200 : status,
      );
    },
  },
];

async function putTo(url: string): Promise<Response> {
  const { host, pathname, search } = new URL(url);
  return sendWithHost('PUT', host, `${pathname}${search}`);
}

async function sendWithHost(method: string, host: string, path: string): Promise<Response> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: service.port, method, path, headers: { host, 'content-length': '1' } },
      (answer) => {
        answer.resume();
        const headers = { 'x-cos-request-id': String(answer.headers['x-cos-request-id']) };
        resolve(new Response(null, { status: answer.statusCode ?? 0, headers }));
      },
    );
    sent.on('error', reject);
    sent.end('x');
  });
}

async function postForm(bucket: string, secretKey: string): Promise<Response> {
  const { signPolicy } = await import('@sampan/protocol');
  const now = Math.floor(Date.now() / 1000);
  const form = new FormData();
  form.set('key', 'posted');
  const fields = signPolicy({
    secretId: service.secretId,
    secretKey,
    keyTime: { start: now - 1, end: now + 600 },
    conditions: [{ bucket }, { key: 'posted' }],
  });
  for (const [name, value] of fields) form.set(name, value);
  form.set('file', new Blob(['x']), 'x.txt');
  return fetch(`${service.url}/${bucket}/`, { method: 'POST', body: form });
}
