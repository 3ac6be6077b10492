import { hostOf, other, placeOf, refusalOf, statusOf, user, writer, type Case, type Stage } from './stage.ts';

/** Puts the proposed policy on the bucket and tries again. */
async function withPolicy(
  stage: Stage,
  document: string | undefined,
  again: () => Promise<{ readonly status: number }>,
): Promise<number> {
  const put = await stage.configure('policy', document ?? '');
  if (put.status >= 300) throw new Error(`the policy was refused: ${put.text}`);
  return (await again()).status;
}

const policy = (...statement: object[]) => JSON.stringify({ version: '2.0', statement });
const principal = { qcs: ['qcs::cam::uin/100000000001:uin/100000000021'] };
const resourceIn = (stage: Stage, key = '*') => [
  `qcs::cos:ap-guangzhou:uid/1250000000:${stage.bucket}/${key}`,
];

/** Ways in which a permission is missing. */
export const policyCases: readonly Case[] = [
  {
    name: 'somebody without a signature reads a private object',
    cause: 'permission-anonymous',
    refuse: async ({ client }) => {
      await client.put('k', 'x');
      return client.send({ key: 'k', sign: 'none' });
    },
    mend: (stage, why) =>
      withPolicy(stage, why.fix?.document?.content, () => stage.client.send({ key: 'k', sign: 'none' })),
  },
  {
    name: 'the official SDK has keys of a user without policies',
    cause: 'permission-not-allowed',
    refuse: (stage) =>
      refusalOf(
        stage
          .official({ SecretId: user.secretId, SecretKey: user.secretKey })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      ),
    mend: async (stage, why) => {
      await stage.configure('policy', why.fix!.document!.content);
      return statusOf(
        stage
          .official({ SecretId: user.secretId, SecretKey: user.secretKey })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      );
    },
  },
  {
    name: 'a user writes outside of the folder that the policy names',
    cause: 'permission-not-allowed',
    refuse: ({ client }) => client.send({ ...writer, method: 'PUT', key: 'others/k', body: 'x' }),
    mend: (stage, why) =>
      withPolicy(stage, why.fix?.document?.content, () =>
        stage.client.send({ ...writer, method: 'PUT', key: 'others/k', body: 'x' }),
      ),
  },
  {
    name: 'a statement of the bucket denies what another allows',
    cause: 'permission-denied',
    refuse: async (stage) => {
      await stage.client.put('k', 'x');
      const resource = resourceIn(stage);
      await stage.configure(
        'policy',
        policy(
          { effect: 'allow', principal, action: ['name/cos:GetObject'], resource },
          { effect: 'deny', principal, action: ['name/cos:Get*'], resource },
        ),
      );
      return stage.client.send({ ...user, key: 'k' });
    },
    mend: (stage, why) =>
      withPolicy(stage, why.fix?.document?.content, () => stage.client.send({ ...user, key: 'k' })),
  },
  {
    name: 'the condition on the address of the client does not hold',
    cause: 'permission-condition',
    refuse: async (stage) => {
      await stage.client.put('k', 'x');
      const statement = {
        effect: 'allow',
        principal,
        action: ['name/cos:GetObject'],
        resource: resourceIn(stage),
      };
      await stage.configure(
        'policy',
        policy({ ...statement, condition: { ip_equal: { 'qcs:ip': ['10.0.0.0/8'] } } }),
      );
      return stage.client.send({ ...user, key: 'k' });
    },
    mend: (stage, why) =>
      withPolicy(stage, why.fix?.document?.content, () => stage.client.send({ ...user, key: 'k' })),
  },
  {
    name: 'temporary keys for reading are used for writing',
    cause: 'permission-session-policy',
    refuse: async (stage) => {
      const keys = await stage.temporary([
        { effect: 'allow', action: ['name/cos:GetObject'], resource: resourceIn(stage) },
      ]);
      return refusalOf(
        stage
          .sampan({ SecretId: keys.TmpSecretId, SecretKey: keys.TmpSecretKey, SecurityToken: keys.Token })
          .putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }),
      );
    },
    mend: async (stage, why) => {
      const { statement } = JSON.parse(why.fix!.document!.content) as { statement: object[] };
      const keys = await stage.temporary(statement);
      const own = { SecretId: keys.TmpSecretId, SecretKey: keys.TmpSecretKey, SecurityToken: keys.Token };
      return statusOf(stage.sampan(own).putObject({ ...placeOf(stage), Key: 'k', Body: 'x' }));
    },
  },
  {
    name: 'the root of another account reads',
    cause: 'permission-not-allowed',
    refuse: async ({ client }) => {
      await client.put('k', 'x');
      return client.send({ ...other, key: 'k' });
    },
    mend: (stage, why) =>
      withPolicy(stage, why.fix?.document?.content, () => stage.client.send({ ...other, key: 'k' })),
  },
  {
    name: "a user's own policy denies",
    cause: 'permission-denied',
    refuse: async ({ client }) => client.send({ ...writer, method: 'DELETE', key: 'own/k' }),
  },
  {
    name: 'a user may write and not read what is copied',
    cause: 'permission-not-allowed',
    refuse: async (stage) => {
      await stage.client.put('own/from', 'x');
      const headers = { 'x-cos-copy-source': `${hostOf(stage)}/own/from` };
      return stage.client.send({ ...writer, method: 'PUT', key: 'own/to', headers });
    },
    mend: (stage, why) => {
      const headers = { 'x-cos-copy-source': `${hostOf(stage)}/own/from` };
      return withPolicy(stage, why.fix?.document?.content, () =>
        stage.client.send({ ...writer, method: 'PUT', key: 'own/to', headers }),
      );
    },
  },
  {
    name: 'a user lists a folder',
    cause: 'permission-not-allowed',
    refuse: ({ client }) => client.send({ ...user, query: { prefix: 'a/' } }),
    mend: (stage, why) =>
      withPolicy(stage, why.fix?.document?.content, () =>
        stage.client.send({ ...user, query: { prefix: 'a/' } }),
      ),
  },
  {
    name: 'a page links to an object of a bucket with a list of pages',
    cause: 'referer-not-allowed',
    refuse: async (stage) => {
      await stage.client.send({
        method: 'PUT',
        key: 'k',
        body: 'x',
        headers: { 'x-cos-acl': 'public-read' },
      });
      await stage.configure(
        'referer',
        '<RefererConfiguration><Status>Enabled</Status><RefererType>White-List</RefererType><DomainList><Domain>www.example.com</Domain></DomainList><EmptyReferConfiguration>Deny</EmptyReferConfiguration></RefererConfiguration>',
      );
      return stage.client.send({ key: 'k', sign: 'none', headers: { referer: 'http://other.example/' } });
    },
    mend: async ({ client }) =>
      (await client.send({ key: 'k', headers: { referer: 'http://other.example/' } })).status,
  },
];
