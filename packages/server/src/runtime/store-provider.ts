/** How the threads of a process come to one store, whichever engine is behind it. */
import type { Transferable } from 'node:worker_threads';

/** Opens a store for each thread that uses it. Nothing is opened or loaded before `open`. */
export interface StoreProvider<Store> {
  /**
   * `exclusive`: no other process works on the data while the store is open. `shared`: others may, so that what one
   * process knows of its own requests says nothing about theirs.
   */
  readonly ownership: 'exclusive' | 'shared';
  /** Opens the store for the first thread. Rejects with what keeps it from opening. */
  open(): Promise<OpenedStore<Store>>;
  /** Opens it for a further thread, by a ticket of the first. Absent: further threads open it as the first one does. */
  join?(ticket: StoreTicket): Promise<Store>;
}

/** A store of the first thread. */
export interface OpenedStore<Store> {
  readonly store: Store;
  /** Makes what one more thread needs for `join`. Absent where there is no `join`. */
  ticket?(): StoreTicket;
}

/** Goes to the other thread by `postMessage`. Good for one thread. */
export interface StoreTicket {
  readonly data: unknown;
  readonly transfer: readonly Transferable[];
}

/** Opens a store in a further thread, with the ticket that the first thread sent, if it sent one. */
export async function joinStore<Store>(
  provider: StoreProvider<Store>,
  ticket: StoreTicket | undefined,
): Promise<Store> {
  if (ticket && provider.join) return provider.join(ticket);
  return (await provider.open()).store;
}
