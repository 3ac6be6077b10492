/**
 * Holds 1,000 slow connections open to a service that may open 1,024 files, of each kind in turn, and prints what honest
 * requests beside them see. Ends with status 1 when one fails or takes longer than a second. Needs a POSIX shell.
 *
 *     npx node --conditions=@sampan/source test/scripts/slow-connections.ts [CONNECTIONS [FILES]]
 */
import { argv, exit, stdout } from 'node:process';
import { clientInNewBucket } from '../conformance/client.ts';
import { besideSlowOnes } from '../conformance/slow-connections.ts';
import { startService } from '../service.ts';

const connections = Number(argv[2] ?? 1000);
const openFiles = Number(argv[3] ?? 1024);
const seconds = 15;

const service = await startService({ name: 'slow-connections', openFiles });
const client = await clientInNewBucket(service);
let isHeld = false;
for (const crowd of [{ kind: 'head' }, { kind: 'silent' }, { kind: 'form', address: '127.0.0.2' }] as const) {
  const { answered, failures, slowestMs } = await besideSlowOnes(client, { ...crowd, connections, seconds });
  isHeld ||= failures.length > 0 || slowestMs > 1000;
  stdout.write(
    `${crowd.kind.padEnd(8)} ${answered} answered, ${failures.length} failed, slowest ${slowestMs.toFixed(0)} ms` +
      ` ${failures[0] ?? ''}\n`,
  );
}
await service.stop();
exit(isHeld ? 1 : 0);
