/** A service on a folder of its own, for tests that look at what it keeps there. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:http';
import { sign } from '@sampan/protocol';
import { onTestFinished } from 'vitest';
import { createService, type ServiceParts } from '../../index.ts';
import { createLog } from '../../observability/log.ts';
import type { Service } from '../cli.ts';
import { readConfig } from '../config.ts';

/** The bucket that exists. */
export const storedBucket = 'stored-1250000000';
const keys = { secretId: 'AKIDstored', secretKey: 'stored-key' };

/** What came of a request. */
export interface Answered {
  readonly status: number;
  readonly body: Buffer;
  /** The connection ended before the answer did. */
  readonly broken: boolean;
}

/** The files of all blobs of a data folder. */
export async function blobFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'store-id')
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Starts a service with one thread. It is stopped, and its folder removed, at the end of the test. */
export async function storedService({
  flags = [],
  ephemeral = false,
  folder: given,
  parts = {},
}: {
  readonly flags?: readonly string[];
  /** In memory; the folder stays empty. */
  readonly ephemeral?: boolean;
  readonly folder?: string;
  readonly parts?: ServiceParts;
} = {}) {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'sampan-stored-')));
  const lines: string[] = [];
  const log = createLog('error', { write: (line) => void lines.push(line) });
  const args = [
    ...['--port', '0', '--bucket', storedBucket, '--durability', 'relaxed'],
    ...(ephemeral ? ['--ephemeral'] : ['--data', folder]),
  ];
  const keyFlags = ['--secret-id', keys.secretId, '--secret-key', keys.secretKey];
  const config = readConfig([...args, ...keyFlags, ...flags], {}, '/');
  let service: Service | undefined;
  const start = async (): Promise<void> => {
    service = await createService(config, { log, ...parts });
    await service.listen();
  };
  const stop = async (): Promise<void> => {
    await service?.close(0);
    service = undefined;
  };
  onTestFinished(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });
  await start();

  const ask = (
    method: string,
    path: string,
    {
      headers = {},
      query = [],
      body,
    }: {
      headers?: Record<string, string>;
      query?: readonly (readonly [string, string])[];
      body?: Uint8Array;
    } = {},
  ): Promise<Answered> => {
    const now = Math.floor(Date.now() / 1000);
    const keyTime = { start: now - 1, end: now + 600 };
    const { authorization } = sign({ ...keys, method, path, query, headers: {}, keyTime });
    const target =
      query.length === 0
        ? path
        : `${path}?${String(new URLSearchParams(query.map(([name, value]) => [name, value])))}`;
    return new Promise((resolve, reject) => {
      const outgoing = request(`${service!.url}${target}`, {
        method,
        headers: { ...headers, authorization },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => undefined);
        response.on('close', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks),
            broken: !response.complete,
          }),
        );
      });
      outgoing.end(body);
    });
  };
  const pathOf = (key: string): string => `/${storedBucket}/${key}`;
  return {
    folder,
    get url() {
      return service!.url;
    },
    start,
    stop,
    ask,
    put: (key: string, body: Uint8Array) => ask('PUT', pathOf(key), { body }),
    get: (key: string, headers?: Record<string, string>) =>
      ask('GET', pathOf(key), headers ? { headers } : {}),
    append: (key: string, position: number, body: Uint8Array) =>
      ask('POST', pathOf(key), {
        body,
        query: [
          ['append', ''],
          ['position', String(position)],
        ],
      }),
    remove: (key: string) => ask('DELETE', pathOf(key)),
    text: async (path: string) => (await ask('GET', path)).body.toString(),
    log: () => lines.join(''),
  };
}
