/**
 * Measures what clients that list without a pause leave to the others: the rate of small gets alone, and beside one
 * looping lister of each kind, in one thread of the service. Ends with status 1 when a kind leaves less than half.
 *
 *     npx node --conditions=@sampan/source test/scripts/fairness.ts [SECONDS]
 */
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { argv, exit, stdout } from 'node:process';
import { clientInNewBucket, type TestClient, type TestRequest } from '../conformance/client.ts';
import { startService } from '../service.ts';

const seconds = Number(argv[2] ?? 4);
const keys = 20_000;
const folders = 4000;
const getters = 4;

/** What the lister asks for, again and again. */
const kinds: Readonly<Record<string, TestRequest>> = {
  'a prefix with a delimiter': { query: { prefix: 'pp/', delimiter: '/' } },
  'many folders': { query: { prefix: 'folders/', delimiter: '/' } },
  'every object': { query: {} },
  'every version': { query: { versions: '' } },
  'uploads in progress': { query: { uploads: '' } },
};

const service = await startService({ name: 'fairness', flags: ['--threads', '1'] });
const client = await clientInNewBucket(service);
const names = Array.from({ length: keys }, (_, at) =>
  at % 2 === 0 ? `pp/${at}` : `folders/${at % folders}/${at}`,
);
await inParallel(names, (key) => client.put(key, 'x'));
await inParallel(names.slice(0, 1000), (key) => client.send({ method: 'POST', key, query: { uploads: '' } }));

await gets(1);
let isFair = true;
for (const [name, request] of Object.entries(kinds)) {
  // What else the machine does changes, so each kind is compared with what was there before and after it.
  const before = await gets(seconds / 2);
  const lister = looping(client, request);
  const beside = await gets(seconds);
  const pages = await lister.stop();
  const alone = (before + (await gets(seconds / 2))) / 2;
  isFair &&= beside >= alone / 2;
  stdout.write(
    `${name.padEnd(26)} gets ${beside.toFixed(0)} of ${alone.toFixed(0)} in a second (${((100 * beside) / alone).toFixed(0)} %), ` +
      `pages ${(pages / seconds).toFixed(0)}\n`,
  );
}
await service.stop();
exit(isFair ? 0 : 1);

/** The rate of gets of some clients, each of which asks again when it was answered. */
async function gets(forSeconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const endsAtMs = performance.now() + forSeconds * 1000;
  let answered = 0;
  const getter = async (): Promise<void> => {
    while (performance.now() < endsAtMs) {
      const { status } = await client.send({ key: names[answered % keys]!, agent });
      if (status !== 200) throw new Error(`GET answered ${status}`);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: getters }, getter));
  agent.destroy();
  return answered / forSeconds;
}

function looping(by: TestClient, request: TestRequest): { stop(): Promise<number> } {
  let isOver = false;
  let pages = 0;
  const loop = (async () => {
    while (!isOver) {
      await listed(by, request);
      pages += 1;
    }
  })();
  return {
    async stop() {
      isOver = true;
      await loop;
      return pages;
    },
  };
}

/** Takes a page and throws it away unread, so that what the lister itself does costs the getters little. */
function listed(by: TestClient, request: TestRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: service.port });
    socket.once('data', (head) => {
      if (!head.toString('latin1').startsWith('HTTP/1.1 200'))
        reject(new Error(`a listing was refused: ${head.toString('latin1')}`));
    });
    socket.on('data', () => undefined);
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.write(by.head11({ ...request, headers: { connection: 'close' } }));
  });
}

async function inParallel(all: readonly string[], work: (key: string) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < all.length) await work(all[next++]!);
  };
  await Promise.all(Array.from({ length: 64 }, worker));
}
