/**
 * One upload by one client: a process that loads the client, says that it is ready, does the work when it is told to,
 * and says how long it took and what it used.
 */
import { argv } from 'node:process';
import { clients, type ClientName, type Job } from './clients.ts';
import { peakOf } from './contender.ts';

/** What a client says afterwards. */
export interface JobResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly failure?: string;
}

const client = clients[argv[2] as ClientName];
const job = JSON.parse(argv[3]!) as Job;
const work = await client(job);
process.once('message', () => {
  void run().then((result) => {
    process.send?.(result);
    process.disconnect();
    process.exit(0);
  });
});
console.log('ready client');

async function run(): Promise<JobResult> {
  const before = process.cpuUsage();
  const beganAt = performance.now();
  let failure: string | undefined;
  try {
    await work();
  } catch (error) {
    failure = error instanceof Error ? error.message : JSON.stringify(error);
  }
  const seconds = (performance.now() - beganAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: peakOf('self'),
    ...(failure === undefined ? {} : { failure }),
  };
}
