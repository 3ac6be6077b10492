/**
 * The load generator: a process of its own that sends the same requests to every server, over kept connections, and
 * compares what it reads byte by byte. Each connection sends its next request when the last one is answered.
 */
import { connect, type Socket } from 'node:net';
import { isBodyAt, noise, stamp, stampBytes, stamped } from './content.ts';
import { targets, type Place } from './targets.ts';

/** One round of requests. */
export interface Round {
  readonly place: Place;
  readonly method: 'PUT' | 'GET' | 'DELETE';
  readonly sizeBytes: number;
  readonly connections: number;
  /** Keys by number: from this one on, so many; a reader starts over at the end, a writer stops there. */
  readonly keys: {
    readonly prefix: string;
    readonly from: number;
    readonly count: number;
    /** So many keys share a folder; absent: there are no folders. */
    readonly inFolder?: number;
  };
  /** Ends after this time, or when `requests` were sent. */
  readonly seconds?: number;
  readonly requests?: number;
}

/** What came of a round. */
export interface RoundResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What went wrong first, if anything did. */
  readonly failure?: string;
}

interface Item {
  readonly index: number;
  readonly head: Buffer;
}

process.on('message', (round: Round) => {
  void run(round).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
console.log('ready load');

const bodies = new Map<number, Buffer>();

function bodyOf(sizeBytes: number): Buffer {
  let body = bodies.get(sizeBytes);
  if (!body) bodies.set(sizeBytes, (body = noise(sizeBytes)));
  return body;
}

async function run(round: Round): Promise<RoundResult> {
  const body = bodyOf(round.sizeBytes);
  const items = itemsOf(round);
  const most = round.requests ?? (round.method === 'GET' ? Infinity : items.length);
  const latencies: number[] = [];
  let sent = 0;
  let failure: string | undefined;
  const beganAt = performance.now();
  const endsAt = beganAt + (round.seconds ?? Infinity) * 1000;
  const next = (): Item | undefined =>
    failure === undefined && sent < most && performance.now() < endsAt
      ? items[sent++ % items.length]
      : undefined;

  await Promise.all(
    Array.from({ length: round.connections }, () =>
      converse({
        round,
        body,
        next,
        done: (ms) => void latencies.push(ms),
        fail: (why) => void (failure ??= why),
      }),
    ),
  );
  const seconds = (performance.now() - beganAt) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (part: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0;
  return {
    requests: latencies.length,
    seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** Everything that can be made beforehand, signatures above all. */
function itemsOf({ place, method, keys, sizeBytes }: Round): Item[] {
  const target = targets(place, method);
  const more = Object.entries(method === 'PUT' ? { ...place.headers, 'Content-Length': sizeBytes } : {})
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return Array.from({ length: keys.count }, (_, i) => {
    const index = keys.from + i;
    const folder =
      keys.inFolder === undefined ? '' : `${String(Math.floor(index / keys.inFolder)).padStart(8, '0')}/`;
    const path = `${place.folder}/${keys.prefix}${folder}${String(index).padStart(8, '0')}`;
    const head = `${method} ${target(path)} HTTP/1.1\r\nHost: 127.0.0.1:${place.port}\r\n${more}\r\n`;
    return { index, head: Buffer.from(head, 'latin1') };
  });
}

interface Conversation {
  readonly round: Round;
  readonly body: Buffer;
  next(): Item | undefined;
  done(ms: number): void;
  fail(why: string): void;
}

/** Sends requests over one connection after the other until there is no next. */
function converse({ round, body, next, done, fail }: Conversation): Promise<void> {
  return new Promise((resolve) => {
    let item: Item | undefined;
    let sentAt = 0;
    let open = true;

    const finish = (why?: string): void => {
      if (!open) return;
      open = false;
      if (why !== undefined) fail(why);
      socket.destroy();
      resolve();
    };
    const send = (): void => {
      item = next();
      if (!item) {
        finish();
        return;
      }
      sentAt = performance.now();
      write(socket, round, body, item);
    };
    const answers = reader({
      checked: (bytes, offset) => round.method !== 'GET' || isBodyAt(body, item!.index, bytes, offset),
      ended(problem) {
        if (problem !== undefined) {
          finish(`${round.method} ${round.place.folder}: ${problem}`);
          return;
        }
        done(performance.now() - sentAt);
        send();
      },
      wholeBytes: round.method === 'GET' ? round.sizeBytes : undefined,
    });
    const socket = connect({ port: round.place.port, host: '127.0.0.1', noDelay: true });
    socket.on('connect', send);
    socket.on('data', answers);
    socket.on('error', (error) => finish(`${round.place.folder}: ${error.message}`));
    socket.on('close', () => finish(item ? 'the server closed the connection' : undefined));
  });
}

function write(socket: Socket, { method, sizeBytes }: Round, body: Buffer, { head, index }: Item): void {
  if (method !== 'PUT') {
    socket.write(head);
  } else if (sizeBytes <= 65_536) {
    socket.write(Buffer.concat([head, stamped(body, index)]));
  } else {
    socket.cork();
    socket.write(Buffer.concat([head, stamp(index)]));
    socket.write(body.subarray(stampBytes));
    socket.uncork();
  }
}

interface Expected {
  /** Whether these bytes of the body are right. */
  checked(bytes: Buffer, offset: number): boolean;
  ended(problem: string | undefined): void;
  readonly wholeBytes: number | undefined;
}

/** Reads answers of HTTP/1.1 with a length or in chunks; a chunked one is read to its end, and is short. */
function reader({ checked, ended, wholeBytes }: Expected): (bytes: Buffer) => void {
  let head: Buffer | undefined;
  let inBody = false;
  let chunked = false;
  let status = 0;
  let length = 0;
  let received = 0;
  let wrong = false;
  let text = '';

  const end = (): void => {
    const failed = status < 200 || status > 299;
    const short = wholeBytes !== undefined && received !== wholeBytes;
    const problem = failed
      ? `status ${status} ${text.slice(0, 300)}`
      : wrong || short
        ? 'the bytes differ'
        : undefined;
    inBody = chunked = wrong = false;
    received = 0;
    text = '';
    ended(problem);
  };
  const take = (bytes: Buffer): void => {
    if (status > 299 || chunked) text = (text + bytes.toString('latin1')).slice(-600);
    else if (!checked(bytes, received)) wrong = true;
    received += bytes.length;
    if (chunked ? text.endsWith('0\r\n\r\n') : received >= length) end();
  };
  return (bytes) => {
    if (inBody) return take(bytes);
    head = head ? Buffer.concat([head, bytes]) : bytes;
    const at = head.indexOf('\r\n\r\n');
    if (at < 0) return;
    const lines = head.toString('latin1', 0, at);
    const rest = head.subarray(at + 4);
    head = undefined;
    status = Number(lines.slice(9, 12));
    chunked = /\r\ntransfer-encoding: *chunked/i.test(lines);
    length = Number(/\r\ncontent-length: *(\d+)/i.exec(lines)?.[1] ?? 0);
    inBody = true;
    if (rest.length > 0) take(rest);
    else if (!chunked && length === 0) end();
  };
}
