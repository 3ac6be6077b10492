/** A web page, or a worker of one, as a host. */
import { Crc64, crc64Text, pureDigests } from '@sampan/protocol';
import type { Platform } from '../../platform.ts';
import { digestInSlices } from '../slices.ts';
import { openSource, readBlob } from './bytes.ts';
import { createLifecycle } from './lifecycle.ts';
import { locks } from './locks.ts';
import { storage } from './storage.ts';
import { createBodyOf, send, sendForm } from './transport.ts';

/** Browsers open so many connections to a host with HTTP/1.1; further requests would only wait inside. */
const maxRequests = 6;
/** Browsers run timers beyond this at once. */
const longestTimerMs = 2 ** 31 - 1;
/** At 300 MB/s a few ms. */
const pieceBytes = 1024 * 1024;

/** Makes the host. No global is touched before it is needed. */
export function webPlatform(): Platform {
  return {
    name: 'web',
    maxRequests,
    send,
    sendForm,
    formsTakeBodies: true,
    open: openSource,
    bodyOf: createBodyOf(crc64Of),
    toBlob: (bytes, type) => new Blob([bytes as Uint8Array<ArrayBuffer>], { type }),
    digest: (bytes, want) => digestInSlices({ now: () => performance.now(), rest }, bytes, want),
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

async function crc64Of(blob: Blob): Promise<string> {
  const sum = new Crc64();
  // Each read gives the page its turn.
  for (let at = 0; at < blob.size; at += pieceBytes)
    sum.update(await readBlob(blob, at, Math.min(pieceBytes, blob.size - at)));
  return crc64Text(sum.value());
}

/** One turn of the event loop. Timers would wait 4 ms, and a second in a hidden tab. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
