/** A service with accounts of every kind, and clients that send it what is refused. */
import { createHash, createHmac } from 'node:crypto';
import OfficialCos from 'cos-nodejs-sdk-v5';
import SampanCos from '@sampan/sdk';
import { encodeStrict } from '@sampan/protocol';
import { temporaryKeys, type TemporaryKeys } from '../clients/temporary-keys.ts';
import {
  clientInNewBucket,
  type TestAnswer,
  type TestClient,
  type TestRequest,
} from '../conformance/client.ts';
import { serviceForTests, type RunningService } from '../service.ts';
import type { Explained, Keys } from './inspector.ts';

/** A user whose policies allow nothing. */
export const user = { secretId: 'AKIDuser0000000001', secretKey: 'user-secret-key-1' };
/** A user who may put below `own/` of any bucket, and may not delete. */
export const writer = { secretId: 'AKIDwriter00000002', secretKey: 'writer-secret-key-2' };
/** The root of another account. */
export const other = { secretId: 'AKIDother000000003', secretKey: 'other-secret-key-3' };

const statements = [
  { effect: 'allow', action: ['name/cos:PutObject'], resource: ['qcs::cos:*:uid/1250000000:*/own/*'] },
  { effect: 'deny', action: ['name/cos:DeleteObject'], resource: ['*'] },
];

const accounts = {
  accounts: [
    {
      uin: '100000000001',
      appid: '1250000000',
      users: [
        { uin: '100000000021', ...user },
        { uin: '100000000022', ...writer, policies: [{ version: '2.0', statement: statements }] },
      ],
    },
    { uin: '100000000002', appid: '1250000001', ...other },
  ],
};

/** A request that was refused: its id, or the answer that has it. */
export type Refused = string | TestAnswer | Response;

/** One way to be refused. */
export interface Case {
  readonly name: string;
  /** The true cause. */
  readonly cause: string;
  readonly refuse: (stage: Stage) => Promise<Refused>;
  /** Makes the change that the explanation proposes and sends the request again. Gives the status of the answer. */
  readonly mend?: (stage: Stage, why: Explained) => Promise<number>;
}

export interface Stage {
  readonly service: RunningService;
  /** In a bucket of the case's own. */
  readonly client: TestClient;
  readonly bucket: string;
  /** The official SDK with keys; absent: the root's. */
  official(options?: Partial<OfficialOptions>): OfficialCos;
  sampan(options?: Partial<SampanOptions>): SampanCos;
  temporary(statements: readonly object[]): Promise<TemporaryKeys>;
  /** Puts a document on the bucket. */
  configure(name: string, document: string): Promise<TestAnswer>;
  /** What a case remembers from its refusal to its mending. */
  readonly memory: Record<string, string>;
}

type OfficialOptions = NonNullable<ConstructorParameters<typeof OfficialCos>[0]>;
type SampanOptions = ConstructorParameters<typeof SampanCos>[0];

/** Buckets without rules shut browsers out, as on COS. */
export const service = await serviceForTests({
  accounts,
  name: 'refusals',
  flags: ['--cors', 'off', '--threads', '1'],
});

export async function newStage(): Promise<Stage> {
  const client = await clientInNewBucket(service);
  const keys = { SecretId: service.secretId, SecretKey: service.secretKey };
  const domain = { Domain: `{Bucket}.cos.{Region}.localhost:${service.port}`, Protocol: 'http:' };
  return {
    service,
    client,
    bucket: client.bucket,
    official: (options = {}) =>
      new OfficialCos({ ...keys, ...domain, Ip: service.host, ...options } as OfficialOptions),
    sampan: (options = {}) =>
      new SampanCos({
        ...keys,
        Domain: `${service.host}/{Bucket}`,
        Protocol: 'http:',
        ...options,
      }),
    temporary: (statement) => temporaryKeys(service, { version: '2.0', statement }),
    configure: (name, document) =>
      client.send({
        method: 'PUT',
        query: { [name]: '' },
        body: document,
        headers: { 'content-md5': createHash('md5').update(document).digest('base64') },
      }),
    memory: {},
  };
}

/** The id of a request that a promise of an SDK rejects with. */
export async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const refusal = await promise.then(
    () => undefined,
    (error: unknown) => error as { RequestId?: string; headers?: Record<string, string> },
  );
  const id = refusal?.RequestId ?? refusal?.headers?.['x-cos-request-id'];
  if (id === undefined) throw new Error(`not refused: ${JSON.stringify(refusal)}`);
  return id;
}

/** The status of a promise of an SDK. */
export async function statusOf(promise: Promise<unknown>): Promise<number> {
  return ((await promise) as { statusCode: number }).statusCode;
}

/** Where a bucket is. */
export function placeOf({ bucket }: Stage) {
  return { Bucket: bucket, Region: 'ap-guangzhou' };
}

/** How a hand-made client signs; what is absent is right. */
export interface HandSigned {
  readonly method?: string;
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The two middle lines of the text, as this client writes them. */
  readonly queryLine?: string;
  readonly headerLine?: string;
  readonly headerList?: string;
  readonly paramList?: string;
}

/** An Authorization by somebody who wrote the signing by hand. */
export function handSigned({ secretId, secretKey }: Keys, signed: HandSigned): string {
  const { method = 'get', path, query = [], headers = {} } = signed;
  const now = Math.floor(Date.now() / 1000);
  const time = `${now - 1};${now + 600}`;
  const line = (pairs: readonly (readonly [string, string])[]) =>
    pairs
      .map(([name, value]) => [encodeStrict(name.toLowerCase()).toLowerCase(), encodeStrict(value)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map((pair) => pair.join('='))
      .join('&');
  const list = (pairs: readonly (readonly [string, string])[]) =>
    pairs
      .map(([name]) => name.toLowerCase())
      .toSorted()
      .join(';');
  const given = Object.entries(headers);
  const text = `${method}\n${path}\n${signed.queryLine ?? line(query)}\n${signed.headerLine ?? line(given)}\n`;
  const hmac = (key: string, content: string) => createHmac('sha1', key).update(content).digest('hex');
  const digest = createHash('sha1').update(text).digest('hex');
  const signature = hmac(hmac(secretKey, time), `sha1\n${time}\n${digest}\n`);
  return [
    `q-sign-algorithm=sha1&q-ak=${secretId}&q-sign-time=${time}&q-key-time=${time}`,
    `q-header-list=${signed.headerList ?? list(given)}`,
    `q-url-param-list=${signed.paramList ?? list(query)}&q-signature=${signature}`,
  ].join('&');
}

/** Sends a request under an Authorization of one's own. */
export function sendHandSigned(
  { client, service: { secretId, secretKey } }: Stage,
  signed: HandSigned,
  request: TestRequest = {},
): Promise<TestAnswer> {
  const authorization = handSigned({ secretId, secretKey }, signed);
  return client.send({ ...request, sign: 'none', headers: { ...request.headers, authorization } });
}

/** The host that clients send for the bucket of a stage. */
export function hostOf({ bucket }: Stage): string {
  return `${bucket}.cos.ap-guangzhou.localhost:${service.port}`;
}
