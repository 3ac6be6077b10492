/** Uploads files by `wx.uploadFile`, which reads them itself; for entries that send forms. */
import type { IncomingResponse, OutgoingForm } from '../../core/platform.ts';
import type { MiniHost } from './host.ts';
import { headersFor, lowerCase, settled, timeoutFor } from './request.ts';

/** Makes the platform's `sendForm`. Headers of the answer come by `onHeadersReceived`, since base library 2.1.0. */
export function createSendForm(host: MiniHost) {
  return (form: OutgoingForm): Promise<IncomingResponse> => {
    const header = headersFor(form.headers);
    // The form has a type of its own, with the boundary that the host chooses.
    delete header['content-type'];
    let headers: Record<string, string> = {};
    return settled({ ...form, method: 'POST', list: 'uploadFile' }, (resolve, fail) => {
      const task = host.uploadFile?.({
        url: form.url,
        filePath: form.file.FilePath as string,
        name: 'file',
        header,
        formData: { ...form.fields },
        timeout: timeoutFor(form.timeoutMs, 10 * 1024 * 1024),
        success(answer) {
          // Quirk: some clients also give the headers here, which no documentation says.
          if (answer.header) headers = { ...headers, ...lowerCase(answer.header) };
          resolve({
            status: answer.statusCode,
            headers,
            body: typeof answer.data === 'string' ? answer.data : '',
          });
        },
        fail,
      });
      task?.onHeadersReceived?.((answer) => {
        headers = { ...lowerCase(answer.header), ...headers };
      });
      task?.onProgressUpdate?.(({ totalBytesSent, totalBytesExpectedToSend }) =>
        form.onUploadProgress?.(totalBytesSent, totalBytesExpectedToSend),
      );
      return task;
    });
  };
}
