import { randomBytes } from 'node:crypto';
import { settleWith, wrongParameter } from './callbacks.ts';
import type { Callbacks } from './callbacks.ts';
import type { FileAccess } from './file-access.ts';
import type { FileContent } from './files.ts';
import { checkedUrl, listeners, outgoingHeaders, plainText, timeoutOf } from './request.ts';
import type { WebSettings } from './request.ts';
import { gate } from './version.ts';

/** wx.uploadFile: https://developers.weixin.qq.com/miniprogram/dev/api/network/upload/wx.uploadFile.html */

interface UploadOption extends Callbacks {
  readonly url: string;
  readonly filePath: string;
  readonly name: string;
  readonly header?: Record<string, unknown>;
  readonly formData?: Record<string, unknown>;
  readonly timeout?: number;
}

/** What wx.uploadFile needs beside the network. */
export interface UploadSettings extends WebSettings {
  readonly access: FileAccess;
  /** Largest file, in bytes. */
  readonly limitBytes: number;
  /** Adds the undocumented `header` to the result, which some clients have. */
  readonly legacyHeader: boolean;
}

const PIECE = 64 * 1024;

const TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  txt: 'text/plain',
};

/** Creates wx.uploadFile: always POST, always multipart/form-data, one file. */
export function uploadFileApi(settings: UploadSettings) {
  const { app, network, access } = settings;

  return (option: UploadOption): object => {
    const onHeaders = listeners(app);
    const onProgress = listeners(app);
    let abort = (): void => undefined;

    settleWith(app, 'uploadFile', option, (settle) => {
      const url = checkedUrl(settings, 'uploadFile', option.url);
      if ('reason' in url) {
        settle.fail(url);
        return;
      }
      for (const name of ['filePath', 'name'] as const) {
        if (typeof option[name] === 'string') continue;
        settle.fail(wrongParameter(name, 'String', option[name]));
        return;
      }
      const content = access.files.entries.get(option.filePath)?.content;
      if (!content) {
        settle.fail({ reason: ' file not found' });
        return;
      }
      if (content.size > settings.limitBytes) {
        // The limit is documented for the upload component; the wording is that of the download limit.
        settle.fail({ reason: ' exceed max file size' });
        return;
      }
      const boundary = `----simulated${randomBytes(12).toString('hex')}`;
      let percent = -1;
      const task = network.submit({
        api: 'uploadFile',
        url,
        method: 'POST',
        headers: {
          ...outgoingHeaders(option.header, settings.appId),
          'content-type': `multipart/form-data; boundary=${boundary}`,
        },
        timeoutMs: timeoutOf(option.timeout, settings.sdkVersion),
        followRedirects: true,
        body: () => multipart(boundary, option, content),
        sent(bytes, total) {
          const now = Math.floor((bytes / total) * 100);
          if (now === percent) return;
          percent = now;
          // Counts the whole body, not the file: the form fields are in it.
          onProgress.emit({ progress: now, totalBytesSent: bytes, totalBytesExpectedToSend: total });
        },
        headersReceived(statusCode, header, cookies) {
          onHeaders.emit({ statusCode, header, cookies });
        },
        done(answer) {
          settle.ok({
            data: new TextDecoder().decode(answer.body),
            statusCode: answer.statusCode,
            ...(settings.legacyHeader ? { header: answer.headers } : {}),
          });
        },
        failed: settle.fail,
      });
      abort = task.abort;
    });

    return gate('task', settings.sdkVersion, {
      abort: () => {
        abort();
      },
      onProgressUpdate: onProgress.on,
      offProgressUpdate: onProgress.off,
      onHeadersReceived: onHeaders.on,
      offHeadersReceived: onHeaders.off,
    });
  };
}

function multipart(boundary: string, option: UploadOption, content: FileContent) {
  const encoder = new TextEncoder();
  const fields = Object.entries(option.formData ?? {})
    .filter(([, value]) => value !== undefined && value !== null)
    .map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${plainText(value)}\r\n`,
    );
  const fileName = option.filePath.slice(option.filePath.lastIndexOf('/') + 1);
  const type = TYPES[fileName.slice(fileName.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  const disposition = `Content-Disposition: form-data; name="${option.name}"; filename="${fileName}"`;
  const head = encoder.encode(
    `${fields.join('')}--${boundary}\r\n${disposition}\r\nContent-Type: ${type}\r\n\r\n`,
  );
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  return {
    length: head.length + content.size + tail.length,
    *pieces() {
      yield head;
      for (let at = 0; at < content.size; at += PIECE)
        yield content.read(at, Math.min(PIECE, content.size - at));
      yield tail;
    },
  };
}
