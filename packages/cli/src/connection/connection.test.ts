import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectionFlags } from './settings.ts';
import { resolveConnection as resolve } from './connection.ts';
import type { Environment } from './settings.ts';
import { configFolder, stateFolder } from './folders.ts';

const keys = { secretId: 'AKIDexample', secretKey: 'example' };
let cwd = '';

const resolveConnection = (flags: ConnectionFlags, env: Environment, folder: string) =>
  resolve(flags, { env, cwd: folder, home: folder, platform: 'linux' });

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'sampan-connection-'));
});

afterAll(async () => {
  await rm(cwd, { recursive: true });
});

test('without a flag it is the local service, with buckets in the path', async () => {
  expect(await resolveConnection(keys, {}, cwd)).toMatchObject({
    endpoint: 'http://127.0.0.1:9000',
    region: 'ap-guangzhou',
    domain: '127.0.0.1:9000/{Bucket}',
    serviceDomain: '127.0.0.1:9000',
    protocol: 'http:',
  });
});

test('a host that begins with cos. has buckets in front of it and names the region', async () => {
  expect(
    await resolveConnection({ ...keys, endpoint: 'https://cos.ap-beijing.myqcloud.com' }, {}, cwd),
  ).toMatchObject({
    domain: '{Bucket}.cos.ap-beijing.myqcloud.com',
    region: 'ap-beijing',
    protocol: 'https:',
  });
});

test('a region without an endpoint is the region of Tencent Cloud', async () => {
  expect(await resolveConnection({ ...keys, region: 'ap-beijing' }, {}, cwd)).toMatchObject({
    endpoint: 'https://cos.ap-beijing.myqcloud.com',
    domain: '',
    protocol: 'https:',
  });
});

test('an endpoint of the environment keeps a region flag away from the cloud', async () => {
  const env = { SAMPAN_ENDPOINT: 'http://localhost:9100' };

  expect(await resolveConnection({ ...keys, region: 'ap-beijing' }, env, cwd)).toMatchObject({
    endpoint: 'http://localhost:9100',
    region: 'ap-beijing',
  });
});

test('the region of a local service in the environment does not lead to the cloud', async () => {
  expect(await resolveConnection(keys, { SAMPAN_REGION: 'ap-beijing' }, cwd)).toMatchObject({
    endpoint: 'http://127.0.0.1:9000',
    region: 'ap-beijing',
  });
});

test('flags win over the environment', async () => {
  const env = { SAMPAN_SECRET_ID: 'other', SAMPAN_SECRET_KEY: 'other', SAMPAN_TOKEN: 'token' };

  expect(await resolveConnection(keys, env, cwd)).toMatchObject({ ...keys, token: 'token' });
  expect(await resolveConnection({}, env, cwd)).toMatchObject({ secretId: 'other', secretKey: 'other' });
});

test.each(['127.0.0.1:9000', 'ftp://127.0.0.1', 'http://127.0.0.1:9000/path', 'http://a:b@127.0.0.1', ''])(
  'refuses the endpoint %j',
  async (endpoint) => {
    await expect(resolveConnection({ ...keys, endpoint }, {}, cwd)).rejects.toThrow(/^--endpoint must/);
  },
);

test('half a key pair is refused', async () => {
  await expect(resolveConnection({ secretId: 'AKIDexample' }, {}, cwd)).rejects.toThrow(
    /give both or neither/,
  );
});

test('without keys those of the data folder are taken, and a broken file is not quoted', async () => {
  await expect(resolveConnection({ data: '.' }, {}, cwd)).rejects.toThrow(/holds no key pair/);

  await writeFile(join(cwd, 'credentials.json'), JSON.stringify(keys));
  expect(await resolveConnection({ data: '.' }, {}, cwd)).toMatchObject(keys);

  await writeFile(join(cwd, 'credentials.json'), '{"secretKey":"example"');
  await expect(resolveConnection({ data: '.' }, {}, cwd)).rejects.toThrow(
    /^(?!.*example).*holds no key pair/,
  );
});

test('an address that a running service has left in its data folder is found by the folder alone', async () => {
  const data = join(cwd, 'running');
  await mkdir(data);
  await writeFile(join(data, 'credentials.json'), JSON.stringify(keys));
  await writeFile(
    join(data, 'address.json'),
    JSON.stringify({ url: 'http://127.0.0.1:41234', region: 'ap-beijing' }),
  );

  expect(await resolveConnection({ data }, { SAMPAN_ENDPOINT: 'http://localhost:1' }, cwd)).toMatchObject({
    ...keys,
    endpoint: 'http://127.0.0.1:41234',
    region: 'ap-beijing',
    dataFolder: data,
  });
  expect(await resolveConnection({ data, endpoint: 'http://localhost:2' }, {}, cwd)).toMatchObject({
    endpoint: 'http://localhost:2',
  });
});

test('settings and records are kept where each system wants them', () => {
  const linux = { env: { XDG_STATE_HOME: '/var/state', XDG_CONFIG_HOME: 'relative' }, home: '/home/me' };
  const windows = { env: { APPDATA: '/roaming', LOCALAPPDATA: '/local' }, home: '/me' };

  expect(stateFolder({ ...linux, platform: 'linux' })).toBe('/var/state/sampan');
  expect(configFolder({ ...linux, platform: 'linux' })).toBe('/home/me/.config/sampan');
  expect(stateFolder({ ...windows, platform: 'win32' })).toBe('/local/sampan');
  expect(configFolder({ ...windows, platform: 'win32' })).toBe('/roaming/sampan');
});
