/** What hosts with files and streams do with an object: their entries bring it to the class. */
import { getObject, IntegrityError, UsageError } from '@sampan/protocol';
import { callRow } from './call.ts';
import { downloadFile } from './download.ts';
import type { HostFiles } from './instance.ts';
import { refuseRootKey } from './object.ts';

export const hostFiles: HostFiles = {
  downloadFile,
  objectStream(instance, params) {
    const { platform } = instance;
    if (!platform.streamOf) throw new UsageError(`getObjectStream is not supported on ${platform.name}`);
    refuseRootKey(instance, params);
    const pending = callRow(instance, getObject, params, { responseType: 'stream' }).then(({ body }) => {
      if (typeof body === 'object' && 'hostStream' in body) return body;
      throw new UsageError('the host gave no stream');
    });
    return platform.streamOf(pending).hostStream;
  },
  async saveObject({ platform }, { body, headers }, output, told) {
    if (!platform.save || typeof body !== 'object' || !('hostStream' in body))
      throw new UsageError(`Output is not supported on ${platform.name}`);
    const length = Number(headers['content-length']);
    if (Number.isFinite(length)) told.expect(length);
    const { size, crc64 } = await platform.save(body, output, (count) => told.reach(count));
    if (Number.isFinite(length) && size !== length) throw new IntegrityError('The object arrived incomplete');
    return crc64;
  },
};
