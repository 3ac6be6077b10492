/** Object methods that need files or streams; only the entries of hosts that have them add these to the class. */
import { IntegrityError, UsageError } from '@sampan/protocol';
import { downloadFile } from './download.ts';
import type { HostFiles } from './instance.ts';

export const hostFiles: HostFiles = {
  downloadFile,
  async saveObject({ platform }, { body, headers }, output, meter) {
    if (!platform.save || typeof body !== 'object' || !('hostStream' in body))
      throw new UsageError(`Output is not supported on ${platform.name}`);
    const length = Number(headers['content-length']);
    if (Number.isFinite(length)) meter.expect(length);
    const { size, crc64 } = await platform.save(body, output, (count) => meter.reach(count));
    if (Number.isFinite(length) && size !== length) throw new IntegrityError('The object arrived incomplete');
    return crc64;
  },
};
