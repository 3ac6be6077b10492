/* eslint-disable @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- what runs in the page has no types */
/**
 * The official `cos-js-sdk-v5`, its published bundle as it is, in a page of Chromium. The page has an origin of its own,
 * so that every call crosses origins, as it does for a real application.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { startService } from '../service.ts';
import type { RunningService } from '../service.ts';

export const BUCKET = 'examplebucket-1250000000';
export const REGION = 'ap-guangzhou';

/** Where Chromium is; absent when this machine has none. `SAMPAN_CHROMIUM` names another place. */
export const chromiumPath = [process.env['SAMPAN_CHROMIUM'], '/usr/bin/chromium'].find(
  (path): path is string => path !== undefined && existsSync(path),
);

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

/** A result or an error of the SDK: its shape is what the tests are about. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- fields differ from method to method
export type Answer = Record<string, any>;
export type Params = Readonly<Record<string, unknown>>;

/** What a method of the SDK called back with, as plain values. */
export interface Reply {
  readonly error: Answer | null;
  /** Empty when there was an error. */
  readonly data: Answer;
}

/** What a function that runs in the page is given. */
export interface PageScope {
  readonly COS: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- the SDK's class
  /** The instance that calls use; may be replaced. */
  cos: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- the SDK's instance
  /** Options that make a working instance. */
  readonly options: Answer;
  /** Outlives the function that put something in. */
  readonly state: Answer;
  call(method: string, params?: Params): Promise<Reply>;
  /** A file with made-up content. */
  file(size: number, seed: number): File;
  /** Any value as plain data. */
  plain(value: unknown): any; // eslint-disable-line @typescript-eslint/no-explicit-any -- as the SDK made it
}

/** The page with the SDK, and the service. */
export interface OfficialPage {
  readonly page: Page;
  readonly service: RunningService;
  /** Requests for parts that the page has sent so far. */
  partRequests(): number;
  /** Errors that nothing in the page caught. */
  readonly uncaught: readonly Error[];
  /** Calls a method in callback style with Bucket and Region filled in. */
  call(method: string, params?: Params): Promise<Reply>;
  /** Runs a function in the page; it uses its two arguments alone. */
  run<T, I>(inPage: (scope: PageScope, input: I) => T | Promise<T>, input: I): Promise<T>;
  /** Makes the SDK's instance anew, with further options. */
  construct(options?: Params): Promise<void>;
  /** Loads the page again, as a user does in the middle of an upload. */
  reload(): Promise<void>;
  /** Size and SHA-256 of a stored object, as the page reads it. */
  read(key: string): Promise<{ readonly size: number; readonly sha256: string }>;
  stop(): Promise<void>;
}

/** What {@link OfficialPage.read} gives for a file of the page. */
export function digestOf(size: number, seed: number): { readonly size: number; readonly sha256: string } {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + seed) & 255;
  return { size, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const sdk = readFileSync(createRequire(import.meta.url).resolve('cos-js-sdk-v5'), 'utf8');

/** Starts a service and a page. */
export async function openPage(): Promise<OfficialPage> {
  const service = await startService({ flags: ['--bucket', BUCKET, '--region', REGION], name: 'cos-js-sdk' });
  const site = createServer((request, response) => {
    if (request.url === '/sdk.js') response.setHeader('content-type', 'text/javascript').end(sdk);
    else
      response.setHeader('content-type', 'text/html').end('<!doctype html><script src="/sdk.js"></script>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: flags });
  const page = await browser.newPage();
  const uncaught: Error[] = [];
  page.on('pageerror', (error) => uncaught.push(error));
  let parts = 0;
  page.on('request', (request) => {
    if (request.method() === 'PUT' && request.url().includes('partNumber=')) parts++;
  });

  const options = {
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Protocol: 'http:',
    // Browsers bring every name below localhost to this machine.
    Domain: `{Bucket}.cos.{Region}.localhost:${service.port}`,
    ServiceDomain: service.host,
  };
  const load = async () => {
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await page.evaluate(setUp, { options, place: { Bucket: BUCKET, Region: REGION } });
  };
  await load();

  const official: OfficialPage = {
    page,
    service,
    uncaught,
    partRequests: () => parts,
    call: (method, params = {}) =>
      official.run(({ call }, input) => call(input.method, input.params), { method, params }),
    run: (inPage, input) =>
      page.evaluate(`(${inPage.toString()})(window.scope, ${JSON.stringify(input) ?? 'undefined'})`),
    construct: (more = {}) =>
      official.run((scope, input) => {
        scope.cos = new scope.COS(Object.assign({}, scope.options, input));
      }, more),
    reload: load,
    read: (key) =>
      official.run(async ({ call }, Key) => {
        const { error, data } = await call('getObject', { Key, DataType: 'arraybuffer', live: true });
        if (error) throw new Error(`cannot read ${Key} back: ${JSON.stringify(error)}`);
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data['Body'] as ArrayBuffer));
        const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
        return { size: (data['Body'] as ArrayBuffer).byteLength, sha256 };
      }, key),
    async stop() {
      await browser.close();
      site.closeAllConnections();
      await new Promise((resolve) => site.close(resolve));
      await service.stop();
    },
  };
  return official;
}

/** Runs in the page, as text, before anything else. */
function setUp({ options, place }: { options: Answer; place: Answer }): void {
  const COS = (globalThis as Answer)['COS'];
  const plain = (value: unknown): unknown => {
    const seen = new Set<unknown>();
    // An Error's message is not enumerable, and the SDK's errors hold themselves.
    const text = JSON.stringify(value, (_name, field: unknown) => {
      if (typeof field !== 'object' || field === null) return field;
      if (seen.has(field)) return undefined;
      seen.add(field);
      if (field instanceof ArrayBuffer) return `${field.byteLength} bytes`;
      if (field instanceof Blob) return `blob of ${field.size} bytes`;
      return field instanceof Error ? Object.assign({ message: field.message }, field) : field;
    });
    return text === undefined ? null : JSON.parse(text);
  };
  const file = (size: number, seed: number): File => {
    const bytes = new Uint8Array(size);
    for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + seed) & 255;
    return new File([bytes], `file-${size}-${seed}.bin`, { lastModified: 1_700_000_000_000 });
  };
  const scope: Answer = {
    COS,
    options,
    state: {},
    plain,
    file,
    cos: new COS(options),
    call: (method: string, { live, ...params }: Answer = {}) =>
      new Promise((resolve) => {
        const { Body } = params;
        if (Body && Body.size !== undefined && Body.seed !== undefined)
          params['Body'] = file(Body.size, Body.seed);
        scope['cos'][method](Object.assign({}, place, params), (error: unknown, data: unknown) => {
          resolve({ error: error ? plain(error) : null, data: (live ? data : plain(data)) ?? {} });
        });
      }),
  };
  (globalThis as Answer)['scope'] = scope;
}
