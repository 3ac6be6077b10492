/**
 * The test kit: starts a service in memory, in this process where it can run (Node 22.18) and as a child elsewhere, and
 * gives a test all that it needs of it.
 */
import { controlOf } from './control.ts';
import { launch } from './launch.ts';
import { clockOf, labOf, requestsOf } from './parts.ts';
import { checkedOptions } from './options.ts';
import { readFolder, type SeedFile } from './seed.ts';
import type { Sampan, SampanOptions, SeedOptions } from './sampan.ts';

export type {
  SampanOptions,
  Sampan,
  CosOptions,
  SeedOptions,
  CameRequest,
  RequestFilter,
  Requests,
  LabStatus,
  Lab,
  TestClock,
} from './sampan.ts';
export type { LabEffects, LabMatch, LabRule } from '../lab/rule.ts';

/**
 * Starts a service that keeps everything in memory, on a free port of this machine.
 *
 * @throws TypeError for options that make no sense.
 * @throws Error when the service cannot start, such as without a Node that can run it; the message says what to do.
 */
export async function startSampan(options: SampanOptions = {}): Promise<Sampan> {
  const { buckets, seed, link, clock: time, flags, mode, node } = checkedOptions(options);
  const seeded = seed === undefined ? [] : await readFolder(seed);
  const running = await launch({ buckets, flags, mode, node });
  const { url, credentials } = running;
  const control = controlOf(url, credentials);
  const clock = clockOf(control);
  const lab = labOf(control);
  const requests = requestsOf(control);
  const bucket = buckets[0]!;
  const put = (files: readonly SeedFile[], { bucket: into = bucket, prefix = '' }: SeedOptions) =>
    Promise.all(
      files.map(async ({ path, bytes }) => {
        await control.put(`/${into}/${prefix}${path}`, bytes);
        return prefix + path;
      }),
    );
  /** What the options want of a service without anything. */
  const begin = async (): Promise<void> => {
    await clock.set(time ?? Date.now());
    await put(seeded, {});
    if (link !== undefined) await lab.set(link);
    await requests.clear();
  };
  try {
    await begin();
  } catch (error) {
    await running.stop();
    throw error;
  }
  const { host } = new URL(url);
  return {
    ...{ url, region: 'ap-guangzhou', appId: '1250000000', bucket, buckets, credentials },
    ...{ requests, lab, clock },
    cosOptions: () => ({
      SecretId: credentials.secretId,
      SecretKey: credentials.secretKey,
      Domain: `${host}/{Bucket}`,
      ServiceDomain: host,
      Protocol: 'http:',
    }),
    async reset() {
      await lab.off();
      await control.send('DELETE', '/-/ephemeral');
      await begin();
    },
    seed: async (folder, where = {}) => put(await readFolder(folder), where),
    stop: () => running.stop(),
  };
}
