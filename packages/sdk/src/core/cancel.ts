/**
 * Cancellation without AbortController, which mini programs do not have. A signal fires once and keeps its reason;
 * a listener that comes late is called at once; a removed listener holds nothing.
 */

/** Says whether and why work should stop. */
export interface CancelSignal {
  readonly reason: Error | undefined;
  /** Calls `listener` once, when the signal fires or at once if it has; gives back what removes the listener. */
  onCancel(listener: (reason: Error) => void): () => void;
}

/** A signal together with what fires it. */
export interface Canceller {
  readonly signal: CancelSignal;
  /** Fires the signal; later calls change nothing. */
  cancel(reason: Error): void;
  /** Stops listening to the parent, for work that ended well. */
  release(): void;
}

/** Makes a signal. With `parent`, the parent's firing fires it too, until it is released. */
export function canceller(parent?: CancelSignal): Canceller {
  const listeners = new Set<(reason: Error) => void>();
  let release = (): void => undefined;
  // A plain member: an accessor would cost ten times as much to make, and every request makes some.
  const signal = {
    reason: undefined as Error | undefined,
    onCancel(listener: (reason: Error) => void): () => void {
      if (signal.reason) {
        listener(signal.reason);
        return () => undefined;
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const cancel = (reason: Error): void => {
    if (signal.reason) return;
    signal.reason = reason;
    release();
    const waiting = [...listeners];
    listeners.clear();
    for (const listener of waiting) listener(reason);
  };

  if (parent) release = parent.onCancel(cancel);
  return { signal, cancel, release: () => release() };
}

/** The part of a Web AbortSignal that the SDK needs; hosts without the real one may pass their own. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Who waits for an AbortSignal. One listener serves all: Node warns of a leak from the eleventh on. */
const waiting = new WeakMap<AbortSignalLike, { readonly all: Set<() => void>; readonly fire: () => void }>();

function listen(signal: AbortSignalLike, stop: () => void): () => void {
  let found = waiting.get(signal);
  if (!found) {
    const all = new Set<() => void>();
    found = { all, fire: () => [...all].forEach((each) => each()) };
    waiting.set(signal, found);
  }
  const { all, fire } = found;
  if (all.size === 0) signal.addEventListener('abort', fire);
  all.add(stop);
  return () => {
    if (all.delete(stop) && all.size === 0) signal.removeEventListener('abort', fire);
  };
}

/** Listens to an AbortSignal as to a signal of ours; `toError` makes the error that calls reject with. */
export function fromAbortSignal(signal: AbortSignalLike, toError: (reason: unknown) => Error): Canceller {
  const own = canceller();
  const stop = (): void => own.cancel(toError(signal.reason));
  if (signal.aborted) {
    stop();
    return own;
  }
  return { ...own, release: listen(signal, stop) };
}
