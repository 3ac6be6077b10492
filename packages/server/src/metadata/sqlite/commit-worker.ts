/**
 * The thread that commits: started by `commit-thread.ts`, owns the only writing connection. Changes that have arrived on all of
 * its ports by the time a commit ended is the next batch.
 */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { mostCommands } from './group-committer.ts';
import { inlineSize, type Changes } from './remote-committer.ts';
import { commitCounter } from './commit-counter.ts';
import { openConnection, type Reply } from './connection.ts';
import type { CommitThreadOptions, CommitThreadMessage } from './commit-thread.ts';
import { startCheckpointer } from './checkpoint.ts';

/** A larger cache makes commits slower: SQLite looks through all of its places after most of them. */
const cacheKiB = 8 * 1024;
/** Pages of log from which on what a run left is written back here. */
const finishPages = 4000;
/** Far more than is ever reached while `checkpoint.ts` does its work. */
const longestLogPages = 16_000;
const pageBytes = 4096;

/** One message, and whom to answer. */
interface Arrived {
  readonly port: MessagePort;
  readonly changes: Changes;
}

if (!parentPort) throw new Error('commit-worker runs as a thread');
const control = parentPort;
const { path, durability, progress } = workerData as CommitThreadOptions;
const connection = openConnection({
  path,
  durability,
  progress: commitCounter(progress),
  cacheKiB,
  longestLogPages,
});
const log = startCheckpointer(path, (logPages) => {
  // When those who read never all were away at the right moment, they are waited for.
  if (logPages >= finishPages) connection.checkpoint(logPages >= 2 * finishPages);
});
const ports = new Set<MessagePort>();

control.on('message', obey);
control.postMessage('open');

function obey(message: CommitThreadMessage): void {
  if ('end' in message) void end();
  else serve(message.serve);
}

function serve(port: MessagePort): void {
  ports.add(port);
  port.on('close', () => ports.delete(port));
  port.on('message', (changes: Changes) => {
    for (let batch = gather([{ port, changes }]); batch.length > 0; batch = gather([])) {
      commit(batch);
      // A port that never runs dry must not keep others from being served.
      const note = receiveMessageOnPort(control);
      if (note) obey(note.message as CommitThreadMessage);
    }
  });
}

/** Adds a message of each port in turn, until nothing is left or a commit is full. */
function gather(batch: Arrived[]): readonly Arrived[] {
  let commands = batch.reduce((sum, { changes }) => sum + changes.length, 0);
  for (let dry = false; !dry && commands < mostCommands;) {
    dry = true;
    for (const port of ports) {
      const received = receiveMessageOnPort(port);
      if (!received) continue;
      const changes = received.message as Changes;
      batch.push({ port, changes });
      commands += changes.length;
      dry = false;
    }
  }
  return batch;
}

function commit(batch: readonly Arrived[]): void {
  const commands = batch.flatMap(({ changes }) => changes);
  const replies = connection.commit(commands);
  const answers = new Map<MessagePort, Reply[]>();
  let at = 0;
  for (const { port, changes } of batch) {
    const answer = answers.get(port) ?? [];
    answer.push(...replies.slice(at, (at += changes.length)));
    answers.set(port, answer);
  }
  for (const [port, answer] of answers) port.postMessage(answer);
  log.committed(commands.reduce((pages, command) => pages + 1 + inlineSize(command) / pageBytes, 0));
}

async function end(): Promise<void> {
  await log.close();
  for (let batch = gather([]); batch.length > 0; batch = gather([])) commit(batch);
  connection.close();
  for (const port of ports) port.close();
  ports.clear();
  control.close();
}
