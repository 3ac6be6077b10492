/** Sends a file by the host's form uploader, such as `wx.uploadFile`, which writes the request body itself. */
import { TransportError, UsageError } from '@sampan/protocol';
import { judge, type Judged } from './response.ts';
import type { ReadyForm } from './client.ts';
import { guarded } from './send-request.ts';
import { isBytes } from '../core/body.ts';
import type { Settings } from '../core/options.ts';
import type { OutgoingForm, Platform } from '../core/platform.ts';

/** Sends a form. The host counts the bytes of the whole form; progress reports the file's share of them. */
export async function sendForm(
  platform: Platform,
  settings: Settings,
  { call, address, fields, headers }: ReadyForm,
): Promise<Judged> {
  const file = call.body;
  if (typeof file !== 'object' || isBytes(file)) throw new UsageError('missing param FilePath');
  const size = file.size ?? 0;
  const token = headers['x-cos-security-token'];
  const form: OutgoingForm = {
    url: `${address.protocol}//${address.host}${address.path}`,
    headers,
    fields: {
      ...fields,
      Signature: headers['authorization'] ?? '',
      ...(token === undefined ? {} : { 'x-cos-security-token': token }),
    },
    file: file.hostBody as OutgoingForm['file'],
    timeoutMs: call.timeoutMs ?? settings.Timeout,
    signal: call.signal,
  };
  const response = await guarded(platform, form, size, (signal, progressed) => {
    if (!platform.sendForm) return Promise.reject(new TransportError(`${platform.name} cannot send forms`));
    return platform.sendForm({
      ...form,
      signal,
      onUploadProgress(sent, total) {
        progressed();
        call.onUploadProgress?.(Math.max(0, sent - Math.max(0, total - size)));
      },
    });
  });
  return judge(call.operation, { ...form, method: 'POST' }, response, platform.hidesHeaders);
}
