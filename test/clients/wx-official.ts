/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the SDK publishes no types */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runMiniProgram } from '../hosts/wx/engine.ts';
import type { MiniProgram } from '../hosts/wx/engine.ts';
import { createWxHost } from '../hosts/wx/host.ts';
import type { WxHost, WxHostOptions } from '../hosts/wx/host.ts';
import { startService } from '../service.ts';

/**
 * The official `cos-wx-sdk-v5`, its published bundle as it is, in the simulated mini program host against a served
 * process. The bundle asks for `https://<bucket>.cos.<region>.myqcloud.com`; the host brings that to the service.
 */

/** The bucket that every test file starts with. */
export const BUCKET = 'examplebucket-1250000000';
/** Its region. */
export const REGION = 'ap-guangzhou';

/** What a method of the SDK called back with. */
export interface Reply {
  /** The error exactly as the SDK shapes it, or null. */
  readonly error: Answer | null;
  /** The data; empty when there was an error. */
  readonly data: Answer;
}

/** A result or an error of the SDK: its shape is what the tests are about. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- fields differ from method to method
export type Answer = Record<string, any>;

/** Parameters of a method; callbacks in them are called with copies. */
export type Params = Readonly<Record<string, unknown>>;

/** The SDK in its host, and the service. */
export interface Official {
  readonly host: WxHost;
  /** The program that runs now. */
  readonly program: MiniProgram;
  readonly keys: { readonly SecretId: string; readonly SecretKey: string };
  readonly service: Awaited<ReturnType<typeof startService>>;
  /** Calls a method in callback style with Bucket and Region filled in. */
  call(method: string, params?: Params): Promise<Reply>;
  /** Calls it in promise style and answers how the promise settled. */
  promise(
    method: string,
    params?: Params,
  ): Promise<{ readonly kind: 'resolved' | 'rejected'; readonly value: Answer }>;
  /** Calls a synchronous method and answers what it returns. */
  sync(method: string, params?: unknown): Promise<unknown>;
  /** Makes the SDK's instance anew, with further options. */
  construct(options?: Params): Promise<void>;
  /** Kills the program and starts it again on the same device. */
  restart(): Promise<void>;
  /** Reads an object back, whole. */
  read(key: string): Promise<Buffer>;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);
const bundle = readFileSync(require.resolve('cos-wx-sdk-v5'), 'utf8');

/** Starts a service, a host and the SDK in it. */
export async function startOfficial(
  options: Partial<WxHostOptions> = {},
  engine: 'vm' | 'quickjs' = 'vm',
): Promise<Official> {
  const service = await startService({ flags: ['--bucket', BUCKET, '--region', REGION], name: 'cos-wx-sdk' });
  const host = createWxHost({
    route: (name) => (name.endsWith('.myqcloud.com') ? service.url : undefined),
    legacyHeader: true,
    ...options,
  });
  // Its XML parser calls String.prototype.trimStart (ES2019), which phones have from WeChat's own core-js.
  const open = () => runMiniProgram({ engine, host, bundle, es2018: false });
  let program = await open();
  const keys = { SecretId: service.secretId, SecretKey: service.secretKey };
  const place = { Bucket: BUCKET, Region: REGION };

  const official: Official = {
    host,
    service,
    keys,
    get program() {
      return program;
    },
    call: (method, params = {}) =>
      program.run(
        ({ state, input }) =>
          new Promise<Reply>((resolve) => {
            state['cos'][input.method](input.params, (error: Answer | null, data: Answer | null) => {
              resolve({ error: error ?? null, data: data ?? {} });
            });
          }),
        { method, params: { ...place, ...params } },
      ),
    promise: (method, params = {}) =>
      program.run(
        ({ state, input }) =>
          state['cos'][input.method](input.params).then(
            (value: Answer) => ({ kind: 'resolved', value }),
            (value: Answer) => ({ kind: 'rejected', value }),
          ),
        { method, params: { ...place, ...params } },
      ),
    sync: (method, params) =>
      program.run(({ state, input }) => state['cos'][input.method](input.params) as unknown, {
        method,
        params,
      }),
    construct: (more = {}) =>
      program.run(
        ({ exports, state, input }) => {
          state['cos'] = new exports(input);
        },
        { ...keys, ...more },
      ),
    async restart() {
      host.restart();
      program.dispose();
      program = await open();
      await official.construct();
    },
    async read(key) {
      const { error, data } = await official.call('getObject', { Key: key, DataType: 'arraybuffer' });
      if (error) throw new Error(`cannot read ${key} back: ${JSON.stringify(error['error'])}`);
      return Buffer.from(data['Body'] as ArrayBuffer);
    },
    async stop() {
      host.killApp();
      program.dispose();
      await service.stop();
    },
  };
  await official.construct();
  return official;
}

/** An ArrayBuffer with the bytes of a text. */
export function bytesOf(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text)).buffer;
}

/** The code of the error that a direct call of the SDK shows. */
export function codeOf(reply: Reply): unknown {
  return (reply.error?.['error'] as Answer | undefined)?.['Code'];
}
