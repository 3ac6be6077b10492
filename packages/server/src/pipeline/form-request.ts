/** A browser form as a request: its fields say what to do and who asks, and its file is the body. */
import { fault } from '@sampan/protocol';
import type { FormAllowance } from '../access/form-policy.ts';
import { refuseBadKey } from '../http/request-address.ts';
import { readForm, type Form } from '../body/form.ts';
import type { IncomingBody } from '../body/stream.ts';
import type { HttpRequest } from '../http/message.ts';

export interface FormRequest {
  /** Names in lower case; `key` with the file's name filled in. */
  readonly fields: Readonly<Record<string, string>>;
  readonly key: string;
  /** The file. Reading it to its end fails when the form after it, or its size, is not as it must be. */
  file(allowance: FormAllowance): IncomingBody;
}

/** Reads a form up to its file. */
export async function openForm(request: HttpRequest): Promise<FormRequest> {
  const form = await readForm(request.body, request.headers['content-type'] ?? '');
  const given = form.fields['key'];
  if (given === undefined || given === '')
    throw fault('InvalidArgument', { Message: 'The field key is missing.' });
  const key = given.replaceAll('${filename}', form.fileName);
  refuseBadKey(key);
  return { fields: { ...form.fields, key }, key, file: (allowance) => bounded(form, allowance) };
}

function bounded({ file, ended }: Form, { minBytes, maxBytes }: FormAllowance): IncomingBody {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let sizeBytes = 0;
    for await (const chunk of file) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw fault('EntityTooLarge');
      yield chunk;
    }
    // Nothing may be stored before the rest of the form is known to be in order.
    await ended;
    if (sizeBytes < minBytes) throw fault('EntityTooSmall');
  }
  return {
    sizeBytes: undefined,
    [Symbol.asyncIterator]: bytes,
    async all(limitBytes) {
      const chunks: Uint8Array[] = [];
      let sizeBytes = 0;
      for await (const chunk of bytes()) {
        sizeBytes += chunk.length;
        if (sizeBytes > limitBytes) throw fault('EntityTooLarge');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}
