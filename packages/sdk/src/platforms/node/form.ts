/** Sends a file by a multipart/form-data POST: the fields first, the file last, streamed from disk. */
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type {
  IncomingResponse,
  OutgoingForm,
  OutgoingRequest,
  RangedSource,
  Source,
  SourceInput,
} from '../../core/platform.ts';
import { bodyOf, type NodeBody } from './body.ts';

type Send = (request: OutgoingRequest) => Promise<IncomingResponse>;
type Open = (input: SourceInput) => Promise<Source>;

/** Makes the platform's `sendForm` over its `send`. */
export function createSendForm(send: Send, open: Open) {
  return async (form: OutgoingForm): Promise<IncomingResponse> => {
    const source = await open({ FilePath: form.file.FilePath });
    if (source.kind !== 'ranged') throw new Error('a path always opens as a file');
    const boundary = `sampan-${randomBytes(16).toString('hex')}`;
    const head = Buffer.from(fieldsText(form, boundary));
    const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
    const size = head.length + source.size + tail.length;
    const hostBody: NodeBody = { pieces: () => pieces(head, source, tail) };
    try {
      return await send({
        method: 'POST',
        url: form.url,
        headers: { ...form.headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
        body: { hostBody, size, repeatable: true },
        responseType: 'text',
        timeoutMs: form.timeoutMs,
        signal: form.signal,
        onUploadProgress: (sent) => form.onUploadProgress?.(sent, size),
      });
    } finally {
      await source.close();
    }
  };
}

async function* pieces(head: Buffer, source: RangedSource, tail: Buffer): AsyncGenerator<Uint8Array> {
  yield head;
  yield* (bodyOf(source).hostBody as NodeBody).pieces();
  yield tail;
}

function fieldsText(form: OutgoingForm, boundary: string): string {
  const fields = Object.entries(form.fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const name = quoted(basename(String(form.file.FilePath)));
  return (
    `${fields.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n'
  );
}

/** As browsers write names. Source: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html */
function quoted(name: string): string {
  return name.replace(/"/g, '%22').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
