/**
 * Calls between threads: a procedure by name over a message channel, and its result. Arguments and results are copied,
 * so only plain data passes; of an error its name, message and stack arrive.
 */
import type { MessagePort, Worker } from 'node:worker_threads';

/** What one end offers, by name, with at most one argument each. */
export type Procedures<Theirs> = {
  readonly [Name in keyof Theirs]: (argument: never) => Promise<unknown>;
};

/** Calls a procedure of the other end; rejects with the error that it threw there. */
export type Caller<Theirs extends Procedures<Theirs>> = <Name extends keyof Theirs & string>(
  name: Name,
  ...argument: Parameters<Theirs[Name]>
) => ReturnType<Theirs[Name]>;

/** Either end of the channel between a thread and the one that started it. */
export type MessageEnd = Pick<Worker | MessagePort, 'postMessage'> & {
  on(event: 'message', listener: (message: Message) => void): unknown;
};

type Message =
  | { readonly call: number; readonly name: string; readonly argument: unknown }
  | ({ readonly reply: number } & Result);

type Result = { readonly value: unknown } | { readonly failure: Error };

/** Runs the procedures that the other end calls. */
export function serveCalls<Own extends Procedures<Own>>(end: MessageEnd, own: Own): void {
  end.on('message', (message) => {
    if (!('call' in message)) return;
    const { call: reply, name, argument } = message;
    // The caller has the types: `Caller` lets only names and arguments through that belong together.
    own[name as keyof Own](argument as never).then(
      (value) => end.postMessage({ reply, value }),
      (thrown: unknown) => {
        const failure = thrown instanceof Error ? thrown : new Error(String(thrown));
        end.postMessage({ reply, failure });
      },
    );
  });
}

/** Makes the function that calls procedures of the other end. */
export function callOver<Theirs extends Procedures<Theirs>>(end: MessageEnd): Caller<Theirs> {
  const waiting = new Map<number, (result: Result) => void>();
  let last = 0;
  end.on('message', (message) => {
    if (!('reply' in message)) return;
    waiting.get(message.reply)?.(message);
    waiting.delete(message.reply);
  });
  const call = (name: string, argument?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const number = (last += 1);
      waiting.set(number, (result) => {
        if ('failure' in result) reject(result.failure);
        else resolve(result.value);
      });
      end.postMessage({ call: number, name, argument });
    });
  return call as unknown as Caller<Theirs>; // The result has the procedure's type, by the other end's types.
}
