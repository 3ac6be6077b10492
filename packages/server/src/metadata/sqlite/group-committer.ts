/**
 * The group committer: changes that arrive while a commit is running share the next one, and its one sync.
 *
 * There is no timer. The first change starts a commit at the end of the turn in which it arrived; changes that arrived
 * by the time a commit ended is the next batch. So a lone change waits for nothing, and a crowd is written together.
 */
import type { Command, Reply } from './connection.ts';

/** Accepts changes for the next commit. */
export interface Committer {
  submit(command: Command): Promise<unknown>;
  /** Resolves when everything accepted was committed or failed; nothing is accepted afterwards. */
  close(): Promise<void>;
}

/** Most changes of one commit, so that its first does not wait for too many others. */
export const mostCommands = 512;

interface Waiting {
  readonly command: Command;
  readonly settle: (reply: Reply) => void;
}

/** Groups changes for an engine that commits in this thread. */
export function groupCommitter(commit: (commands: readonly Command[]) => readonly Reply[]): Committer {
  const waiting: Waiting[] = [];
  let scheduled = false;
  let closed = false;
  let idle: (() => void) | undefined;

  const commitWaiting = (): void => {
    scheduled = false;
    const batch = waiting.splice(0, mostCommands);
    const replies = commit(batch.map(({ command }) => command));
    batch.forEach(({ settle }, index) =>
      settle(replies[index] ?? { failure: new Error('no reply to a change') }),
    );
    if (waiting.length > 0) schedule();
    else idle?.();
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(commitWaiting);
  };

  return {
    submit: (command) =>
      new Promise((resolve, reject) => {
        if (closed) throw new Error('the metadata store is closed');
        waiting.push({
          command,
          settle: (reply) => ('value' in reply ? resolve(reply.value) : reject(reply.failure)),
        });
        schedule();
      }),
    close: () =>
      new Promise((resolve) => {
        closed = true;
        if (waiting.length === 0) resolve();
        else idle = resolve;
      }),
  };
}
