import { expect, test } from 'vitest';
import { groupCommitter, mostCommands } from './group-committer.ts';
import type { Command, Reply } from './connection.ts';

function command(nowMs: number): Command {
  return { name: 'forgetBlobs', argument: { blobs: [] }, nowMs };
}

/** A committer whose commits are written down and answer with the time of each command. */
function recorded(reply: (command: Command) => Reply = ({ nowMs }) => ({ value: nowMs })) {
  const batches: number[][] = [];
  const committer = groupCommitter((commands) => {
    batches.push(commands.map(({ nowMs }) => nowMs));
    return commands.map(reply);
  });
  return { batches, committer };
}

test('changes of one turn are committed together, and each gets its own answer', async () => {
  const { batches, committer } = recorded();

  const answers = await Promise.all([1, 2, 3].map((nowMs) => committer.submit(command(nowMs))));

  expect(answers).toEqual([1, 2, 3]);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('a change that arrives when a commit was answered is in the next one', async () => {
  const { batches, committer } = recorded();

  const first = committer.submit(command(1)).then(() => committer.submit(command(2)));
  await Promise.all([first, committer.submit(command(3))]);

  expect(batches).toEqual([[1, 3], [2]]);
});

test('no commit takes more than its share, and none is left waiting', async () => {
  const { batches, committer } = recorded();
  const count = 2 * mostCommands + 1;

  await Promise.all(Array.from({ length: count }, (_, index) => committer.submit(command(index))));

  expect(batches.map((batch) => batch.length)).toEqual([mostCommands, mostCommands, 1]);
});

test('a failed change rejects alone', async () => {
  const failure = new Error('broken');
  const { committer } = recorded(({ nowMs }) => (nowMs === 2 ? { failure } : { value: nowMs }));

  const outcomes = await Promise.allSettled([1, 2, 3].map((nowMs) => committer.submit(command(nowMs))));

  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('closing waits for what was accepted and refuses what comes later', async () => {
  const { batches, committer } = recorded();
  const accepted = committer.submit(command(1));

  const closing = committer.close();

  await expect(committer.submit(command(2))).rejects.toThrow('closed');
  await closing;
  expect(await accepted).toBe(1);
  expect(batches).toEqual([[1]]);
});
