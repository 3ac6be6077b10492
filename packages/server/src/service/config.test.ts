import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readAccounts } from '../access/accounts.ts';
import { readConfig } from './config.ts';
import { environmentName, serveFlags } from './flags.ts';

const scratch = fileURLToPath(new URL('../../../.tmp', import.meta.url));
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(join(scratch, 'config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (argv: string[], env: Record<string, string> = {}) => readConfig(argv, env, '/home/me');

test('without flags everything has its default', () => {
  expect(read([])).toMatchObject({
    host: '127.0.0.1',
    port: 9000,
    dataDir: '/home/me/.sampan',
    keyPair: undefined,
    appId: '1250000000',
    region: 'ap-guangzhou',
    buckets: [],
    bound: [],
    durability: 'full',
    cors: true,
    tls: undefined,
    logLevel: 'info',
    logFormat: 'auto',
  });
});

test('the console is served where only this machine can connect, unless a flag says otherwise', () => {
  expect(
    ['127.0.0.1', '127.1.2.3', 'localhost', '::1'].map((host) => read(['--host', host]).console),
  ).toEqual(Array(4).fill(true));
  expect(['0.0.0.0', '::', '10.0.0.1'].map((host) => read(['--host', host]).console)).toEqual(
    Array(3).fill(false),
  );
  expect(read(['--host', '0.0.0.0', '--console', 'on']).console).toBe(true);
  expect(read([], { SAMPAN_CONSOLE: 'off' }).console).toBe(false);
});

test('requests are kept where only this machine can connect, unless a flag says otherwise', () => {
  expect(['127.0.0.1', '0.0.0.0'].map((host) => read(['--host', host]).inspect)).toEqual([true, false]);
  expect(read(['--host', '0.0.0.0', '--inspect', 'on']).inspect).toBe(true);
  expect(read([], { SAMPAN_INSPECT: 'off' }).inspect).toBe(false);
});

test('callbacks go to any host with a public address, unless flags say otherwise', () => {
  expect(read([])).toMatchObject({ callbackHosts: [], callbackReach: 'public' });
  expect(
    read(['--callback-hosts', 'App.Example.com', '--callback-hosts=*.example.org'], {
      SAMPAN_CALLBACK_REACH: 'private',
    }),
  ).toMatchObject({ callbackHosts: ['app.example.com', '*.example.org'], callbackReach: 'private' });
  expect(read([], { SAMPAN_CALLBACK_HOSTS: 'a.example,[::1]' }).callbackHosts).toEqual(['a.example', '::1']);
  for (const host of ['http://a.example', 'a.example:80', '*', 'a*.example', ''])
    expect(() => read([`--callback-hosts=${host}`])).toThrow(/--callback-hosts must be a host/);
  expect(() => read(['--callback-reach', 'all'])).toThrow(/public or private or any/);
});

test('as many threads answer as there are processors, but no more than 4', () => {
  expect(read([]).threads).toBe(Math.min(4, availableParallelism()));
  expect(read([], { SAMPAN_THREADS: '3' }).threads).toBe(3);
  expect(read(['--threads', '64']).threads).toBe(64);
});

test('rules of the laboratory come from a flag or the environment', () => {
  expect(read(['--link', '3g,cut=40s']).link?.rules).toMatchObject([{ delayMs: 300, cutEveryMs: 40_000 }]);
  expect(read([], { SAMPAN_LINK: 'offline;delay=1s' }).link?.rules).toHaveLength(2);
  expect(read([]).link).toBeUndefined();
});

test('a flag that may stand alone takes no word after it', () => {
  expect(read(['--ephemeral', '--port', '0'])).toMatchObject({ ephemeral: true, port: 0 });
  expect(read([]).ephemeral).toBe(false);
  expect(read([], { SAMPAN_EPHEMERAL: 'on' }).ephemeral).toBe(true);
});

test('flags take their value after a space or an equals sign', () => {
  expect(read(['--port', '0', '--data=/srv/x', '--cors=off'])).toMatchObject({
    port: 0,
    dataDir: '/srv/x',
    cors: false,
  });
});

test('every flag has a twin in the environment, and the flag counts more', () => {
  const env = {
    SAMPAN_PORT: '8000',
    SAMPAN_LOG_LEVEL: 'warn',
    SAMPAN_BUCKET: 'a,b-1250000000',
    HOME: '/root',
  };

  expect(read([], env)).toMatchObject({
    port: 8000,
    logLevel: 'warn',
    buckets: ['a-1250000000', 'b-1250000000'],
  });
  expect(read(['--port', '7000'], env).port).toBe(7000);
  expect(serveFlags.map(({ name }) => environmentName(name))).toContain('SAMPAN_TLS_CERT');
});

test('buckets and bound domains may be given several times', () => {
  const config = read([
    '--bucket',
    'a',
    '--bucket',
    'b',
    '--bind',
    'CDN.example.com=a',
    '--bind',
    'x.example:9001=b-1250000000',
  ]);

  expect(config.buckets).toEqual(['a-1250000000', 'b-1250000000']);
  expect(config.bound).toEqual([
    { host: 'cdn.example.com', port: undefined, bucket: 'a-1250000000' },
    { host: 'x.example', port: 9001, bucket: 'b-1250000000' },
  ]);
});

describe('one line says what is wrong with', () => {
  test.each([
    [['--prot', '9'], /^unknown flag --prot$/],
    [['--store', 'x'], /^unknown flag --store$/],
    [['--database', 'mysql://u:geheim@h/x'], /^--database must be an address such as postgres:(?!.*geheim)/],
    [['--blobs', 'https://id:geheim@h/x'], /^--blobs must be an address such as s3:(?!.*geheim)/],
    [['--database', 'postgres://h/x'], /^--database needs --secret-id and --secret-key/],
    [['extra'], /^unexpected argument extra$/],
    [['--port'], /^--port needs a value: PORT$/],
    [['--port', '--host'], /^--port needs a value/],
    [['--port', '65536'], /^--port must be a port from 0 to 65535, got "65536"$/],
    [['--port', 'x'], /^--port must be/],
    [['--port', '1', '--port', '2'], /^--port is given twice$/],
    [['--system', 'windows'], /^--system must be auto or portable, got "windows"$/],
    [['--durability', 'sometimes'], /^--durability must be full or relaxed, got "sometimes"$/],
    [['--cors', 'yes'], /^--cors must be on or off/],
    [['--console', 'yes'], /^--console must be on or off, got "yes"$/],
    [['--log-format', 'xml'], /^--log-format must be auto or json or pretty, got "xml"$/],
    [['--inspect', 'yes'], /^--inspect must be on or off, got "yes"$/],
    [['--region', 'a b'], /^--region must be/],
    [['--idle-timeout', '0'], /^--idle-timeout must be more than no time/],
    [['--lifecycle-day', 'x'], /^--lifecycle-day must be a number of seconds/],
    [['--appid', 'x'], /^--appid must be/],
    [['--bucket', 'Upper'], /^--bucket: /],
    [['--bind', 'example.com'], /^--bind must be HOST\[:PORT\]=BUCKET/],
    [['--secret-id', 'AKID'], /given together or not at all$/],
    [['--secret-id', 'a&b', '--secret-key', 'k'], /^--secret-id must be/],
    [['--tls-cert', 'x'], /given together or not at all$/],
    [['--tls-cert', 'none.pem', '--tls-key', 'none.pem'], /^--tls-cert: cannot read none\.pem$/],
    [['--log-level', 'loud'], /^--log-level must be/],
    [['--threads', '0'], /^--threads must be a number from 1 to 64, got "0"$/],
    [['--threads', '65'], /^--threads must be a number from 1 to 64, got "65"$/],
    [['--threads', 'all'], /^--threads must be a number from 1 to 64, got "all"$/],
    [['--link', '3g,cut'], /^--link: cut must be a time such as 40s/],
    [['--ephemeral', '--data', 'x'], /^--ephemeral keeps everything in memory and goes without --data$/],
    [['--ephemeral=yes'], /^--ephemeral must be on or off, got "yes"$/],
    [['--accounts', '/nowhere.json'], /^--accounts \/nowhere\.json: /],
  ])('%j', (argv, message) => {
    expect(() => read(argv)).toThrow(message);
  });

  test('a variable of the environment that nothing reads', () => {
    expect(() => read([], { SAMPAN_PROT: '1' })).toThrow('unknown environment variable SAMPAN_PROT');
  });
});

describe('the accounts file', () => {
  const write = (text: string) => {
    const file = join(folder, 'accounts.json');
    writeFileSync(file, text);
    return ['--accounts', file];
  };
  const user = { uin: '2', secretId: 'AKIDuser', secretKey: 'k', policies: [] };
  const account = { uin: '1', appid: '1250000001', secretId: 'AKIDroot', secretKey: 'k', users: [user] };

  test('gives accounts and their users', () => {
    const { accounts } = read(write(JSON.stringify({ accounts: [account] })));

    expect(readAccounts(accounts).map(({ secretId, identity }) => [secretId, identity.kind])).toEqual([
      ['AKIDroot', 'root'],
      ['AKIDuser', 'sub'],
    ]);
  });

  test.each([
    ['{"accounts": [ {"secretKey": "hunter2" ]', /is not JSON$/],
    ['[]', /the document must be an object$/],
    ['{"accounts": {}}', /accounts must be a list$/],
    [
      JSON.stringify({ accounts: [{ ...account, uin: 'hunter2' }] }),
      /accounts\[0\]\.uin is missing or malformed$/,
    ],
    [
      JSON.stringify({ accounts: [{ ...account, users: [{ ...user, policies: [{}] }] }] }),
      /policies\[0\]: statement is missing$/,
    ],
    [JSON.stringify({ accounts: [account, account] }), /a secretId is given twice$/],
  ])('%s is refused without showing what is in it', (text, message) => {
    expect(() => read(write(text))).toThrow(message);
    expect(() => read(write(text))).not.toThrow('hunter2');
  });
});
