/** Turns a `Body` parameter of the COS class into a request body. */
import { UsageError, type Operation } from '@sampan/protocol';
import { sendBody, type Sendable, type SentBody } from '../client/send-body.ts';
import { asAnnounced } from '../core/announced.ts';
import type { HostBody, Platform, Source } from '../core/platform.ts';
import type { Meter } from '../upload/queue/progress.ts';
import { callOf, cancellable, type Extra } from './call.ts';
import type { Instance } from './instance.ts';
import type { Params } from './params.ts';

/** Bodies up to this size are read into memory, so that even a stream can be sent again. */
const inMemoryBytes = 1024 * 1024;

/** An opened body: in memory, or of the host's kind. */
export interface Body extends Pick<Sendable, 'bytes' | 'hostBody'> {
  readonly size: number | undefined;
  close(): Promise<void>;
}

/** What is sent, and how. */
export interface Sending extends Omit<Sendable, 'bytes' | 'hostBody' | 'call' | 'onProgress'> {
  readonly meter: Meter;
  /** What else the call carries; `md5` is in base64, where it was computed. */
  readonly extra: (md5: string | undefined) => Extra;
}

/** Sends the body that `params` name, with its progress reported. */
export async function sendNamed(
  instance: Instance,
  row: Operation,
  params: Params,
  { meter, extra, ...rules }: Sending,
): Promise<SentBody> {
  const md5 = Boolean(rules.sendsMd5 || rules.needsMd5);
  const body = await openBody(instance.platform, params, { md5 });
  if (body.size !== undefined) meter.expect(body.size);
  try {
    const sent = await cancellable(params, (signal) =>
      sendBody(
        instance,
        {
          ...rules,
          bytes: body.bytes,
          hostBody: body.hostBody,
          call: (digest) => ({ signal, ...callOf(row, params, extra(digest)) }),
          onProgress: (sentBytes) => meter.reach(sentBytes),
        },
        { signal },
      ),
    );
    meter.finish();
    return sent;
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
  const source = await platform.open({ Body, FilePath });
  try {
    return await bodyOf(platform, asAnnounced(source, params['ContentLength']), want);
  } catch (error) {
    await source.close().catch(() => undefined);
    throw error;
  }
}

async function bodyOf(platform: Platform, source: Source, want: { readonly md5: boolean }): Promise<Body> {
  const inMemory = source.kind === 'ranged' && (source.size <= inMemoryBytes || !platform.bodyOf || want.md5);
  if (inMemory) {
    const bytes = await source.read(0, source.size);
    await source.close();
    return { bytes, size: bytes.length, close: () => Promise.resolve() };
  }
  if (!platform.bodyOf)
    throw new UsageError(`Body cannot be sent in one request on ${platform.name}; use uploadFile`);
  const hostBody: HostBody = platform.bodyOf(source);
  return { bytes: undefined, hostBody, size: hostBody.size, close: () => source.close() };
}
