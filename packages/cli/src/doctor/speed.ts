/** Doctor's measurement of upload and download speed. */
import { randomBytes } from 'node:crypto';
import type { CosAddress } from '../words/address.ts';
import type { Connected } from '../connection/context.ts';
import { sizeText, speedText } from '../terminal/format.ts';
import { t } from '../terminal/messages.ts';
import { deleteVersions } from './bucket.ts';
import { attempt, type Finding } from './finding.ts';

/** Uploads an object, downloads it and deletes it. */
export async function* checkSpeed(
  connected: Connected,
  { bucket, key }: CosAddress,
  sizeBytes: number,
): AsyncGenerator<Finding> {
  const { cos, at, connection } = connected;
  const folder = key === '' || key.endsWith('/') ? key : `${key}/`;
  const to = { ...at(bucket), Key: `${folder}.sampan-doctor-speed-${randomBytes(6).toString('hex')}` };
  const content = randomBytes(sizeBytes);
  const measured = async (name: string, words: string, work: () => Promise<unknown>): Promise<Finding> => {
    const startedAtMs = performance.now();
    const finding = await attempt({ name, about: connection, fine: '', bad: words }, work);
    const speed = speedText(sizeBytes / Math.max(0.001, (performance.now() - startedAtMs) / 1000));
    return finding.isFine ? { ...finding, text: `${words}: ${speed} (${sizeText(sizeBytes)})` } : finding;
  };
  const up = await measured('speed:up', t`upload`, () => cos.uploadFile({ ...to, Body: content }));
  yield up;
  if (!up.isFine) return;
  yield await measured('speed:down', t`download`, async () => {
    for await (const _ of cos.getObjectStream(to));
  });
  // The permission to delete has a finding of its own.
  await cos.deleteObject(to).catch(() => undefined);
  await deleteVersions(connected, { bucket, key: to.Key });
}
