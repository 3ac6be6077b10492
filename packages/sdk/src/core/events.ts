/** Listeners by name. What a listener throws is its own affair and stops nobody else. */
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
          // An application's fault; the transfer that is being told of must not suffer from it.
        }
      }
    },
    clear: () => listeners.clear(),
    has: (name) => listeners.has(name),
  };
}
