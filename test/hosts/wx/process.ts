import type { Clock } from './clock.ts';

/**
 * One run of a mini program: what may call into its code, and when. While it runs, callbacks arrive as macrotasks. While
 * it is suspended (WeChat stops the script some time after the program went to the background) they wait. Once killed,
 * nothing of it is ever called again.
 */
export interface AppProcess {
  readonly state: 'running' | 'suspended' | 'killed';
  /** Errors thrown by the program's callbacks; the real host logs them and goes on. */
  readonly errors: unknown[];
  readonly clock: Clock;
  /** Calls back as a new macrotask, as every asynchronous answer of the host arrives. */
  deliver(callback: () => void): void;
  /** Calls back at once if the program runs; later if it is suspended; never if it was killed. */
  enter(callback: () => void): void;
  setTimeout(callback: () => void, ms: number): number;
  setInterval(callback: () => void, ms: number): number;
  /** Stops a timer or an interval. */
  clearTimer(id: number): void;
  suspend(): void;
  resume(): void;
  kill(): void;
  /** Registers something to drop when the program is killed. */
  onKill(listener: () => void): void;
}

/** Starts a process whose timers run on `clock`. */
export function startProcess(clock: Clock): AppProcess {
  const timers = new Map<number, unknown>();
  const waiting: (() => void)[] = [];
  const killListeners: (() => void)[] = [];
  const errors: unknown[] = [];
  let state: AppProcess['state'] = 'running';
  let nextTimer = 1;

  function enter(callback: () => void): void {
    if (state === 'killed') return;
    if (state === 'suspended') {
      waiting.push(callback);
      return;
    }
    try {
      callback();
    } catch (error) {
      errors.push(error);
    }
  }

  function arm(id: number, callback: () => void, ms: number, repeat: boolean): void {
    const handle = clock.setTimeout(() => {
      timers.delete(id);
      if (repeat) arm(id, callback, Math.max(1, ms), repeat);
      enter(callback);
    }, ms);
    timers.set(id, handle);
  }

  function timer(callback: () => void, ms: number, repeat: boolean): number {
    const id = nextTimer++;
    if (state !== 'killed') arm(id, callback, ms, repeat);
    return id;
  }

  return {
    get state() {
      return state;
    },
    errors,
    clock,
    enter,
    deliver(callback) {
      setImmediate(() => {
        enter(callback);
      });
    },
    setTimeout: (callback, ms) => timer(callback, ms, false),
    setInterval: (callback, ms) => timer(callback, ms, true),
    clearTimer(id) {
      clock.clearTimeout(timers.get(id));
      timers.delete(id);
    },
    suspend() {
      if (state === 'running') state = 'suspended';
    },
    resume() {
      if (state !== 'suspended') return;
      state = 'running';
      for (const callback of waiting.splice(0)) enter(callback);
    },
    kill() {
      if (state === 'killed') return;
      state = 'killed';
      for (const handle of timers.values()) clock.clearTimeout(handle);
      timers.clear();
      waiting.length = 0;
      for (const listener of killListeners.splice(0)) listener();
    },
    onKill(listener) {
      killListeners.push(listener);
    },
  };
}
