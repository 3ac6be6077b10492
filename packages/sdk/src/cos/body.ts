/** What an object's body is sent from, and the proof afterwards that it arrived. */
import { IntegrityError, UsageError, type Operation } from '@sampan/protocol';
import type { CosResponse } from '../client/client.ts';
import type { Payload, Platform, Source } from '../core/platform.ts';
import type { Meter } from '../upload/queue/progress.ts';
import { callRow, type Extra } from './call.ts';
import type { Instance } from './instance.ts';
import type { Params } from './params.ts';

/** Up to this size a body is read into memory: it can then be sent again whatever it came from. */
const inMemoryBytes = 1024 * 1024;

/** An opened body. */
export interface Body {
  readonly payload: Payload;
  readonly size: number | undefined;
  /** Base64, when it was asked for. */
  readonly md5: string | undefined;
  /** CRC-64 of what was sent, when it is known. */
  sentCrc64(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What is sent, and how. */
export interface Sending {
  readonly md5: boolean;
  readonly meter: Meter;
  /** What the message about other bytes is about. */
  readonly what: string;
  /** What else the call carries; asked when the body is open. */
  readonly extra: (body: Body) => Extra;
}

/** Sends a body with its progress told, and proves that it arrived; gives its CRC-64 where that is known. */
export async function sendBody(
  instance: Instance,
  row: Operation,
  params: Params,
  { md5, meter, what, extra }: Sending,
): Promise<{ readonly response: CosResponse; readonly CRC64: string | undefined }> {
  const body = await openBody(instance.platform, params, { md5 });
  if (body.size !== undefined) meter.expect(body.size);
  try {
    const response = await callRow(instance, row, params, {
      ...extra(body),
      body: body.payload,
      onUploadProgress: (sent) => meter.reach(sent),
    });
    const CRC64 = await verifySent(body, response, what);
    meter.finish();
    return { response, CRC64 };
  } finally {
    meter.stop();
    await body.close();
  }
}

/** Opens `Body` or `FilePath`. */
export async function openBody(
  platform: Platform,
  params: Params,
  want: { readonly md5: boolean },
): Promise<Body> {
  const { Body, FilePath } = params;
  if ((Body === undefined || Body === null) && !FilePath) throw new UsageError('missing param Body');
  return bodyOf(platform, await platform.open({ Body, FilePath }), announced(params), want);
}

async function bodyOf(
  platform: Platform,
  source: Source,
  announcedBytes: number | undefined,
  want: { readonly md5: boolean },
): Promise<Body> {
  const inMemory = source.kind === 'ranged' && (source.size <= inMemoryBytes || !platform.bodyOf || want.md5);
  if (inMemory) {
    const bytes = await source.read(0, source.size);
    await source.close();
    const digest = Promise.resolve(platform.digest(bytes, want));
    // Whoever sends awaits it later; a failure before then is still that one's.
    digest.catch(() => undefined);
    const md5 = want.md5 ? (await digest).md5 : undefined;
    const nothing = async (): Promise<void> => undefined;
    return {
      payload: bytes,
      size: bytes.length,
      md5,
      sentCrc64: async () => (await digest).crc64,
      close: nothing,
    };
  }
  if (!platform.bodyOf)
    throw new UsageError(`Body cannot be sent in one request on ${platform.name}; use uploadFile`);
  const body = platform.bodyOf(
    source.kind === 'sequential' && announcedBytes !== undefined
      ? { ...source, size: announcedBytes }
      : source,
  );
  return {
    payload: body,
    size: body.size,
    md5: undefined,
    sentCrc64: async () => body.sentCrc64?.(),
    close: () => source.close(),
  };
}

/** Compares what was sent with what the service says it holds. */
export async function verifySent(
  body: Body,
  response: CosResponse,
  what: string,
): Promise<string | undefined> {
  const sent = await body.sentCrc64();
  const held = response.headers['x-cos-hash-crc64ecma'];
  if (sent !== undefined && held && sent !== held)
    throw new IntegrityError(`${what} is stored, but with other bytes than were sent`, {
      headers: response.headers,
      statusCode: response.statusCode,
      requestId: response.RequestId,
    });
  return sent;
}

/** Length that the caller gives for a stream; anything else has a length of its own. */
function announced(params: Params): number | undefined {
  const value = params['ContentLength'];
  if (value === undefined || value === null || value === '') return undefined;
  const bytes = Number(value);
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new UsageError('param ContentLength should be a number of bytes');
  return bytes;
}
