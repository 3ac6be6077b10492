import { describe, expect, test } from 'vitest';
import type { IncomingResponse } from '../../core/platform.ts';
import { later, refuse, type FakeFile } from '../../testing/platform.ts';
import {
  crc64Of,
  fileParams,
  kindOf,
  mib,
  partNumberOf,
  rig,
  sampleBytes,
  type Rig,
} from '../../testing/rig.ts';
import { uploadFile } from '../upload-file.ts';

const bytes = sampleBytes(6 * mib);
const file: FakeFile = { bytes, modifiedMs: 1 };
const params = fileParams({ ChunkSize: mib, AsyncLimit: 1 });

/** A device without records, and a service that holds three of six parts of an upload that stopped so long ago. */
async function forgotten(idleMs: number, latencyMs = 0): Promise<Rig> {
  const first = rig({
    files: { '/a.bin': file },
    between: (request) =>
      kindOf(request) === 'part' && partNumberOf(request) > 3 ? refuse(403, 'AccessDenied') : undefined,
  });
  await first.outcome(uploadFile(first.uploader, params));
  await first.clock.advance(idleMs);
  const { service, clock } = first;
  return rig({
    files: { '/a.bin': file },
    service,
    clock,
    seed: 2,
    latencyMs,
    options: { DiscoverUploads: true },
  });
}

describe('an upload that is found', () => {
  // Before the first has claimed it, at that moment, and while it waits.
  test.each([0, 5, 30, 45, 60, 4000, 9000])(
    'two devices that look %i ms after each other never share an upload',
    async (laterMs) => {
      const first = await forgotten(25 * 3_600_000, 15);
      const second = rig({
        files: { '/a.bin': file },
        service: first.service,
        clock: first.clock,
        seed: 3,
        latencyMs: 15,
        options: { DiscoverUploads: true },
      });

      const work = [
        uploadFile(first.uploader, params),
        new Promise<void>((resolve) => void first.clock.setTimer(resolve, laterMs)).then(() =>
          uploadFile(second.uploader, params),
        ),
      ];
      const [a, b] = await first.clock.run(Promise.all(work));

      expect(a?.UploadId).not.toBe(b?.UploadId);
      expect([a, b].filter((data) => data?.UploadId === 'upload-1')).toHaveLength(1);
      for (const data of [a, b]) expect(data?.CRC64).toBe(crc64Of(bytes));
    },
  );

  test('a claim that came too late takes nothing', async () => {
    let delayMs = 11_000;
    const it = await forgotten(25 * 3_600_000);
    const slow = rig({
      files: { '/a.bin': file },
      service: it.service,
      clock: it.clock,
      options: { DiscoverUploads: true },
      between(request, answer) {
        if (partNumberOf(request) !== 10_000) return undefined;
        const late = later(it.clock, delayMs, answer() as IncomingResponse);
        delayMs = 0;
        return late;
      },
    });

    const { data } = await slow.outcome(uploadFile(slow.uploader, params));

    expect(data?.UploadId).toBe('upload-2');
  });
});
