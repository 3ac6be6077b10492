/** Named event listeners. An error of one listener stops neither the others nor the transfer. */
export interface Events {
  on(name: string, listener: (payload: unknown) => void): void;
  off(name: string, listener: (payload: unknown) => void): void;
  emit(name: string, payload?: unknown): void;
  /** Removes every listener. */
  clear(): void;
  /** Whether anyone listens. */
  has(name: string): boolean;
}

export function createEvents(): Events {
  const listeners = new Map<string, ((payload: unknown) => void)[]>();
  return {
    on(name, listener) {
      if (typeof listener === 'function') listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    },
    off(name, listener) {
      const left = (listeners.get(name) ?? []).filter((known) => known !== listener);
      if (left.length > 0) listeners.set(name, left);
      else listeners.delete(name);
    },
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          listener(payload);
        } catch {
          // The listener belongs to the application; its fault must not end the transfer it reports on.
        }
      }
    },
    clear: () => listeners.clear(),
    has: (name) => listeners.has(name),
  };
}
