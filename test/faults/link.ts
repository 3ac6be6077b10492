/** A link of a fixed speed that all requests share and that drops every so often, in virtual time. */
import type { IncomingResponse, OutgoingRequest } from '../../packages/sdk/src/core/platform.ts';
import type { VirtualClock } from '../../packages/sdk/src/testing/platform.ts';
import type { ServiceModel } from '../../packages/sdk/src/testing/service.ts';
import { emptyLedger, type Network } from './network.ts';

interface Transfer {
  leftBytes: number;
  readonly request: OutgoingRequest;
  readonly bytes: number;
  arrive(): void;
  drop(): void;
}

export interface LinkOptions {
  readonly bytesPerMs: number;
  /** Most that one connection gets of it, as where acknowledgements take long; all of it when missing. */
  readonly bytesPerMsEach?: number;
  readonly latencyMs: number;
  /** The link breaks all connections this often. */
  readonly dropEveryMs: number;
  readonly reportsProgress: boolean;
}

const tickMs = 10;

/** Makes the link. It works as long as something is on it. */
export function link(clock: VirtualClock, service: ServiceModel, options: LinkOptions): Network {
  const transfers = new Set<Transfer>();
  let ticking = false;
  let nextDropMs = clock.now() + options.dropEveryMs;
  let mostOpen = 0;

  const tick = (): void => {
    if (transfers.size === 0) {
      ticking = false;
      return;
    }
    if (clock.now() >= nextDropMs) {
      while (nextDropMs <= clock.now()) nextDropMs += options.dropEveryMs;
      for (const transfer of [...transfers]) transfer.drop();
    }
    const share = Math.min(options.bytesPerMs / transfers.size, options.bytesPerMsEach ?? Infinity) * tickMs;
    for (const transfer of [...transfers]) {
      transfer.leftBytes -= share;
      if (options.reportsProgress)
        transfer.request.onUploadProgress?.(Math.floor(transfer.bytes - Math.max(0, transfer.leftBytes)));
      if (transfer.leftBytes <= 0) transfer.arrive();
    }
    clock.setTimer(tick, tickMs);
  };

  return {
    send: (request) =>
      new Promise<IncomingResponse>((resolve, reject) => {
        const bytes = request.body instanceof Uint8Array ? request.body.length : 500;
        const stop = request.signal?.onCancel((reason) => {
          transfers.delete(transfer);
          reject(reason);
        });
        const over = (): void => {
          transfers.delete(transfer);
          stop?.();
        };
        const transfer: Transfer = {
          leftBytes: bytes,
          request,
          bytes,
          arrive() {
            over();
            clock.setTimer(() => resolve(service.answer(request)), options.latencyMs);
          },
          drop() {
            over();
            reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
          },
        };
        transfers.add(transfer);
        mostOpen = Math.max(mostOpen, transfers.size);
        if (ticking) return;
        ticking = true;
        clock.setTimer(tick, tickMs);
      }),
    get open() {
      return transfers.size;
    },
    get mostOpen() {
      return mostOpen;
    },
    ledger: emptyLedger(),
  };
}
