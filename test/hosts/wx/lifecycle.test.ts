import { afterEach, beforeEach, expect, test } from 'vitest';
import { createVirtualClock } from './clock.ts';
import { createWxHost } from './host.ts';
import type { WxHostOptions } from './host.ts';
import { outcomeOf, until } from './outcome.ts';
import { startSink } from './sink.ts';
import type { Sink } from './sink.ts';

const REQUEST = { url: 'https://host.example/a' };
let sink: Sink;
let answering: boolean;

beforeEach(async () => {
  answering = false;
  sink = await startSink((_arrival, response) => {
    if (answering) response.end();
  });
});
afterEach(() => sink.close());

function setUp(options: Partial<WxHostOptions> = {}) {
  const clock = createVirtualClock();
  const host = createWxHost({ route: sink.origin, clock, ...options });
  return { clock, host };
}

test('interrupts unfinished requests five seconds after the program was hidden, and refuses new ones', async () => {
  const { clock, host } = setUp({ runsInBackground: true });
  const ended: string[] = [];
  const note = (name: string) => (result: object) =>
    ended.push(`${name} ${(result as { errMsg: string }).errMsg}`);

  host.wx.request({ ...REQUEST, fail: note('old') });
  host.hide();
  await clock.advance(4999);
  expect(ended).toEqual([]);
  await clock.advance(1);
  host.wx.request({ ...REQUEST, fail: note('new') });
  await until(() => ended.length === 2);
  answering = true;
  host.show();
  const shown = await outcomeOf(host.wx.request, REQUEST);

  expect(ended).toEqual(['old request:fail interrupted', 'new request:fail interrupted']);
  expect(shown.kind).toBe('success');
});

test('stops the script in the background and delivers what it missed when it is shown', async () => {
  const { clock, host } = setUp();
  const heard: string[] = [];
  host.wx.onAppHide(() => heard.push('hide'));
  host.wx.onAppShow(() => heard.push('show'));
  host.wx.onNetworkStatusChange(() => heard.push('network'));
  host.process.setTimeout(() => heard.push('timer at 8 s'), 8000);
  host.wx.request({ ...REQUEST, fail: () => heard.push('interrupted') });

  host.hide();
  await clock.advance(7000);
  host.setNetwork('4g');
  await clock.advance(7000);
  expect(heard).toEqual(['hide', 'interrupted']);
  host.show();
  await until(() => heard.length === 5);

  expect(heard.slice(2).sort()).toEqual(['network', 'show', 'timer at 8 s']);
  expect(heard.at(-1)).toBe('show');
});

test('lets requests go on when the program is shown again in time', async () => {
  const { clock, host } = setUp();
  const outcome = outcomeOf(host.wx.request, { ...REQUEST, timeout: 20_000 });

  host.hide();
  await clock.advance(4000);
  host.show();
  await clock.advance(15_999);
  await until(() => sink.arrivals.length === 1);
  await clock.advance(1);

  expect((await outcome).result.errMsg).toBe('request:fail timeout');
});

test('breaks what is under way when the network goes, and refuses while it is gone', async () => {
  const { host } = setUp();
  const seen: object[] = [];
  host.wx.onNetworkStatusChange((result) => seen.push(result));
  const under = outcomeOf(host.wx.request, REQUEST);
  await until(() => sink.arrivals.length === 1);

  host.setNetwork('none');
  const offline = await outcomeOf(host.wx.request, REQUEST);
  const type = await outcomeOf(host.wx.getNetworkType, {});
  host.setNetwork('5g');
  answering = true;
  const back = await outcomeOf(host.wx.request, REQUEST);

  expect((await under).result.errMsg).toContain('ERR_NETWORK_CHANGED');
  expect(offline.result).toMatchObject({ errno: 600001 });
  expect(offline.result.errMsg).toContain('ERR_INTERNET_DISCONNECTED');
  expect(type.result['networkType']).toBe('none');
  expect(back.kind).toBe('success');
  expect(seen).toEqual([
    { isConnected: false, networkType: 'none' },
    { isConnected: true, networkType: '5g' },
  ]);
});

test('stops telling a listener that was removed', async () => {
  const { host } = setUp();
  const seen: string[] = [];
  const first = (): void => void seen.push('first');
  host.wx.onNetworkWeakChange(first);
  host.wx.onNetworkWeakChange(() => seen.push('second'));

  host.wx.offNetworkWeakChange(first);
  host.setWeakNetwork(true);
  await until(() => seen.length > 0);

  expect(seen).toEqual(['second']);
});

test('calls nothing of a killed program, and starts anew with the same files and storage', async () => {
  const { clock, host } = setUp();
  const called: string[] = [];
  const kept = host.addFile(new Uint8Array(3), 'wxfile://usr/kept');
  const temporary = host.addFile(new Uint8Array(3));
  host.wx.setStorageSync('a', 1);
  host.wx.request({ ...REQUEST, complete: () => called.push('request') });
  host.process.setInterval(() => called.push('interval'), 100);
  host.wx.onAppShow(() => called.push('show'));
  const old = host.wx;
  await until(() => sink.arrivals.length === 1);

  host.killApp();
  old.request({ ...REQUEST, complete: () => called.push('late request') });
  await clock.advance(120_000);
  host.restart({ keepTemporaryFiles: false });
  host.hide();
  host.show();
  await clock.advance(1000);

  expect(called).toEqual([]);
  expect(host.traffic.inFlight).toBe(0);
  expect([host.hasFile(kept), host.hasFile(temporary)]).toEqual([true, false]);
  expect(host.wx.getStorageSync('a')).toBe(1);
  expect(host.wx).not.toBe(old);
});

test('collects what callbacks throw and still calls complete', async () => {
  const { host } = setUp();
  const order: string[] = [];

  void host.wx.getNetworkType({
    success: () => {
      throw new Error('from the program');
    },
    complete: () => order.push('complete'),
  });
  await until(() => order.length > 0);

  expect(host.process.errors).toMatchObject([{ message: 'from the program' }]);
});

test.each([
  [
    '2.20.0',
    ['getSystemInfoSync', 'getFileSystemManager', 'onAppHide'],
    ['getAppBaseInfo', 'onNetworkWeakChange'],
  ],
  ['2.20.1', ['getAppBaseInfo', 'getDeviceInfo'], ['onNetworkWeakChange', 'batchSetStorage']],
  ['3.8.0', ['onNetworkWeakChange', 'batchSetStorage', 'getRandomValues'], ['fetch']],
])('offers what base library %s has', (sdkVersion, present, absent) => {
  const { host } = setUp({ sdkVersion });

  expect(present.filter((name) => !(name in host.wx && host.wx.canIUse(name)))).toEqual([]);
  expect(absent.filter((name) => name in host.wx || host.wx.canIUse(name))).toEqual([]);
  expect(host.wx.getSystemInfoSync().SDKVersion).toBe(sdkVersion);
});

test('makes random bytes of the asked length', async () => {
  const { host } = setUp();

  const { result } = await outcomeOf(host.wx.getRandomValues, { length: 16 });
  const managed = await outcomeOf(host.wx.getUserCryptoManager().getRandomValues, { length: 5 });

  expect((result['randomValues'] as ArrayBuffer).byteLength).toBe(16);
  expect((managed.result['randomValues'] as ArrayBuffer).byteLength).toBe(5);
});
