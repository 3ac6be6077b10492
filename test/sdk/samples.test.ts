import { compileFunction } from 'node:vm';
import COS from '@sampan/sdk';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import * as taro from '../../packages/sdk/src/entries/taro.ts';
import * as wxUpload from '../../packages/sdk/src/entries/wx-upload.ts';
import * as wx from '../../packages/sdk/src/entries/wx.ts';
import { allowing, temporaryKeys } from '../clients/temporary-keys.ts';
import { snippets } from '../guides.ts';
import { createWxHost } from '../hosts/wx/host.ts';
import { serviceForTests, type RunningService } from '../service.ts';

/** The code in the guides runs as it stands, against a served process; what it stored is read back. */

const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };
let service: RunningService;
let reader: COS;

beforeAll(async () => {
  service = await serviceForTests({ flags: ['--bucket', place.Bucket], name: 'samples' });
  reader = new ServedCOS({ SecretId: service.secretId, SecretKey: service.secretKey });
});
afterEach(() => vi.unstubAllGlobals());

/** The class of Node and pages, led to the service. */
class ServedCOS extends COS {
  constructor(options: object) {
    super({ ...options, Proxy: service.url, Protocol: 'http' });
  }
}

/** What a backend does: keys that may upload. */
function getAuthorization(_asked: object, give: (keys: object) => void): void {
  void temporaryKeys(service, allowing(['name/cos:*'], '')).then(({ Token, ...keys }) =>
    give({ ...keys, SecurityToken: Token }),
  );
}

/** Runs a block of a guide with modules by their names, and with what a reader would have at hand. */
async function run(guide: string, at: number, modules: Readonly<Record<string, object>>, given: object) {
  const code = snippets(guide)
    [at]!.replace(/^import (\w+) from '(.*)';.*$/gm, "const $1 = modules['$2'].default;")
    .replace(/^import (\{.*\}) from '(.*)';.*$/gm, "const $1 = modules['$2'];");
  const names = { modules, getAuthorization, console: { log: () => undefined }, ...given };
  const block = compileFunction(`return (async () => {${code}})();`, Object.keys(names)) as (
    ...given: unknown[]
  ) => Promise<void>;
  await block(...Object.values(names));
}

const stored = async (Key: string): Promise<string> =>
  String((await reader.getObject({ ...place, Key })).Body);

/** A mini program's host, with a file that the user picks. */
function phone() {
  const host = createWxHost({ route: () => service.url });
  const path = host.addFile(Buffer.from('from a phone'), 'http://tmp/phone.txt');
  host.pick([{ name: 'phone.txt', path }]);
  vi.stubGlobal('wx', host.wx);
  return { host, path };
}

test('node.md: an object is put', async () => {
  const env = { SECRET_ID: service.secretId, SECRET_KEY: service.secretKey };
  await run('node.md', 0, { '@sampan/sdk': { default: ServedCOS } }, { process: { env } });

  expect(await stored('notes/today.txt')).toBe('hello');
});

test('web.md: a File is uploaded', async () => {
  const file = new File(['of a page'], 'page.txt');
  await run('web.md', 0, { '@sampan/sdk': { default: ServedCOS } }, { file });

  expect(await stored('page.txt')).toBe('of a page');
});

test('wechat.md: a picked file is uploaded', async () => {
  const { host } = phone();
  await run('wechat.md', 0, { '@sampan/sdk/wx': wx }, { wx: host.wx });

  expect(await stored('phone.txt')).toBe('from a phone');
});

test('wechat.md: a file is uploaded by uploading alone, which tells of its task', async () => {
  const { path } = phone();
  const states: string[] = [];
  const render = (tasks: readonly { readonly state: string }[]) =>
    states.push(...tasks.map(({ state }) => state));
  const given = { ...place, Key: 'alone.txt', FilePath: path, render };
  await run('wechat.md', 3, { '@sampan/sdk/wx/upload': wxUpload }, given);

  expect(await stored('alone.txt')).toBe('from a phone');
  await expect.poll(() => states.at(-1)).toBe('success');
});

test('other-hosts.md: the class is made for a host that is given', async () => {
  const { host, path } = phone();
  let made: COS | undefined;
  class Watched extends taro.COS {
    constructor(options: ConstructorParameters<typeof COS>[0]) {
      super(options);
      // eslint-disable-next-line @typescript-eslint/no-this-alias -- the sample keeps its object to itself
      made = this;
    }
  }
  vi.unstubAllGlobals();
  await run(
    'other-hosts.md',
    0,
    { '@tarojs/taro': { default: host.wx }, '@sampan/sdk/taro': { default: Watched } },
    {},
  );
  await made!.uploadFile({ ...place, Key: 'taro.txt', FilePath: path });

  expect(await stored('taro.txt')).toBe('from a phone');
});
