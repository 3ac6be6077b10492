/**
 * Shares a thread between long work, such as listings, and everything else. Long work is done in pieces. While others
 * use the thread as well, the pieces of all long work together take at most a fifth of it, so that a client which only
 * lists cannot take it from the rest. A thread that has nothing else to do is theirs.
 */

/** The share of one thread. */
export interface ThreadShare {
  /** Counts a request of any kind in. */
  arrived(): void;
  /** Begins long work of one request. Each call of the result does one piece of it, when that is due. */
  begin(): <Result>(piece: () => Promise<Result>) => Promise<Result>;
  /** Counts time that long work took outside of its pieces. */
  spent(ms: number): void;
}

/** What stands for the machine; tests pass their own. */
export interface ThreadShareParts {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Resolves when everything else that was due in the loop was done once. */
  readonly turn: () => Promise<void>;
}

/** Others keep the thread for this many times as long as a piece took. */
const pausePerPiece = 4;
/** After the last other request the thread counts as shared for so long. */
const sharedForMs = 100;
/** Timers are no finer; what is less is added to the next pause. */
const leastPauseMs = 1;

interface Turn {
  over: boolean;
}

const machine: ThreadShareParts = {
  nowMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Makes the share of the calling thread. */
export function threadShare({ nowMs, sleep, turn }: ThreadShareParts = machine): ThreadShare {
  let requests = 0;
  let longRequests = 0;
  let others = 0;
  let otherAtMs = -Infinity;
  let freeAtMs = -Infinity;
  // Set while a piece was done in this turn of the loop already.
  let present: Turn | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const isShared = (): boolean => {
    const now = nowMs();
    if (requests - longRequests !== others) otherAtMs = now;
    others = requests - longRequests;
    return now - otherAtMs < sharedForMs;
  };
  const spent = (ms: number): void => {
    freeAtMs = Math.max(freeAtMs, nowMs()) + ms * pausePerPiece;
  };
  const due = async (): Promise<void> => {
    if (present) await turn();
    const pauseMs = freeAtMs - nowMs();
    if (pauseMs >= leastPauseMs && isShared()) await sleep(pauseMs);
  };
  const run = <Result>(piece: () => Promise<Result>): Promise<Result> => {
    const own: Turn = { over: false };
    present = own;
    void turn().then(() => {
      own.over = true;
      if (present === own) present = undefined;
    });
    const begunAtMs = nowMs();
    const result = piece();
    const firstMs = nowMs() - begunAtMs;
    spent(firstMs);
    // What goes on without leaving the turn holds the thread too; waiting for the network or the disk does not.
    const ended = (): void => {
      if (!own.over) spent(nowMs() - begunAtMs - firstMs);
    };
    result.then(ended, ended);
    return result;
  };

  return {
    arrived() {
      requests += 1;
    },
    spent,
    begin() {
      longRequests += 1;
      return async (piece) => {
        // One after the other; in an object, so that a piece never waits for itself.
        const begun = last.then(due).then(() => ({ result: run(piece) }));
        last = begun.catch(() => undefined);
        return (await begun).result;
      };
    },
  };
}
