/** Turns WeChat's callback style into a promise that a test can await. */

/** What an API reported, and through which callbacks, in order. */
export interface Outcome {
  readonly kind: 'success' | 'fail';
  readonly result: Record<string, unknown> & { errMsg: string };
  readonly called: readonly string[];
}

/** Calls an API of `wx` with `option` and waits until `complete` was called. */
export function outcomeOf<O extends object>(api: (option: O) => unknown, option: object): Promise<Outcome> {
  return new Promise((resolve) => {
    const called: string[] = [];
    let outcome: Pick<Outcome, 'kind' | 'result'> | undefined;
    const report = (kind: Outcome['kind']) => (result: Outcome['result']) => {
      called.push(kind);
      outcome = { kind, result };
    };
    api({
      ...option,
      success: report('success'),
      fail: report('fail'),
      complete: () => {
        called.push('complete');
        if (outcome) resolve({ ...outcome, called });
      },
    } as unknown as O);
  });
}

/** Waits until `condition` holds, turn by turn of the event loop, for at most `limitMs`. */
export async function until(condition: () => boolean, limitMs = 5000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`still waiting after ${limitMs} ms for ${condition.toString()}`);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
