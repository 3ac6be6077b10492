import { createReadStream, existsSync } from 'node:fs';
import {
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import {
  createServer,
  request as plainRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { createContext, runInContext } from 'node:vm';
import { AbortedError, crc64, crc64Text, utf8Encode } from '@sampan/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { canceller } from '../../core/cancel.ts';
import type {
  HostStream,
  OutgoingRequest,
  Platform,
  RangedSource,
  SequentialSource,
} from '../../core/platform.ts';
import { nodePlatform, type NodeOptions } from './platform.ts';
import { createSend } from './transport.ts';

let folder = '';
const servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-node-test-'));
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

function host(options: NodeOptions = {}): Platform {
  return nodePlatform({ ConfCwd: join(folder, 'records'), ...options });
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A service that tells what it was asked. */
function echo(): Promise<string> {
  return listen((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method, url, headers } = request;
      const body = Buffer.concat(pieces);
      const told = { method, url, headers, length: body.length, crc64: crc64Text(crc64(body)) };
      response.end(JSON.stringify(told));
    });
  });
}

interface Told {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly length: number;
  readonly crc64: string;
}

function outgoing(authority: string, change: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return {
    method: 'PUT',
    url: `http://${authority}/a%20b?x=y`,
    headers: { host: authority },
    responseType: 'text',
    timeoutMs: 0,
    ...change,
  };
}

async function told(platform: Platform, request: OutgoingRequest): Promise<Told> {
  const { body } = await platform.send(request);
  return JSON.parse(body as string) as Told;
}

test('a small file that waits in the queue has been read when its turn comes', async () => {
  const path = join(folder, 'waits');
  await writeFile(path, 'text');
  // Its times have settled.
  const settled = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_000);
  const platform = host();
  platform.prefetch?.((place) => (place === 0 ? path : undefined));
  await new Promise(setImmediate);

  const source = (await platform.open({ FilePath: path, isTurn: true })) as RangedSource;
  settled.mockRestore();

  // No promise: it is there.
  expect(source.read(0, 4)).toEqual(Buffer.from('text'));
  await source.close();
});

describe('requests', () => {
  test.each([
    ['text in UTF-8', '目录', 6],
    ['bytes', new Uint8Array(1_000_000), 1_000_000],
    ['nothing', undefined, 0],
  ])('carry %s with its length', async (_what, body, length) => {
    const seen = await told(host(), outgoing(await echo(), { body }));

    expect([seen.length, seen.headers['content-length']]).toEqual([length, String(length)]);
  });

  test('tell how much has been sent', async () => {
    const steps: number[] = [];
    const body = new Uint8Array(600_000);
    await told(host(), outgoing(await echo(), { body, onUploadProgress: (sent) => steps.push(sent) }));

    expect([steps.length > 1, steps.at(-1)]).toEqual([true, 600_000]);
  });

  test('stream a file and know its checksum', async () => {
    const path = join(folder, 'streamed');
    await writeFile(path, Buffer.alloc(3_000_000, 'abc'));
    const platform = host();
    const source = await platform.open({ FilePath: path });
    const body = platform.bodyOf!(source);
    const authority = await echo();
    const first = await told(platform, outgoing(authority, { body }));
    const second = await told(platform, outgoing(authority, { body }));
    await source.close();

    expect([first.length, second.length, body.repeatable]).toEqual([3_000_000, 3_000_000, true]);
    expect(body.sentCrc64?.()).toBe(first.crc64);
  });

  test('stream what has no length in chunks', async () => {
    const platform = host();
    const body = platform.bodyOf!(await platform.open({ Body: Readable.from(['ab', 'cd']) }));
    const seen = await told(platform, outgoing(await echo(), { body }));

    expect([seen.length, seen.headers['transfer-encoding'], body.repeatable]).toEqual([4, 'chunked', false]);
  });

  test('fail when a stream is shorter than announced', async () => {
    const platform = host();
    const source = await platform.open({ Body: Readable.from(['ab']) });
    const body = platform.bodyOf!({ ...source, size: 5 });

    await expect(told(platform, outgoing(await echo(), { body }))).rejects.toThrow(/2 bytes where 5/);
  });

  test('fail with the reason when they are cancelled', async () => {
    const stop = canceller();
    const authority = await listen(() => stop.cancel(new Error('enough')));

    await expect(host().send(outgoing(authority, { signal: stop.signal }))).rejects.toThrow('enough');
  });

  test('fail when the answer breaks off', async () => {
    const authority = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('abc', () => response.destroy());
    });

    await expect(host().send(outgoing(authority, { method: 'GET' }))).rejects.toThrow();
  });

  test('end early when the service refuses before it has read the body', async () => {
    let seen = 0;
    const authority = await listen((request, response) => {
      request.once('data', () => response.writeHead(403).end('<Error/>'));
      request.on('data', (piece: Buffer) => (seen += piece.length));
    });
    const platform = host();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield new Uint8Array(65_536);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const body = platform.bodyOf!(await platform.open({ Body: endless() }));
    const { status } = await platform.send(outgoing(authority, { body }));
    let before = -1;
    const rests = (): boolean => {
      const same = before === seen;
      before = seen;
      return same;
    };

    expect(status).toBe(403);
    await expect.poll(rests, { interval: 30 }).toBe(true);
  });

  test('that are streams end when the service falls silent', async () => {
    const authority = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('abc');
    });
    const { body } = await host().send(
      outgoing(authority, { method: 'GET', responseType: 'stream', timeoutMs: 50 }),
    );
    const { hostStream } = body as { hostStream: Readable };

    await expect(hostStream.toArray()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('that are streams wait for a reader who rests', async () => {
    const authority = await listen((_request, response) => response.end(Buffer.alloc(2_000_000)));
    const { body } = await host().send(
      outgoing(authority, { method: 'GET', responseType: 'stream', timeoutMs: 20 }),
    );
    const { hostStream } = body as { hostStream: Readable };
    let idle = 0;
    hostStream.once('readable', () => undefined);
    await expect.poll(() => ++idle, { interval: 20 }).toBeGreaterThan(5);

    expect(Buffer.concat((await hostStream.toArray()) as Buffer[]).length).toBe(2_000_000);
  });

  test('wait for the service before they send a body that it must ask for', async () => {
    let asked = false;
    const authority = await listen((_request, response) => response.end());
    servers.at(-1)!.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      asked = true;
      response.writeContinue();
      request.resume().on('end', () => response.end());
    });
    const headers = { host: authority, expect: '100-continue' };
    await host().send(outgoing(authority, { body: 'x', headers }));

    expect(asked).toBe(true);
  });

  test('give errors as text even where bytes were wanted', async () => {
    const authority = await listen((_request, response) => response.writeHead(404).end('<Error/>'));
    const { body } = await host().send(outgoing(authority, { method: 'GET', responseType: 'stream' }));

    expect(body).toBe('<Error/>');
  });

  test('use connections again, unless told not to', async () => {
    const authority = await echo();
    const sockets = new Set<unknown>();
    servers.at(-1)!.on('connection', (socket) => sockets.add(socket));
    const kept = host();
    for (let at = 0; at < 3; at++) await told(kept, outgoing(authority));
    const keptSockets = sockets.size;
    const fresh = host({ KeepAlive: false });
    for (let at = 0; at < 3; at++) await told(fresh, outgoing(authority));

    expect([keptSockets, sockets.size]).toEqual([1, 4]);
  });

  test('go to a fixed address with the host name kept', async () => {
    const authority = await echo();
    const name = `bucket.example.invalid:${authority.split(':')[1]!}`;
    const seen = await told(host({ Ip: '127.0.0.1' }), outgoing(name));

    expect(seen.headers['host']).toBe(name);
  });
});

describe('a proxy', () => {
  test('gets whole addresses and the login', async () => {
    const proxy = await echo();
    const seen = await told(
      host({ Proxy: `http://me:pass%20word@${proxy}` }),
      outgoing('bucket.example.invalid'),
    );

    expect([seen.url, seen.headers['host']]).toEqual([
      'http://bucket.example.invalid/a%20b?x=y',
      'bucket.example.invalid',
    ]);
    expect(seen.headers['proxy-authorization']).toBe(
      `Basic ${Buffer.from('me:pass word').toString('base64')}`,
    );
  });

  test('is asked for a tunnel when the option says so', async () => {
    const target = await echo();
    const asked: (string | undefined)[] = [];
    const proxy = await listen(() => undefined);
    servers
      .at(-1)!
      .on('connect', (request: IncomingMessage, socket: NodeJS.WritableStream & NodeJS.ReadableStream) => {
        asked.push(request.url);
        const port = Number(target.split(':')[1]);
        const through = connect(port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.pipe(through).pipe(socket);
        });
      });
    const seen = await told(host({ Proxy: proxy, Tunnel: true }), outgoing(target));

    expect([asked, seen.url]).toEqual([[target], '/a%20b?x=y']);
  });

  test('that refuses the tunnel is a failure with a code', async () => {
    const proxy = await listen(() => undefined);
    servers
      .at(-1)!
      .on('connect', (_request: IncomingMessage, socket: NodeJS.WritableStream) =>
        socket.end('HTTP/1.1 407 No\r\n\r\n'),
      );

    await expect(
      host({ Proxy: proxy, Tunnel: true }).send(outgoing('example.invalid')),
    ).rejects.toMatchObject({ code: 'EPROXY' });
  });

  test('must be an address', () => {
    expect(() => host({ Proxy: 'socks://x' })).toThrow(/Proxy/);
  });
});

describe('redirects', () => {
  async function redirecting(): Promise<{ from: string; to: string }> {
    const to = await echo();
    const from = await listen((_request, response) =>
      response.writeHead(302, { location: `http://${to}/there` }).end(),
    );
    return { from, to };
  }
  const headers = { authorization: 'q-signature=1', 'x-cos-security-token': 't', 'x-cos-a': 'b' };

  test('are not followed unless asked for', async () => {
    const { from } = await redirecting();
    const answer = await host().send(outgoing(from, { method: 'GET', headers: { host: from, ...headers } }));

    expect(answer.status).toBe(302);
  });

  test('take no signature to another host', async () => {
    const { from, to } = await redirecting();
    const seen = await told(
      host({ FollowRedirect: true }),
      outgoing(from, { method: 'GET', headers: { host: from, ...headers } }),
    );

    expect([seen.url, seen.headers['host'], seen.headers['x-cos-a']]).toEqual(['/there', to, 'b']);
    expect([seen.headers['authorization'], seen.headers['x-cos-security-token']]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('of writes are never followed', async () => {
    const { from } = await redirecting();

    expect(await host({ FollowRedirect: true }).send(outgoing(from))).toMatchObject({ status: 302 });
  });
});

describe('sources', () => {
  const bytes = utf8Encode('0123456789');

  test.each<[string, () => unknown]>([
    ['text', () => '0123456789'],
    ['a Buffer', () => Buffer.from('0123456789')],
    ['a view into more', () => new Uint8Array(Buffer.from('xx0123456789yy')).subarray(2, 12)],
    ['an ArrayBuffer', () => bytes.slice().buffer],
    ['a DataView', () => new DataView(bytes.slice().buffer)],
    ['a Blob', () => new Blob(['0123456789'])],
    ['a file handle', () => open(join(folder, 'ten'))],
    ['a read stream', () => createReadStream(join(folder, 'ten'))],
  ])('of %s are read in any order', async (_what, make) => {
    await writeFile(join(folder, 'ten'), bytes);
    const made = await make();
    const source = (await host().open({ Body: made })) as RangedSource;

    expect([source.kind, source.size]).toEqual(['ranged', 10]);
    expect(
      Buffer.from(await source.read(7, 3)).toString() + Buffer.from(await source.read(0, 2)).toString(),
    ).toBe('78901');
    await source.close();
    // A handle stays its owner's.
    if (typeof made === 'object' && made !== null && 'fd' in made) await (made as FileHandle).close();
  });

  test('of a read stream keep its range', async () => {
    await writeFile(join(folder, 'ten'), bytes);
    const stream = createReadStream(join(folder, 'ten'), { start: 2, end: 4 });
    const source = (await host().open({ Body: stream })) as RangedSource;

    expect([source.size, Buffer.from(await source.read(0, 3)).toString()]).toEqual([3, '234']);
    await source.close();
  });

  test.each<[string, () => unknown]>([
    ['a Readable', () => Readable.from(['01', '23456', '789'])],
    ['a web stream', () => new Blob(['0123456789']).stream()],
    [
      'a generator',
      async function* () {
        yield utf8Encode('01234');
        yield utf8Encode('56789');
      },
    ],
  ])('of %s come once and in order', async (_what, make) => {
    const made = make();
    const source = await host().open({ Body: typeof made === 'function' ? (made as () => unknown)() : made });
    const taken: string[] = [];
    if (source.kind === 'sequential')
      for (let piece = await source.next(4); piece.length > 0; piece = await source.next(4))
        taken.push(Buffer.from(piece).toString());

    expect(taken).toEqual(['0123', '4567', '89']);
  });

  test.each<[string, () => unknown]>([
    ['a number', () => 5],
    ['an object', () => ({})],
    ['a stream that was read', () => Readable.from(['a']).resume()],
    ['a destroyed stream', () => new PassThrough().destroy()],
  ])('of %s are refused', async (_what, make) => {
    const body = make();
    await new Promise((resolve) => setImmediate(resolve));

    await expect(host().open({ Body: body })).rejects.toMatchObject({ name: 'UsageError' });
  });

  test('of a path that does not exist or is a folder are refused without harm', async () => {
    await expect(host().open({ FilePath: join(folder, 'none') })).rejects.toMatchObject({
      name: 'UsageError',
      code: 'ENOENT',
    });
    await expect(host().open({ FilePath: folder })).rejects.toMatchObject({ name: 'UsageError' });
  });

  test('read into bytes that were given back, and only into those', async () => {
    const path = join(folder, 'reused');
    await writeFile(path, bytes);
    const source = (await host().open({ FilePath: path })) as RangedSource;
    const kept = await source.read(0, 4);
    const given = await source.read(4, 4);
    const memory = given.buffer;
    source.release?.(given);
    const shorter = await source.read(1, 3);
    const longer = await source.read(0, 8);

    expect([shorter.buffer === memory, longer.buffer === memory]).toEqual([true, false]);
    expect([kept, shorter, longer].map((read) => Buffer.from(read).toString())).toEqual([
      '0123',
      '123',
      '01234567',
    ]);
    await source.close();
  });

  test('notice a file that changes, shrinks or goes', async () => {
    const path = join(folder, 'changing');
    await writeFile(path, bytes);
    const source = (await host().open({ FilePath: path })) as RangedSource;
    const same = await source.currentIdentity();
    await utimes(path, 1, 1);
    const touched = await source.currentIdentity();
    await truncate(path, 5);
    const reading = source.read(0, 10);

    expect([same, touched === same]).toEqual([source.identity, false]);
    await expect(reading).rejects.toMatchObject({ code: 'FileChanged' });
    await rm(path);
    expect(await source.currentIdentity()).toBe('gone');
    await source.close();
  });

  test('of a stream that fails give its error', async () => {
    const source = await host().open({ Body: createReadStream(join(folder, 'no such file')) });

    expect(source.kind).toBe('sequential');
    await expect(source.kind === 'sequential' ? source.next(1) : undefined).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});

describe('checksums', () => {
  test('are those of the whole, however long', async () => {
    const bytes = Buffer.alloc(5_000_000, 'sampan');

    expect(await host().digest(bytes, { md5: true })).toEqual({
      crc64: crc64Text(crc64(bytes)),
      md5: (await import('node:crypto')).createHash('md5').update(bytes).digest('base64'),
    });
  });

  test('let other work go on', async () => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    await host().digest(Buffer.alloc(64 * 1024 * 1024), { md5: false });
    clearInterval(counting);

    expect(turns).toBeGreaterThan(3);
  });
});

describe('records', () => {
  test('outlive the platform, under any key', async () => {
    await host().storage.save('a/b:目录', 'text');
    await host().storage.save('other', 'x');

    expect(await host().storage.load('a/b:目录')).toBe('text');
    expect(await host().storage.keys('a/')).toEqual(['a/b:目录']);
    await host().storage.remove('a/b:目录');
    expect(await host().storage.load('a/b:目录')).toBeUndefined();
  });

  test('that are corrupt do not exist', async () => {
    const ConfCwd = join(folder, 'corrupt');
    const { storage } = host({ ConfCwd });
    await storage.save('k', 'text');
    const [file] = await readdir(ConfCwd);
    await writeFile(join(ConfCwd, file!), '{"key":');

    expect([await storage.load('k'), await storage.keys('')]).toEqual([undefined, []]);
  });

  test('are readable by their user alone', async () => {
    const ConfCwd = join(folder, 'private');
    await host({ ConfCwd }).storage.save('k', 'text');
    const [file] = await readdir(ConfCwd);

    expect([(await stat(ConfCwd)).mode & 0o777, (await stat(join(ConfCwd, file!))).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
  });
});

describe('locks', () => {
  test('are held by one at a time', async () => {
    const release = await host().locks.tryLock('one');
    const second = await host().locks.tryLock('one');
    release?.();
    const third = await host().locks.tryLock('one');
    third?.();

    expect([typeof release, second, typeof third]).toEqual(['function', undefined, 'function']);
  });

  test('of a process that has ended are taken over, by one only', async () => {
    const ConfCwd = join(folder, 'stale');
    const { locks } = host({ ConfCwd });
    const mine = await locks.tryLock('k');
    const [file] = await readdir(ConfCwd);
    const content = await readFile(join(ConfCwd, file!), 'utf8');
    mine?.();
    // No process has so high a number.
    await writeFile(join(ConfCwd, file!), content.replace(/^\d+/, '999999999'));
    const taken = await Promise.all([locks.tryLock('k'), locks.tryLock('k'), locks.tryLock('k')]);

    expect(taken.filter(Boolean).length).toBe(1);
  });

  test('of a process on another machine, whose end cannot be seen, are left alone', async () => {
    const ConfCwd = join(folder, 'elsewhere');
    const { locks } = host({ ConfCwd });
    const mine = await locks.tryLock('k');
    const [file] = await readdir(ConfCwd);
    mine?.();
    await writeFile(join(ConfCwd, file!), '999999999 another.example 1');

    expect(await locks.tryLock('k')).toBeUndefined();
  });
});

describe('downloads', () => {
  test('into a stream are counted and summed', async () => {
    const pieces: Buffer[] = [];
    const output = new Writable({
      write(piece: Buffer, _encoding, done) {
        pieces.push(piece);
        done();
      },
    });
    const saved = await host().save!(
      { hostStream: Readable.from([utf8Encode('hel'), utf8Encode('lo')]) },
      output,
      () => undefined,
    );

    expect([saved, Buffer.concat(pieces).toString()]).toEqual([
      { size: 5, crc64: '11177612005948864433' },
      'hello',
    ]);
  });

  test('into something that takes no bytes let the answer go, whose connection would be held', async () => {
    const answer = Readable.from([utf8Encode('hello')]);

    await expect(host().save!({ hostStream: answer }, 5, () => undefined)).rejects.toThrow(
      'Output must be a writable stream or a path',
    );

    expect(answer.destroyed).toBe(true);
  });

  const piecesOf = (...texts: string[]): HostStream => ({
    hostStream: Readable.from(texts.map((text) => Buffer.from(text))),
  });
  const passage = (length: number, onBytes = (_count: number): void => undefined) => ({
    length,
    signal: canceller().signal,
    onBytes,
  });

  test('into a file are summed and counted on the way, in batches of large responses too', async () => {
    const bytes = Buffer.from(Array.from({ length: 2_500_001 }, (_, i) => (i * 7) & 255));
    const counts: number[] = [];
    const target = await host().openTarget!(join(folder, 'batches'), 'tag');

    const arrived = await target.receive(
      3,
      { hostStream: Readable.from([bytes.subarray(0, 700_000), bytes.subarray(700_000)]) },
      passage(bytes.byteLength, (count) => counts.push(count)),
    );

    expect(arrived).toEqual({ size: 2_500_001, crc64: crc64Text(crc64(bytes)) });
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2_500_001);
    expect(Buffer.compare(await target.read(3, 2_500_001), bytes)).toBe(0);
    await target.discard();
  });

  test('into a file end with a transport error when the response breaks off or is too long', async () => {
    const target = await host().openTarget!(join(folder, 'broken'), 'tag');
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('ab');
        await Promise.resolve();
        throw new Error('aborted');
      })(),
    );

    await expect(target.receive(0, { hostStream: broken }, passage(4))).rejects.toMatchObject({
      cosErrorKind: 'TransportError',
      retryable: true,
    });
    await expect(target.receive(0, piecesOf('ab', 'cde'), passage(4))).rejects.toThrow(/longer than the 4/);
    await target.discard();
  });

  test('into a file stop with the reason of their caller', async () => {
    const target = await host().openTarget!(join(folder, 'stopped'), 'tag');
    const stop = canceller();
    const endless = new Readable({ read: () => undefined });
    const receiving = target.receive(0, { hostStream: endless }, { ...passage(4), signal: stop.signal });

    stop.cancel(new AbortedError());

    await expect(receiving).rejects.toMatchObject({ cosErrorKind: 'AbortedError' });
    await target.discard();
  });

  test('into a file appear only when they are whole', async () => {
    const path = join(folder, 'target', 'file');
    const target = await host().openTarget!(path, 'tag');
    await target.receive(2, piecesOf('c', 'd'), passage(2));
    await target.receive(0, piecesOf('ab'), passage(2));
    const during = await stat(path).catch(() => 'absent');
    await target.commit();

    expect([during, await readFile(path, 'utf8'), await readdir(join(folder, 'target'))]).toEqual([
      'absent',
      'abcd',
      ['file'],
    ]);
  });

  test('go on where they stopped when they are of the same content', async () => {
    const path = join(folder, 'continued');
    const first = await host().openTarget!(path, 'tag');
    await first.receive(0, piecesOf('abc'), passage(3));
    await first.close();
    const same = await host().openTarget!(path, 'tag');
    const other = await host().openTarget!(path, 'other tag');

    expect([same.size, other.size]).toEqual([3, 0]);
    await same.discard();
    await other.discard();
  });

  test('as a stream give the error of what was pending', async () => {
    const pending = Promise.reject(new Error('refused'));
    const { hostStream, passed } = host().streamOf!(pending, { onBytes: () => undefined });

    await expect((hostStream as Readable).toArray()).rejects.toThrow('refused');
    await expect(passed).rejects.toThrow('refused');
  });
});

test('a form has its fields first and the file last', async () => {
  const path = join(folder, 'form "file".txt');
  await writeFile(path, 'content');
  let text = '';
  const authority = await listen((request, response) => {
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => response.writeHead(200, { etag: '"e"' }).end());
  });
  const progress: number[] = [];
  const response = await host().sendForm!({
    url: `http://${authority}/`,
    headers: { host: authority },
    fields: { key: 'k', 'x-cos-meta-a': '目' },
    file: { FilePath: path },
    timeoutMs: 0,
    onUploadProgress: (sent, total) => progress.push(sent / total),
  });
  const boundary = text.slice(2, text.indexOf('\r\n'));

  expect(response.headers['etag']).toBe('"e"');
  expect(progress.at(-1)).toBe(1);
  expect(text).toBe(
    `--${boundary}\r\nContent-Disposition: form-data; name="key"\r\n\r\nk\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="x-cos-meta-a"\r\n\r\n目\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="form %22file%22.txt"\r\n` +
      `Content-Type: application/octet-stream\r\n\r\ncontent\r\n--${boundary}--\r\n`,
  );
});

describe('bodies that are not what they seem', () => {
  test('a stream that fails tells its own words, and is no failure of the network', async () => {
    const failing = await host().open({ Body: Readable.from(failingPieces()) });

    await expect((failing as SequentialSource).next(5)).rejects.toMatchObject({
      code: 'EIO',
      message: 'Body cannot be read: the disk is gone',
      retryable: false,
    });
  });

  test.runIf(existsSync('/proc/self/status'))('a file without a size is read to its end', async () => {
    const source = (await host().open({ FilePath: '/proc/self/status' })) as SequentialSource;

    expect(source.kind).toBe('sequential');
    expect(new TextDecoder().decode(await source.next(1_000_000))).toMatch(/^Name:/);
    await source.close();
  });

  test('a path that cannot be read is named', async () => {
    const path = join(folder, 'missing');

    await expect(host().open({ FilePath: path })).rejects.toThrow(
      `FilePath cannot be read (ENOENT): ${path}`,
    );
  });

  test('Blobs and buffers of another context are known by their tags', async () => {
    const context = createContext({});
    const buffer: unknown = runInContext('new Uint8Array([1, 2, 3]).buffer', context);
    const blob = {
      [Symbol.toStringTag]: 'Blob',
      size: 3,
      slice: (from: number, to: number) => new Blob(['abc'.slice(from, to)]),
      arrayBuffer: async () => new TextEncoder().encode('abc').buffer,
    };
    const pieces: unknown = runInContext('[new Uint8Array([1, 2]), new Uint8Array([3])]', context);

    const sources = [await host().open({ Body: buffer }), await host().open({ Body: blob })];
    const stream = await host().open({ Body: Readable.from(pieces as Uint8Array[]) });

    expect(sources.map(({ size }) => size)).toEqual([3, 3]);
    expect([...(await (stream as SequentialSource).next(5))]).toEqual([1, 2, 3]);
  });
});

async function* failingPieces(): AsyncGenerator<Uint8Array> {
  yield* [];
  throw Object.assign(new Error('the disk is gone'), { code: 'EIO' });
}

test.each([
  ['https', 'http', 302, 0],
  ['http', 'http', 200, 1],
  ['http', 'https', 200, 1],
])('a redirect from %s to %s ends with %i', async (from, to, status, followed) => {
  let reached = 0;
  const service = await listen((request, response) => {
    if (request.url === '/b') {
      reached++;
      response.end();
    } else response.writeHead(302, { location: `${to}://b.example/b` }).end();
  });
  const port = Number(service.split(':')[1]);
  // Connections of both kinds lead to one plain server, which needs no certificate.
  const send = createSend(
    ({ path, host: name }) => ({
      request: plainRequest,
      options: { host: '127.0.0.1', port, path, headers: { host: name } },
    }),
    { FollowRedirect: true },
  );

  const answer = await send({ ...outgoing('a.example'), url: `${from}://a.example/a`, method: 'GET' });

  expect([answer.status, reached]).toEqual([status, followed]);
});
