/** Measures, where there is no compiler, how long each stretch of a part's checksums holds the thread. */
import { digestInSlices } from '../../packages/sdk/src/platforms/slices.ts';

/** This thread's own time in ms: on a busy machine the clock on the wall also counts the work of others. */
function ownMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Lengths of the stretches in ms, for 2 MiB with CRC-64 and MD5. */
export async function measure(): Promise<number[]> {
  const part = new Uint8Array(2 * 1024 * 1024);
  const stretchesMs: number[] = [];
  let begunMs = ownMs();
  const pace = {
    now: ownMs,
    async rest() {
      stretchesMs.push(ownMs() - begunMs);
      await new Promise((resolve) => void setTimeout(resolve, 0));
      begunMs = ownMs();
    },
  };
  // Tables are made at the first use.
  await digestInSlices(pace, part.subarray(0, 1024), { md5: true });
  begunMs = ownMs();
  await digestInSlices(pace, part, { md5: true });
  return stretchesMs;
}

export { measure as default };
