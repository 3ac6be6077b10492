/** The thread that commits: started by `sqlite-thread.ts`, owns the only writing connection. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { mostCommands } from './committer.ts';
import { openConnection, type ConnectionOptions } from './sqlite-connection.ts';
import type { FromThread, ToThread } from './sqlite-thread.ts';

const port = parentPort;
if (!port) throw new Error('sqlite-worker runs as a thread');
const connection = openConnection(workerData as ConnectionOptions);
const send = (message: FromThread): void => port.postMessage(message);

port.on('message', (message: ToThread) => {
  for (let next: ToThread | undefined = message; next; next = received()) {
    if ('end' in next) {
      connection.close();
      port.close();
      return;
    }
    const batch = [...next.changes];
    let ended = false;
    while (batch.length < mostCommands) {
      const more = received();
      if (!more) break;
      if ('end' in more) {
        ended = true;
        break;
      }
      batch.push(...more.changes);
    }
    const replies = connection.commit(batch);
    send({
      replies: replies.map((reply, index) => ({ number: batch[index]?.number ?? 0, reply })),
    });
    if (ended) {
      connection.close();
      port.close();
      return;
    }
  }
});
send({ opened: true });

function received(): ToThread | undefined {
  return port ? (receiveMessageOnPort(port)?.message as ToThread | undefined) : undefined;
}
