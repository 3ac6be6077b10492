/**
 * Fills one bucket with 200,000 keys and another with 2,000 and prints what pages of each cost over HTTP, so that a
 * listing whose price grows with the bucket instead of the answer shows at once. Ends with status 1 when the median of
 * any kind of page is more than three times as dear in the large bucket.
 *
 *     npx node --conditions=@sampan/source test/scripts/listing.ts [KEYS]
 */
import { argv, exit, stdout } from 'node:process';
import { clientInNewBucket, type TestClient } from '../conformance/client.ts';
import { startService } from '../service.ts';

const keys = Number(argv[2] ?? 200_000);
const fewKeys = 2_000;
const keysInFolder = 100;
const inFlight = 64;
const rounds = 15;

/** Kinds of pages; every answer holds the same number of entries in both buckets. */
const pages: Readonly<Record<string, Record<string, string>>> = {
  'first page of 1,000': { 'max-keys': '1000' },
  'one folder by prefix': { prefix: 'folder-000007/', 'max-keys': '1000' },
  '20 folders by delimiter': { delimiter: '/', 'max-keys': '20' },
  'prefix and delimiter': { prefix: 'folder-00001', delimiter: '/', 'max-keys': '10' },
  'after a marker, by delimiter': { delimiter: '/', marker: 'folder-000009/', 'max-keys': '10' },
};

const service = await startService({ name: 'listing' });
const large = await clientInNewBucket(service);
const small = await clientInNewBucket(service);
await fill(small, fewKeys);
const startedMs = performance.now();
await fill(large, keys);
stdout.write(`${keys} keys put in ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`);

let isFlat = true;
for (const [name, query] of Object.entries(pages)) {
  const costs = { few: [] as number[], many: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const few = await timed(small, query);
    const many = await timed(large, query);
    // The first round warms both up.
    if (round === 0) continue;
    costs.few.push(few);
    costs.many.push(many);
  }
  const [few, many] = [median(costs.few), median(costs.many)];
  const ratio = many / few;
  isFlat &&= ratio <= 3;
  stdout.write(
    `${name.padEnd(30)} ${few.toFixed(1)} ms of ${fewKeys} keys, ${many.toFixed(1)} ms of ${keys} keys, ratio ${ratio.toFixed(2)}\n`,
  );
}
await service.stop();
exit(isFlat ? 0 : 1);

async function fill(client: TestClient, count: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const folder = String(Math.floor(number / keysInFolder)).padStart(6, '0');
      const key = `folder-${folder}/${String(number % keysInFolder).padStart(3, '0')}.txt`;
      const answer = await client.send({ method: 'PUT', key, body: 'x' });
      if (answer.status !== 200) throw new Error(`PUT answered ${answer.status}: ${answer.text}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function timed(client: TestClient, query: Record<string, string>): Promise<number> {
  const startedMs = performance.now();
  const answer = await client.send({ method: 'GET', query });
  const tookMs = performance.now() - startedMs;
  if (answer.status !== 200) throw new Error(`listing answered ${answer.status}: ${answer.text}`);
  return tookMs;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
