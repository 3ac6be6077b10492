import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { blobContract } from '../contract.ts';
import { readS3Address } from './s3-address.ts';
import { openS3Blobs } from './s3-store.ts';
import { UnreliableStore } from './s3-probe.ts';
import {
  freePort,
  howToEnable,
  makeBucket,
  programOf,
  startSeaweed,
  type TemporaryS3,
} from './testing/temporary-seaweed.ts';

const weed = programOf('weed');
const rclone = programOf('rclone');
if (!weed) process.stdout.write(`SeaweedFS: ${howToEnable}\n`);
if (!rclone) process.stdout.write(`rclone: ${howToEnable}\n`);

test('an address says bucket, prefix, endpoint, region and keys', () => {
  expect(readS3Address('s3://id:ke%2Fy@data/a/b/?endpoint=http://10.0.0.1:9000&region=eu')).toEqual({
    bucket: 'data',
    prefix: 'a/b/',
    endpoint: 'http://10.0.0.1:9000',
    region: 'eu',
    credentials: { accessKeyId: 'id', secretAccessKey: 'ke/y' },
  });
  expect(readS3Address('s3://data')).toMatchObject({ prefix: '', endpoint: undefined, region: 'us-east-1' });
});

test.each([
  'http://data',
  's3://',
  's3://Data!',
  's3://data?endpoint=x',
  's3://data?colour=red',
  's3://id@data',
])('%s is no address', (text) => {
  expect(readS3Address(text)).toBeUndefined();
});

describe.skipIf(!weed)('objects of SeaweedFS', () => {
  const running: TemporaryS3[] = [];
  afterAll(() => Promise.all(running.map((store) => store.stop())));

  blobContract('s3', async () => {
    const store = await startSeaweed(weed!, 'contract');
    running.push(store);
    return openS3Blobs({ address: store.address });
  });
});

describe.skipIf(!rclone)('a store that lies', () => {
  test('is refused at the start, with what it did', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sampan-rclone-'));
    const port = await freePort();
    // Every folder is a bucket, and any key pair is taken.
    await mkdir(join(folder, 'data'));
    const keys = { accessKeyId: 'id', secretAccessKey: 'key' };
    const child = spawn(rclone!, ['serve', 's3', folder, '--addr', `127.0.0.1:${port}`], { stdio: 'ignore' });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    });
    const endpoint = `http://127.0.0.1:${port}`;
    const address = { bucket: 'data', prefix: '', endpoint, region: 'us-east-1', credentials: keys };
    await makeBucket(address); // Waits until it takes requests.

    const opening = openS3Blobs({ address });

    // It answers a run of bytes with the checksum of the whole.
    await expect(opening).rejects.toBeInstanceOf(UnreliableStore);
    await expect(opening).rejects.toThrow(/a run of bytes cannot be read/);
  });
});
