/**
 * What a query finds in an object. The answer is a sequence of messages: lengths, headers, a payload. Source:
 * https://cloud.tencent.com/document/product/436/37641
 */
import { IntegrityError, selectObjectContent as row, ServiceError, utf8Decode } from '@sampan/protocol';
import { callRow } from './call.ts';
import { documentText, xml2json } from './document.ts';
import { resultOf, type Instance } from './instance.ts';
import { need, objectParam, type Params } from './params.ts';

/** Two lengths and their checksum in front, the checksum of the message behind. */
const preludeBytes = 12;
const closingBytes = 4;

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** Asks, and gives all records together: as bytes, or as text where objects are read as text. */
export async function selectObjectContent(
  instance: Instance,
  params: Params,
): Promise<Record<string, unknown>> {
  need(params, 'SelectType');
  const answer = await callRow(instance, row, params, {
    body: documentText(row, objectParam(params, 'SelectRequest')),
    responseType: 'bytes',
  });
  const { body, statusCode, headers } = answer;
  if (!(body instanceof Uint8Array)) return resultOf(answer, {});
  let length = 0;
  let Stats: unknown;
  let hasEnd = false;
  for (const { headers: about, payload } of messagesOf(body)) {
    const type = about[':event-type'];
    if (about[':message-type'] === 'error') {
      const { ':error-code': Code = 'UnknownError', ':error-message': Message = '' } = about;
      throw new ServiceError({ Code, Message }, statusCode, { headers });
    }
    if (type === 'Stats') Stats = xml2json(utf8Decode(payload))['Stats'];
    if (type === 'End') hasEnd = true;
    if (type !== 'Records') continue;
    // Over what has been read: the buffer is this call's own, and of the host's kind.
    body.copyWithin(
      length,
      payload.byteOffset - body.byteOffset,
      payload.byteOffset - body.byteOffset + payload.length,
    );
    length += payload.length;
  }
  if (!hasEnd) throw new IntegrityError('The records arrived incomplete', { headers, statusCode });
  const records = body.subarray(0, length);
  return resultOf(answer, {
    Payload: instance.objectBody === 'text' ? utf8Decode(records) : records,
    ...(Stats === undefined ? {} : { Stats }),
  });
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
      // A byte tells the type of the value, which is always text.
      const valueAt = nameEnd + 3;
      const valueEnd = valueAt + view.getUint16(nameEnd + 1);
      headers[utf8Decode(bytes.subarray(from + 1, nameEnd))] = utf8Decode(bytes.subarray(valueAt, valueEnd));
      from = valueEnd;
    }
    yield { headers, payload: bytes.subarray(payloadAt, payloadEnd) };
    at = end;
  }
}
