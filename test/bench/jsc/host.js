/**
 * A mini program host for JavaScriptCore's shell: a file in memory, and a service that answers like COS with checksums
 * that were computed beforehand. It does next to nothing, so that what a process takes is what the SDK takes.
 *
 * Its one argument names a file that holds an `Order` (see ../jsc.ts).
 */
/* global print, readFile, drainMicrotasks */
((order) => {
  'use strict';
  const block = readFile(order.block, 'binary');
  const mebibyte = 1048576;

  // What is due, first come first served among equals. Time does not pass: nobody waits for anything here.
  const due = [];
  let arrivals = 0;
  function later(run, delayMs) {
    const task = { run, delayMs: Number(delayMs) || 0, order: arrivals++ };
    due.push(task);
    return task;
  }
  function forget(task) {
    const at = due.indexOf(task);
    if (at >= 0) due.splice(at, 1);
  }
  function runNext() {
    let first = 0;
    for (let i = 1; i < due.length; i++) if (due[i].delayMs < due[first].delayMs) first = i;
    due.splice(first, 1)[0].run();
  }

  const nothing = () => undefined;
  const answered = (call, result) => {
    later(() => {
      if (call && call.success) call.success(result);
      if (call && call.complete) call.complete(result);
    });
  };
  const stats = {
    size: order.mebibytes * mebibyte,
    lastModifiedTime: 1700000000,
    lastAccessedTime: 1700000000,
    mode: 33188,
    isFile: () => true,
    isDirectory: () => false,
  };
  function bytesAt(position, length) {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const from = (position + at) % mebibyte;
      const count = Math.min(mebibyte - from, length - at);
      bytes.set(block.subarray(from, from + count), at);
      at += count;
    }
    return bytes.buffer;
  }
  const files = {
    stat: (call) => answered(call, { stats }),
    getFileInfo: (call) => answered(call, { size: stats.size }),
    access: (call) => answered(call, {}),
    readFile(call) {
      const position = call.position || 0;
      answered(call, { data: bytesAt(position, call.length || stats.size - position) });
    },
  };

  let sentBytes = 0;
  const requests = {};
  function answer(call) {
    const { method, url } = call;
    const query = url.split('?')[1] || '';
    const header = {
      'x-cos-request-id': 'r',
      'Content-Type': 'application/xml',
      Date: new Date().toUTCString(),
    };
    const what = `${method} ${/partNumber/.test(query) ? 'part' : /uploads/.test(query) ? 'uploads' : 'object'}`;
    requests[what] = (requests[what] || 0) + 1;
    if (what === 'PUT part') {
      const length = call.data.byteLength;
      const known = order.checksums[length / mebibyte];
      if (!known) throw new Error(`a part of ${length} bytes`);
      sentBytes += length;
      header.ETag = `"${known.md5}"`;
      header['x-cos-hash-crc64ecma'] = known.crc64;
      return { statusCode: 200, header, data: '' };
    }
    if (what === 'POST uploads')
      return {
        statusCode: 200,
        header,
        data: '<InitiateMultipartUploadResult><Bucket>b-1250000000</Bucket><Key>k</Key><UploadId>u1</UploadId></InitiateMultipartUploadResult>',
      };
    if (what === 'GET uploads')
      return {
        statusCode: 200,
        header,
        data: '<ListMultipartUploadsResult><Bucket>b-1250000000</Bucket><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
      };
    if (what === 'POST object') {
      header['x-cos-hash-crc64ecma'] = order.checksums[order.mebibytes].crc64;
      return {
        statusCode: 200,
        header,
        data: '<CompleteMultipartUploadResult><Location>http://h/k</Location><Bucket>b-1250000000</Bucket><Key>k</Key><ETag>"0123456789abcdef0123456789abcdef-2"</ETag></CompleteMultipartUploadResult>',
      };
    }
    return { statusCode: 404, header, data: '' };
  }

  const stored = {};
  const wx = {
    request(call) {
      answered(call, { ...answer(call), errMsg: 'request:ok' });
      return { abort: nothing, onHeadersReceived: nothing, onProgressUpdate: nothing };
    },
    getFileSystemManager: () => files,
    getStorageSync: (key) => stored[key] || '',
    setStorageSync: (key, value) => void (stored[key] = value),
    removeStorageSync: (key) => void delete stored[key],
    getStorageInfoSync: () => ({ keys: Object.keys(stored), currentSize: 1, limitSize: 10240 }),
    getStorage: (call) =>
      call.key in stored
        ? answered(call, { data: stored[call.key] })
        : later(() => call.fail && call.fail({})),
    setStorage(call) {
      stored[call.key] = call.data;
      answered(call, {});
    },
    removeStorage(call) {
      delete stored[call.key];
      answered(call, {});
    },
    getStorageInfo: (call) => answered(call, wx.getStorageInfoSync()),
    getSystemInfoSync: () => ({ SDKVersion: '3.7.0', platform: 'ios', version: '8.0.50' }),
    getAppBaseInfo: () => ({ SDKVersion: '3.7.0', version: '8.0.50' }),
    getDeviceInfo: () => ({ platform: 'ios' }),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0', envVersion: 'release' } }),
    getNetworkType: (call) => answered(call, { networkType: 'wifi' }),
    onNetworkStatusChange: nothing,
    offNetworkStatusChange: nothing,
    onAppShow: nothing,
    offAppShow: nothing,
    onAppHide: nothing,
    offAppHide: nothing,
    canIUse: () => true,
    env: { USER_DATA_PATH: 'wxfile://usr' },
  };

  const global = globalThis;
  Object.assign(global, { wx, setTimeout: later, clearTimeout: forget });
  global.setInterval = nothing;
  global.clearInterval = nothing;
  global.window = global;
  global.console = { log: nothing, warn: nothing, error: nothing, info: nothing };

  const module = { exports: {} };
  new Function('module', 'exports', 'require', readFile(order.sdk))(module, module.exports, nothing);
  const COS = module.exports.default || module.exports;
  if (order.mebibytes === 0) return print(JSON.stringify({ sentBytes: 0 }));

  const cos = new COS({ SecretId: 'AKIDbench', SecretKey: 'bench' });
  const place = { Bucket: 'b-1250000000', Region: 'ap-guangzhou', Key: 'k', FilePath: 'wxfile://tmp/large' };
  let outcome;
  cos.uploadFile(place, (error, data) => {
    outcome = {
      failure: error ? String(error.message || JSON.stringify(error)) : undefined,
      etag: data && data.ETag,
    };
  });
  drainMicrotasks();
  for (let turns = 0; !outcome && turns < 1e6 && due.length > 0; turns++) {
    runNext();
    drainMicrotasks();
  }
  print(JSON.stringify({ ...(outcome || { failure: 'it never ended' }), sentBytes, requests }));
})(JSON.parse(readFile(arguments[0])));
