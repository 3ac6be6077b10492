/**
 * Uploads a file over a link of 20 MB/s that breaks every 5 s (each 100 MB), and prints how much was sent twice. Ends
 * with status 1 when it was more than a twentieth, or the object is not the file. Needs twice the size on disk.
 *
 *     npx node --conditions=@sampan/source test/scripts/flaky-link.ts [MIB] [MEGABYTES-A-SECOND]
 */
import { argv, exit } from 'node:process';
import { flakyUpload } from '../findings/flaky-upload.ts';

const mebibytes = Number(argv[2] ?? 5120);
const megabytesPerSecond = Number(argv[3] ?? 20);

const done = await flakyUpload(mebibytes, {
  bytesPerSecond: megabytesPerSecond * 1e6,
  dropEveryBytes: 100e6,
});
const twice = done.resentBytes / (mebibytes * 1_048_576);
console.log(
  [
    `${mebibytes} MiB at ${megabytesPerSecond} MB/s in ${done.seconds.toFixed(0)} s, ${done.drops} breaks`,
    `the result tells ${done.sentBytes} bytes sent, ${done.resentBytes} twice: ${(100 * twice).toFixed(2)} %`,
    `${done.carriedBytes} bytes crossed the link; ${done.left} unfinished uploads left`,
    done.isSame ? 'the object is the file' : 'THE OBJECT IS NOT THE FILE',
  ].join('\n'),
);
exit(done.isSame && done.left === 0 && twice <= 0.05 ? 0 : 1);
