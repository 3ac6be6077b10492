/**
 * Decodes the response of SELECT Object Content, a sequence of messages of lengths, headers and a payload. Source:
 * https://cloud.tencent.com/document/product/436/37641
 */
import { IntegrityError, selectObjectContent as row, ServiceError, utf8Decode } from '@sampan/protocol';
import { isBytes } from '../core/body.ts';
import type { CosResponse } from '../client/client.ts';
import { notify } from '../core/notify.ts';
import { callRow } from './call.ts';
import { documentText, xml2json } from './document.ts';
import { resultOf, type Instance } from './instance.ts';
import { need, objectParam, type Params } from './params.ts';

/** Two lengths and their checksum in front, the checksum of the message behind. */
const preludeBytes = 12;
const closingBytes = 4;

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
  /** Where the next one begins. */
  readonly end: number;
}

/** Asks, and gives all records together: as bytes, or as text where objects are read as text. */
export async function selectObjectContent(
  instance: Instance,
  params: Params,
): Promise<Record<string, unknown>> {
  const response = await callRow(instance, row, params, { ...queryIn(params), responseType: 'bytes' });
  const { body } = response;
  if (!isBytes(body)) return resultOf(response, {});
  const reading = read(response, params);
  let length = 0;
  for (const message of messagesOf(body)) {
    const records = reading.take(message);
    if (!records) continue;
    // Over what has been read: the buffer is this call's own, and of the host's kind.
    const from = records.byteOffset - body.byteOffset;
    body.copyWithin(length, from, from + records.length);
    length += records.length;
  }
  const stats = reading.end();
  const found = body.subarray(0, length);
  const Payload = instance.objectBody === 'text' ? utf8Decode(found) : found;
  return resultOf(response, { Payload, ...stats });
}

/** The document that asks. */
export function queryIn(params: Params): { readonly body: string } {
  need(params, 'SelectType');
  return { body: documentText(row, objectParam(params, 'SelectRequest')) };
}

/** Reads the messages of one answer. */
export function read({ statusCode, headers }: CosResponse, { onProgress }: Params) {
  let stats: { readonly Stats?: unknown } = {};
  let hasEnd = false;
  return {
    /** Takes the next message; gives the records in it, if it holds any. */
    take({ headers: about, payload }: Message): Uint8Array | undefined {
      if (about[':message-type'] === 'error') {
        const { ':error-code': Code = 'UnknownError', ':error-message': Message = '' } = about;
        throw new ServiceError({ Code, Message }, statusCode, { headers });
      }
      const type = about[':event-type'];
      if (type === 'Records') return payload;
      if (type === 'End') hasEnd = true;
      const content =
        type === 'Stats' || type === 'Progress' ? xml2json(utf8Decode(payload))[type] : undefined;
      if (type === 'Stats') stats = { Stats: content };
      if (type === 'Progress') notify(onProgress as ((progress: unknown) => void) | undefined, content);
      return undefined;
    },
    /** The statistics beside the records, once all messages have arrived. */
    end() {
      if (!hasEnd) throw new IntegrityError('The records arrived incomplete', { headers, statusCode });
      return stats;
    },
  };
}

/** Messages one after the other; one that is cut off is left out. */
export function* messagesOf(bytes: Uint8Array): Generator<Message> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + preludeBytes <= bytes.length;) {
    const end = at + view.getUint32(at);
    const payloadAt = at + preludeBytes + view.getUint32(at + 4);
    const payloadEnd = end - closingBytes;
    if (end > bytes.length || payloadEnd < payloadAt) return;
    const headers: Record<string, string> = {};
    for (let from = at + preludeBytes; from < payloadAt;) {
      const nameEnd = from + 1 + view.getUint8(from);
      // One byte gives the type of the value, which is always text.
      const valueAt = nameEnd + 3;
      const valueEnd = valueAt + view.getUint16(nameEnd + 1);
      headers[utf8Decode(bytes.subarray(from + 1, nameEnd))] = utf8Decode(bytes.subarray(valueAt, valueEnd));
      from = valueEnd;
    }
    yield { headers, payload: bytes.subarray(payloadAt, payloadEnd), end };
    at = end;
  }
}
