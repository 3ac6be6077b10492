import { afterEach, describe, expect, test } from 'vitest';
import { createVirtualClock } from './clock.ts';
import { runMiniProgram } from './engine.ts';
import type { MiniProgram, MiniProgramOptions } from './engine.ts';
import { createWxHost } from './host.ts';
import type { WxHostOptions } from './host.ts';
import { startSink } from './sink.ts';
import type { Sink } from './sink.ts';

const programs: MiniProgram[] = [];
const sinks: Sink[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) program.dispose();
  for (const sink of sinks.splice(0)) await sink.close();
});

describe.each(['vm', 'quickjs'] as const)('in %s', (engine) => {
  async function setUp(
    bundle = 'module.exports = {};',
    options: Partial<WxHostOptions> = {},
    more: Partial<MiniProgramOptions> = {},
  ) {
    const sink = await startSink((arrival, response) => response.end(arrival.body));
    sinks.push(sink);
    const host = createWxHost({ route: sink.origin, ...options });
    const program = await runMiniProgram({ engine, bundle, host, ...more });
    programs.push(program);
    return { host, program, sink };
  }

  test('shows the program nothing but ECMAScript and the globals of WeChat', async () => {
    const { program } = await setUp();

    const kinds = await program.run(
      `function () {
        return [typeof wx, typeof console, typeof setTimeout, typeof Promise, typeof ArrayBuffer].concat([
          typeof process, typeof Buffer, typeof fetch, typeof XMLHttpRequest, typeof URL, typeof TextEncoder,
          typeof TextDecoder, typeof Blob, typeof AbortController, typeof crypto, typeof WebAssembly, typeof atob,
          typeof queueMicrotask, typeof structuredClone, typeof globalThis, typeof window, typeof performance,
          typeof eval, typeof BigInt, typeof WeakRef, typeof Intl, typeof Object.fromEntries, typeof [].flat,
          typeof Promise.allSettled, typeof ''.replaceAll, typeof [].at, typeof new Uint8Array(1).at,
        ]).join(' ');
      }`,
    );

    expect(kinds).toBe(`object object function function function${' undefined'.repeat(27)}`);
  });

  test('declares the browser names that the module wrapper of WeChat declares', async () => {
    const { program } = await setUp('module.exports = [typeof window, window, document, navigator];');

    expect(await program.run(({ exports }) => exports as unknown)).toEqual([
      'undefined',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each(['Function("return 1")()', '(0, eval)("1")', '(function () {}).constructor("return 1")()'])(
    'makes no code from text: %s',
    async (expression) => {
      const { program } = await setUp();

      await expect(program.run(`function () { return ${expression}; }`)).rejects.toThrow();
    },
  );

  test('hands the values of its own realm to the program', async () => {
    const { host, program } = await setUp();
    const filePath = host.addFile(new Uint8Array([1, 2, 3]));

    const checks = await program.run(
      `function (scope) {
        var fs = wx.getFileSystemManager();
        var data = fs.readFileSync(scope.input);
        var caught;
        try { fs.statSync('wxfile://tmp_none'); } catch (error) { caught = error; }
        return [
          data instanceof ArrayBuffer, data.byteLength, fs.statSync(scope.input).isFile(),
          caught instanceof Error, caught.message, caught.errCode,
          wx.getStorageInfoSync().keys instanceof Array, wx.getNetworkType() instanceof Promise,
        ];
      }`,
      filePath,
    );

    expect(checks).toEqual([
      true,
      3,
      true,
      true,
      'statSync:fail no such file or directory wxfile://tmp_none',
      1300002,
      true,
      true,
    ]);
  });

  test('sends and receives bytes through wx.request', async () => {
    const { program, sink } = await setUp();

    const echoed = await program.run(
      `function () {
        var bytes = new Uint8Array([0, 1, 254, 255]);
        return new Promise(function (resolve, reject) {
          wx.request({
            url: 'https://host.example/a', method: 'PUT', data: bytes.buffer, responseType: 'arraybuffer',
            success: function (result) { resolve([result.statusCode, result.data]); }, fail: reject,
          });
        });
      }`,
    );

    expect(echoed).toEqual([200, expect.anything()]);
    expect([...new Uint8Array((echoed as [number, ArrayBuffer])[1])]).toEqual([0, 1, 254, 255]);
    expect([...(sink.arrivals[0]?.body ?? [])]).toEqual([0, 1, 254, 255]);
  });

  test('reads into a buffer of the program', async () => {
    const { host, program } = await setUp();
    const filePath = host.addFile(new Uint8Array([5, 6, 7, 8]));

    const seen = await program.run(
      `function (scope) {
        var fs = wx.getFileSystemManager();
        var fd = fs.openSync({ filePath: scope.input });
        var buffer = new ArrayBuffer(4);
        fs.readSync({ fd: fd, arrayBuffer: buffer, length: 2 });
        var first = Array.from(new Uint8Array(buffer));
        return new Promise(function (resolve) {
          fs.read({ fd: fd, arrayBuffer: buffer, offset: 2, length: 2, success: function (result) {
            resolve([first, result.arrayBuffer === buffer, Array.from(new Uint8Array(buffer))]);
          } });
        });
      }`,
      filePath,
    );

    expect(seen).toEqual([[5, 6, 0, 0], true, [5, 6, 7, 8]]);
  });

  test('removes a listener given as the same function', async () => {
    const { host, program } = await setUp();

    await program.run(`function (scope) {
      function listener() { scope.emit('heard'); }
      wx.onNetworkStatusChange(listener);
      wx.offNetworkStatusChange(listener);
      wx.onNetworkStatusChange(function () { scope.emit('other'); });
    }`);
    host.setNetwork('none');
    await expect.poll(() => program.events.length).toBe(1);

    expect(program.events).toEqual([{ name: 'other', value: undefined }]);
  });

  test('runs timers and Date on the clock of the host', async () => {
    const clock = createVirtualClock(1_000_000);
    const { program } = await setUp(undefined, { clock });

    await program.run(`function (scope) {
      var ticks = 0;
      var interval = setInterval(function () {
        scope.emit('tick', [Date.now(), new Date().getTime(), new Date(5).getTime()]);
        if (++ticks === 2) clearInterval(interval);
      }, 1000);
      setTimeout(function (name) { scope.emit(name); }, 1500, 'once');
      clearTimeout(setTimeout(function () { scope.emit('never'); }, 10));
    }`);
    await clock.advance(10_000);

    expect(program.events).toEqual([
      { name: 'tick', value: [1_001_000, 1_001_000, 5] },
      { name: 'once', value: undefined },
      { name: 'tick', value: [1_002_000, 1_002_000, 5] },
    ]);
  });

  test('requires further modules by name and keeps state between scenarios', async () => {
    const { program } = await setUp(
      'exports.double = require("lib").twice(21);',
      {},
      {
        modules: { lib: 'exports.twice = function (n) { return n * 2; };' },
      },
    );

    await program.run(({ exports, state }) => {
      state['seen'] = (exports as { double: number }).double;
    });

    expect(await program.run(({ state }) => state['seen'] as number)).toBe(42);
    await expect(program.run(({ require }) => require('nowhere'))).rejects.toThrow(
      "module 'nowhere' is not defined",
    );
  });

  test('rejects with what a scenario throws, and keeps what its callbacks throw', async () => {
    const { host, program } = await setUp();

    await expect(
      program.run(`function () { return Promise.reject(Object.assign(new TypeError('bad'), { code: 7 })); }`),
    ).rejects.toMatchObject({ name: 'TypeError', message: 'bad', code: 7 });
    await program.run(`function () { setTimeout(function () { throw new Error('in a timer'); }, 0); }`);
    await expect.poll(() => host.process.errors.length).toBe(1);

    expect(host.process.errors).toMatchObject([
      { message: 'in a timer', stack: expect.stringContaining('scenario') as string },
    ]);
  });

  test('keeps what the program writes to the console', async () => {
    const { program } = await setUp('console.warn("loaded", { a: 1 });');

    expect(program.console).toEqual([{ level: 'warn', text: 'loaded {"a":1}' }]);
  });

  test('rejects what a killed program still owed', async () => {
    const { host, program } = await setUp();
    const owed = program.run('function () { return new Promise(function () {}); }');

    host.killApp();

    await expect(owed).rejects.toThrow('killed');
    await expect(program.run('function () {}')).rejects.toThrow('killed');
  });

  test('fails to load a bundle that throws', async () => {
    await expect(setUp('throw new Error("at load");')).rejects.toThrow('at load');
  });
});
