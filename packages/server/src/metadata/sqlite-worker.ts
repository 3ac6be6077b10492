/**
 * The thread that commits: started by `sqlite-thread.ts`, owns the only writing connection. Whatever has arrived on all of
 * its ports by the time a commit ended is the next batch.
 */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { mostCommands } from './committer.ts';
import type { Changes } from './port-committer.ts';
import { progressIn } from './progress.ts';
import { openConnection, type Reply } from './sqlite-connection.ts';
import type { ThreadOptions, ToThread } from './sqlite-thread.ts';

/** One message, and whom to answer. */
interface Arrived {
  readonly port: MessagePort;
  readonly changes: Changes;
}

if (!parentPort) throw new Error('sqlite-worker runs as a thread');
const control = parentPort;
const { path, durability, progress } = workerData as ThreadOptions;
const connection = openConnection({ path, durability, progress: progressIn(progress) });
const ports = new Set<MessagePort>();

control.on('message', obey);
control.postMessage('open');

function obey(message: ToThread): void {
  if ('end' in message) end();
  else serve(message.serve);
}

function serve(port: MessagePort): void {
  ports.add(port);
  port.on('close', () => ports.delete(port));
  port.on('message', (changes: Changes) => {
    for (let batch = gather([{ port, changes }]); batch.length > 0; batch = gather([])) {
      commit(batch);
      // A port that never runs dry must not keep others from being served.
      const told = receiveMessageOnPort(control);
      if (told) obey(told.message as ToThread);
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
  const replies = connection.commit(batch.flatMap(({ changes }) => changes));
  const answers = new Map<MessagePort, Reply[]>();
  let at = 0;
  for (const { port, changes } of batch) {
    const answer = answers.get(port) ?? [];
    answer.push(...replies.slice(at, (at += changes.length)));
    answers.set(port, answer);
  }
  for (const [port, answer] of answers) port.postMessage(answer);
}

function end(): void {
  for (let batch = gather([]); batch.length > 0; batch = gather([])) commit(batch);
  connection.close();
  for (const port of ports) port.close();
  ports.clear();
  control.close();
}
