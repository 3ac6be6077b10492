/** Rule 7 on links that are slow, fast, or drop again and again; virtual time, so that hours take seconds. */
import { describe, expect, test } from 'vitest';
import { seeded, virtualClock } from '../../packages/sdk/src/testing/platform.ts';
import { serviceModel } from '../../packages/sdk/src/testing/service.ts';
import { uploadFile } from '../../packages/sdk/src/upload/upload-file.ts';
import type { UploadParams } from '../../packages/sdk/src/upload/uploader/uploader.ts';
import { contentOfBody, crc64OfFile, mib } from './content.ts';
import { device, start } from './device.ts';
import { link, type LinkOptions } from './link.ts';

const gib = 1024 * mib;
const target = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'big' } as const;

async function upload(size: number, options: Partial<LinkOptions>, more: Partial<UploadParams> = {}) {
  const clock = virtualClock();
  const service = serviceModel({ clock, contentOf: (body) => contentOfBody(body) });
  const on = device('one');
  on.files.set('big', { content: 7, size, modifiedMs: 1 });
  const way = link(clock, service, {
    bytesPerMs: 20_000,
    latencyMs: 20,
    dropEveryMs: Infinity,
    reportsProgress: true,
    ...options,
  });
  const world = {
    clock,
    service,
    weather: { faultRate: 0, kinds: [], latencyMs: 0, bytesPerMs: 1, reportsProgress: false },
    random: seeded(1),
    count: () => undefined,
    onPart: () => undefined,
    onArrival: () => undefined,
    way,
  };
  const { uploader } = start(world, on, {});
  const begunMs = clock.now();

  const data = await clock.run(uploadFile(uploader, { ...target, FilePath: 'big', ...more }), 24 * 3_600_000);

  return { data, tookMs: clock.now() - begunMs, way, service };
}

describe('a link of 20 MB/s that drops every 5 s', () => {
  test.each([true, false])(
    'carries 5 GiB with at most a twentieth of the bytes sent twice, as the result tells (host tells progress: %s)',
    async (reportsProgress) => {
      const { data } = await upload(5 * gib, { dropEveryMs: 5000, reportsProgress });

      expect(data.CRC64).toBe(crc64OfFile(7, 5 * gib));
      expect(data.resentBytes).toBe(data.sentBytes - 5 * gib);
      console.log(`${((100 * data.resentBytes) / (5 * gib)).toFixed(2)} % of the bytes were sent twice`);
      expect(data.resentBytes).toBeLessThanOrEqual(0.05 * 5 * gib);
    },
    120_000,
  );

  test('of which one connection gets a third is filled again after each break', async () => {
    const { data, tookMs } = await upload(2 * gib, { dropEveryMs: 5000, bytesPerMsEach: 6500 });

    expect(data.resentBytes).toBeLessThanOrEqual(0.05 * 2 * gib);
    expect(tookMs).toBeLessThan((2 * gib * 1.25) / 20_000);
  });
});

describe('a link that holds', () => {
  test('is used to at least nine tenths', async () => {
    const { tookMs } = await upload(gib, {});

    expect(tookMs).toBeLessThan(gib / 20_000 / 0.9);
  });

  test('of long latency is filled by more and larger parts', async () => {
    const { tookMs } = await upload(gib, { latencyMs: 1000, bytesPerMs: 5000 });

    expect(tookMs).toBeLessThan((gib / 5000) * 1.5);
  });

  test('never carries more parts at once than AsyncLimit', async () => {
    const { way } = await upload(200 * mib, { latencyMs: 500 }, { AsyncLimit: 2 });

    expect(way.mostOpen).toBeLessThanOrEqual(2);
  });

  test('never carries more than six parts where the caller sets no limit', async () => {
    const { way } = await upload(gib, { latencyMs: 500 });

    expect(way.mostOpen).toBeLessThanOrEqual(6);
  });
});

/** The links of people: what a link carries, and what its cuts cost. */
describe('a link of 20 Mbit/s with 50 ms each way', () => {
  const way = { bytesPerMs: 2500, latencyMs: 100 };
  const size = 64 * mib;
  const idealMs = size / way.bytesPerMs;

  test('is filled by an upload of 64 MiB', async () => {
    const { tookMs } = await upload(size, way);

    expect(idealMs / tookMs).toBeGreaterThan(0.95);
  });

  test.each([
    [8000, 0.91],
    [3000, 0.78],
  ])(
    'that is cut every %i ms carries %f of that, and loses little more than a part with each cut',
    async (dropEveryMs, share) => {
      const { data, tookMs } = await upload(size, { ...way, dropEveryMs });

      const cuts = Math.floor(tookMs / dropEveryMs);
      console.log(
        `cut every ${dropEveryMs} ms: ${(idealMs / tookMs).toFixed(3)} of the link, ${(data.resentBytes / mib / cuts).toFixed(2)} MiB a cut`,
      );
      expect(idealMs / tookMs).toBeGreaterThan(share);
      expect(data.resentBytes / cuts).toBeLessThanOrEqual(1.25 * mib);
    },
  );
});
