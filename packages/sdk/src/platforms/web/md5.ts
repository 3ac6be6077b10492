/**
 * Computes MD5 in a web worker, off the page's thread. The worker is made from the text of one function, because a
 * script element and every bundler can carry that; a page whose policy refuses such workers, or a tool that rewrote the
 * function so that it does not work alone, is noticed at the start, and the page computes the digest itself, in slices.
 */
import { md5 } from '@sampan/protocol';
import { serveMd5, type CosResponse, type Question } from './md5-worker.ts';

/** How long a worker may take to start and to prove itself, in ms. */
const startLimitMs = 3000;

type Ask = (content: Blob | Uint8Array) => Promise<Uint8Array | undefined>;

let started: Promise<Ask | undefined> | undefined;

/** The MD5 of a Blob or of bytes, or undefined where the page must compute it itself. */
export async function md5ByWorker(content: Blob | Uint8Array): Promise<Uint8Array | undefined> {
  started ??= start();
  return (await started)?.(content);
}

async function start(): Promise<Ask | undefined> {
  // In a worker of the application nothing is drawn, and there is nothing to spare.
  if (typeof Worker === 'undefined' || typeof document === 'undefined') return undefined;
  const waiting = new Map<number, (digest: Uint8Array | undefined) => void>();
  const worker = openWorker();
  if (!worker) return undefined;
  const endAll = (): void => {
    started = Promise.resolve(undefined);
    worker.terminate();
    for (const settle of waiting.values()) settle(undefined);
    waiting.clear();
  };
  worker.onmessage = ({ data }: MessageEvent<CosResponse>) => {
    waiting.get(data.id)?.(data.digest);
    waiting.delete(data.id);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    endAll();
  };
  let last = 0;
  const ask: Ask = (content) =>
    new Promise((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      // Bytes are copied once, so that the page keeps its own.
      const sent = content instanceof Uint8Array ? content.slice() : content;
      const moved = sent instanceof Uint8Array ? [sent.buffer] : [];
      worker.postMessage({ id, content: sent } satisfies Question, moved as Transferable[]);
    });
  const limit = setTimeout(endAll, startLimitMs);
  const proof = new Uint8Array(1000).fill(97);
  const [found, wanted] = [await ask(proof), md5(proof)];
  clearTimeout(limit);
  if (found && found.every((byte, at) => byte === wanted[at])) return ask;
  endAll();
  return undefined;
}

function openWorker(): Worker | undefined {
  let url: string | undefined;
  try {
    url = URL.createObjectURL(new Blob([`(${serveMd5.toString()})(self)`], { type: 'text/javascript' }));
    return new Worker(url);
  } catch {
    return undefined;
  } finally {
    if (url !== undefined) URL.revokeObjectURL(url);
  }
}
