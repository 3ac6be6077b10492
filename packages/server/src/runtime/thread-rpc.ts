/**
 * Questions that threads ask each other: a call by name over a port, and its answer. What goes over is copied, so only
 * plain data does; of an error its name, message and stack arrive.
 */
import type { MessagePort, Worker } from 'node:worker_threads';

/** What can be asked, by name, with at most one argument each. */
export type Procedures<Theirs> = {
  readonly [Name in keyof Theirs]: (argument: never) => Promise<unknown>;
};

/** Asks, and resolves with the answer or rejects with what went wrong there. */
export type Caller<Theirs extends Procedures<Theirs>> = <Name extends keyof Theirs & string>(
  name: Name,
  ...argument: Parameters<Theirs[Name]>
) => ReturnType<Theirs[Name]>;

/** Either end of the channel between a thread and the one that started it. */
export type MessageEnd = Pick<Worker | MessagePort, 'postMessage'> & {
  on(event: 'message', heard: (message: Message) => void): unknown;
};

type Message =
  | { readonly question: number; readonly name: string; readonly argument: unknown }
  | ({ readonly answer: number } & Answer);

type Answer = { readonly value: unknown } | { readonly failure: Error };

/** Answers what comes over a port. */
export function serveCalls<Own extends Procedures<Own>>(port: MessageEnd, own: Own): void {
  port.on('message', (message) => {
    if (!('question' in message)) return;
    const { question: answer, name, argument } = message;
    // Whoever asks has the types: `Ask` lets only names and arguments through that belong together.
    own[name as keyof Own](argument as never).then(
      (value) => port.postMessage({ answer, value }),
      (thrown: unknown) => {
        const failure = thrown instanceof Error ? thrown : new Error(String(thrown));
        port.postMessage({ answer, failure });
      },
    );
  });
}

/** Asks over a port. */
export function callOver<Theirs extends Procedures<Theirs>>(port: MessageEnd): Caller<Theirs> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  port.on('message', (message) => {
    if (!('answer' in message)) return;
    waiting.get(message.answer)?.(message);
    waiting.delete(message.answer);
  });
  const ask = (name: string, argument?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const question = (last += 1);
      waiting.set(question, (answer) => {
        if ('failure' in answer) reject(answer.failure);
        else resolve(answer.value);
      });
      port.postMessage({ question, name, argument });
    });
  return ask as unknown as Caller<Theirs>; // What comes back has the type of the answer, by the other end's types.
}
