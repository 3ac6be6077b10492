/** Writes responses to sockets, with back-pressure. */
import type { ServerResponse } from 'node:http';
import type { OutgoingBody } from '../body/stream.ts';
import type { HttpResponse } from './message.ts';
import type { RequestBody } from './incoming.ts';
import { bytesMoved } from '../runtime/gc-pressure.ts';

// What a refused upload may still send before its connection is cut: enough for a client to finish a small body and
// see the answer, little enough not to pay for a large one.
const drainBytes = 8 * 1024 * 1024;
const drainMs = 3000;
const smallBytes = 64 * 1024;

/** How an answer left. */
export interface Sent {
  readonly bodyBytes: number;
  /** The answer was cut off before its end. */
  readonly broken: boolean;
}

/**
 * Writes an answer, as fast as the client takes it. What is at hand is written at once; anything else resolves when the
 * last byte is on its way or the client is gone.
 */
export function writeResponse(
  res: ServerResponse,
  response: HttpResponse,
  body: RequestBody,
  closing: boolean,
): Sent | Promise<Sent> {
  const content = typeof response.body === 'string' ? Buffer.from(response.body) : response.body;
  const isWhole = content === undefined || content instanceof Uint8Array;
  return isWhole && body.ended
    ? writeWhole(res, response, content, closing)
    : writeSlowly(res, { response, content, body, closing });
}

function isHeadless(res: ServerResponse, { status }: HttpResponse): boolean {
  return res.req.method === 'HEAD' || status === 204 || status === 304;
}

function writeWhole(
  res: ServerResponse,
  response: HttpResponse,
  content: Uint8Array | undefined,
  closing: boolean,
): Sent {
  const headless = isHeadless(res, response);
  writeHead(res, response, { length: headless ? undefined : (content?.length ?? 0), last: closing });
  res.end(headless ? undefined : content);
  return { bodyBytes: headless ? 0 : (content?.length ?? 0), broken: res.destroyed };
}

interface Writing {
  readonly response: HttpResponse;
  readonly content: OutgoingBody | undefined;
  readonly body: RequestBody;
  readonly closing: boolean;
}

async function writeSlowly(
  res: ServerResponse,
  { response, content, body, closing }: Writing,
): Promise<Sent> {
  // A little that is still coming is read before the answer, so that the connection can be used again.
  if (!body.ended && !body.waiting && (body.sizeBytes ?? Infinity) <= smallBytes)
    await body.drain(smallBytes, drainMs);
  const unread = !body.ended;
  const isWhole = content === undefined || content instanceof Uint8Array;
  if (isWhole && !unread) return writeWhole(res, response, content, closing);

  const headless = isHeadless(res, response);
  writeHead(res, response, {
    length: isWhole && !headless ? (content?.length ?? 0) : undefined,
    last: closing || unread,
  });
  let bodyBytes = 0;
  let broken = false;
  if (isWhole) {
    if (content && !headless) bodyBytes = content.length;
    if (bodyBytes > 0) res.write(content);
    else res.flushHeaders();
  } else {
    try {
      for await (const chunk of content) {
        if (headless || res.destroyed) break;
        bodyBytes += chunk.length;
        bytesMoved(chunk.length);
        // This chunk must be written before the next is requested, which is read meanwhile.
        await written(res, chunk);
      }
    } catch (error) {
      // The status is out already; cutting the connection is the only way left to say that the rest is missing.
      broken = true;
      res.destroy(error instanceof Error ? error : undefined);
    }
  }
  if (unread && !broken && !body.waiting) await body.drain(drainBytes, drainMs);
  if (!res.writableEnded && !res.destroyed) res.end();
  return { bodyBytes, broken: broken || res.destroyed };
}

/** `length` is that of a body which is at hand, `last` says that the connection ends with this answer. */
function writeHead(
  res: ServerResponse,
  response: HttpResponse,
  { length, last }: { readonly length: number | undefined; readonly last: boolean },
): void {
  const headers = writtenHeaders(response);
  if (length !== undefined && response.headers['content-length'] === undefined)
    headers.push('Content-Length', String(length));
  if (last) headers.push('Connection', 'close');
  res.writeHead(response.status, headers);
}

/** Names and values in turn, which is what Node takes without looking at each again. */
function writtenHeaders({ status, headers }: HttpResponse): string[] {
  const written: string[] = [];
  for (const name in headers)
    if (name !== 'content-length' || (status !== 204 && status !== 304))
      written.push(writtenName(name), headers[name]!);
  return written;
}

const writtenNames = new Map([['etag', 'ETag']]);

/**
 * A header's name as COS writes it: `ETag`, `Content-Type`, but `x-cos-request-id`. The official Python SDK hands
 * headers on as a dictionary that minds the case, and itself looks for `ETag` and `Content-Length` there.
 */
function writtenName(name: string): string {
  if (name.startsWith('x-')) return name;
  let written = writtenNames.get(name);
  if (written === undefined) {
    written = name.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase());
    writtenNames.set(name, written);
  }
  return written;
}

/** Resolves when the bytes are written, or the client is gone. */
function written(res: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off('close', done);
      resolve();
    };
    res.on('close', done);
    res.write(chunk, done);
    if (res.destroyed) done();
  });
}
