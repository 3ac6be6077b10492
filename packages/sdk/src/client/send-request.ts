/**
 * Sends one HTTP request through the host and guards against faults of the host. The promise settles exactly once. When
 * a host drops a request silently, the request ends in a TimeoutError after a time without progress.
 */
import { AbortedError, isCosError, TimeoutError, TransportError } from '@sampan/protocol';
import { lengthOf } from '../core/body.ts';
import { canceller } from '../core/cancel.ts';
import type { IncomingResponse, OutgoingRequest, Platform } from '../core/platform.ts';

/** Time without progress after which a request is given up when `Timeout` is not set. */
export const defaultStallMs = 60_000;
/** Slowest link that still counts as alive on hosts that report no upload progress. */
const slowestBytesPerMs = 16;

/** Sends a request and waits for its answer. */
export function sendRequest(platform: Platform, request: OutgoingRequest): Promise<IncomingResponse> {
  const { onUploadProgress, onDownloadProgress } = request;
  return guarded(platform, request, lengthOf(request.body) ?? 0, (signal, progressed) =>
    platform.send({
      ...request,
      signal,
      onUploadProgress: (sent) => {
        progressed();
        onUploadProgress?.(sent);
      },
      onDownloadProgress: (received, total) => {
        progressed();
        onDownloadProgress?.(received, total);
      },
    }),
  );
}

type Outgoing = Pick<OutgoingRequest, 'url' | 'timeoutMs' | 'signal'> & { readonly method?: string };

/** Does what `send` does, and ends it after a time without progress or when it is cancelled. */
export function guarded(
  platform: Platform,
  request: Outgoing,
  bodyBytes: number,
  send: (signal: OutgoingRequest['signal'], progressed: () => void) => Promise<IncomingResponse>,
): Promise<IncomingResponse> {
  const { clock } = platform;
  const about = { url: request.url, method: request.method ?? 'POST' };
  const limitMs = request.timeoutMs > 0 ? request.timeoutMs : defaultStallMs;
  const own = canceller();
  let lastProgressMs = clock.now();
  // Until a host has reported progress once, the whole body may be on its way unseen.
  let unseenMs = bodyBytes / slowestBytesPerMs;
  const progressed = (): void => {
    lastProgressMs = clock.now();
    unseenMs = 0;
  };

  return new Promise((resolve, reject) => {
    let timer = clock.setTimer(check, limitMs);
    let unlisten = (): void => undefined;
    const end = (): void => {
      clock.clearTimer(timer);
      unlisten();
    };
    const fail = (reason: unknown): void => {
      end();
      reject(own.signal.reason ?? asTransportError(reason, about));
    };
    const stop = (reason: Error): void => {
      own.cancel(reason);
      fail(reason);
    };
    function check(): void {
      // A clock that was set back would make the wait as long as it was set back.
      lastProgressMs = Math.min(lastProgressMs, clock.now());
      const leftMs = lastProgressMs + limitMs + unseenMs - clock.now();
      // Progress may shorten the wait, so it is looked at every `limitMs` at the latest.
      if (leftMs > 0) timer = clock.setTimer(check, Math.min(leftMs, limitMs));
      else stop(new TimeoutError(`No progress for ${limitMs} ms`, about));
    }
    if (request.signal) unlisten = request.signal.onCancel(stop);
    if (own.signal.reason) return;
    try {
      send(own.signal, progressed).then((response) => {
        end();
        resolve(response);
      }, fail);
    } catch (thrown) {
      fail(thrown);
    }
  });
}

/** Gives any failure of a host a place among our errors; its text stays behind, in `cause`. */
function asTransportError(thrown: unknown, about: { readonly url: string; readonly method: string }): Error {
  if (isCosError(thrown)) return thrown;
  const { code, name } = (thrown ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  if (name === 'AbortError') return new AbortedError();
  const known = typeof code === 'string' ? code : undefined;
  return new TransportError(silence(about.url, known), {
    ...about,
    code: known,
    cause: thrown,
  });
}

/** Names the host that was called and what the platform said of it; never the whole address, which may be signed. */
export function silence(url: string, code: string | undefined): string {
  const [, scheme = '', host = ''] = /^([a-z]+):\/\/([^/?#]*)/i.exec(url) ?? [];
  const port = /:\d+$/.test(host) ? host : `${host}:${scheme === 'http' ? 80 : 443}`;
  const isTls = code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER';
  const hint = isTls && scheme === 'https' ? '; does it speak http? Then set Protocol to http' : '';
  return `No answer came from ${port}${code === undefined ? '' : ` (${code})`}${hint}`;
}
