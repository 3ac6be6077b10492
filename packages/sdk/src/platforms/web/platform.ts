/** Implements the platform port for web pages and web workers. */
import { base64, Crc64, crc64Text, fastCrc64, pureDigests, UsageError } from '@sampan/protocol';
import type { PartDigest, Platform } from '../../core/platform.ts';
import { digestInSlices, type Pace } from '../slices.ts';
import { openSource, readBlob } from './source.ts';
import { createLifecycle } from './lifecycle.ts';
import { locks } from './locks.ts';
import { md5ByWorker } from './md5.ts';
import { importForMiniProgram } from './mini-program.ts';
import { storage } from './storage.ts';
import { createBodyOf, send, sendForm } from './transport.ts';

/** Browsers open so many connections to a host with HTTP/1.1; further requests would only wait inside. */
const maxRequests = 6;
/** Browsers run timers beyond this at once. */
const longestTimerMs = 2 ** 31 - 1;
/** At 300 MB/s, without WebAssembly, a few ms. */
const pieceBytes = 1024 * 1024;
/** Below this the way to the worker costs more than it spares. */
const leastWorkerBytes = 64 * 1024;

/** Makes the host. No global is touched before it is needed. Throws a UsageError in a mini program, which has no requests of a page. */
export function webPlatform(): Platform {
  const other = typeof XMLHttpRequest === 'undefined' ? importForMiniProgram() : undefined;
  if (other) throw new UsageError(other);
  return {
    name: 'web',
    maxRequests,
    tidiesPaths: true,
    hidesHeaders: true,
    send,
    sendForm,
    formsTakeBodies: true,
    open: openSource,
    bodyOf: createBodyOf(crc64Of),
    toBlob: (bytes, type) => new Blob([bytes as Uint8Array<ArrayBuffer>], { type }),
    digest,
    // The browser's own digests are asynchronous and missing on plain http; signatures are short.
    digests: pureDigests,
    storage,
    locks,
    clock: {
      now: () => Date.now(),
      setTimer: (run, delayMs) => ({ timer: setTimeout(run, Math.min(delayMs, longestTimerMs)) }),
      clearTimer: ({ timer }) => clearTimeout(timer as number),
    },
    lifecycle: createLifecycle(),
    random: () => Math.random(),
  };
}

let Sum: typeof Crc64 | undefined;

/** CRC-64 by WebAssembly, unless the page's policy or the browser is against it; looked for at the first use. */
function fastestCrc64(): typeof Crc64 {
  return (Sum ??= fastCrc64(typeof WebAssembly === 'undefined' ? undefined : WebAssembly));
}

/** CRC-64 here, because that costs no more than to hand the bytes on; MD5 in the worker, where there can be one. */
async function digest(bytes: Uint8Array, want: { readonly md5: boolean }): Promise<PartDigest> {
  const pace: Pace = { now: () => performance.now(), rest, Sum: fastestCrc64() };
  if (!want.md5 || bytes.byteLength < leastWorkerBytes) return digestInSlices(pace, bytes, want);
  const [md5, sums] = await Promise.all([md5ByWorker(bytes), digestInSlices(pace, bytes, { md5: false })]);
  return md5 ? { ...sums, md5: base64(md5) } : digestInSlices(pace, bytes, want);
}

async function crc64Of(blob: Blob): Promise<string> {
  const sum = new (fastestCrc64())();
  // Each read gives the page its turn.
  for (let at = 0; at < blob.size; at += pieceBytes)
    sum.update(await readBlob(blob.slice(at, at + pieceBytes)));
  return crc64Text(sum.value());
}

/** One turn of the event loop. Timers would wait 4 ms, and a second in a hidden tab. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    // Pages that jsdom makes for tests have no channels.
    if (typeof MessageChannel === 'undefined') {
      setTimeout(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
