/** Calls back without letting what the callback throws into the engine. */
export function notify<A extends readonly unknown[]>(
  listener: ((...args: A) => void) | undefined,
  ...args: A
): void {
  if (typeof listener !== 'function') return;
  try {
    listener(...args);
  } catch {
    // What a listener does with the news is its own affair; the official SDKs swallow this too.
  }
}
