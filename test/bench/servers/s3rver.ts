/** s3rver with its own defaults, on a free port. */
import { argv } from 'node:process';
import { requirePeer } from '../peers.ts';

type S3rver = new (options: Readonly<Record<string, unknown>>) => {
  run(): Promise<{ readonly port: number }>;
};

const S3rver = requirePeer('s3rver') as S3rver;
const { port } = await new S3rver({
  address: '127.0.0.1',
  port: 0,
  directory: argv[2],
  silent: true,
  configureBuckets: [{ name: 'bench' }],
}).run();
console.log(`ready ${port}`);
