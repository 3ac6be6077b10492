/** Methods that return a stream synchronously, for hosts with streams; a later failure is the stream's error. */
import { getObject, IntegrityError, selectObjectContent as select, UsageError } from '@sampan/protocol';
import type { CosResponse } from '../client/client.ts';
import type { HostStream, Passage } from '../core/platform.ts';
import { callRow } from './call.ts';
import { eTagOf, resultOf, type Instance, type StreamWork } from './instance.ts';
import type { ByMethod } from './method-name.ts';
import { refuseRootKey, verifyReceived } from './object.ts';
import { messagesOf, queryIn, read, type Message } from './select.ts';
import { meterOf } from './progress-meter.ts';

/** A message that is longer has lost its way: the service cuts records into messages of about a megabyte. */
const mostMessageBytes = 16 * 1024 * 1024;

/** The methods by name. */
export const streams: ByMethod<StreamWork> = {
  /** The bytes of an object. */
  getObjectStream(instance, params) {
    refuseRootKey(instance, params);
    const meter = meterOf(instance, params);
    const responding = callRow(instance, getObject, params, { responseType: 'stream' }).then((response) => {
      meter.expect(Number(response.headers['content-length'] ?? 0));
      return response;
    });
    const { stream, passed } = open(instance, responding, {
      onBytes: (count) => meter.reach(count),
      async atEnd({ crc64 }) {
        verifyReceived(await responding, crc64);
      },
    });
    const outcome = async (): Promise<Record<string, unknown>> => {
      try {
        await passed;
        const response = await responding;
        if (response.statusCode === 304) return { NotModified: true, statusCode: 304 };
        meter.finish();
        return resultOf(response, eTagOf(response));
      } finally {
        meter.stop();
      }
    };
    return { stream, outcome: outcome() };
  },

  /** What a query finds in an object: the records alone, or with the `DataType` `raw` the answer as it came. */
  selectObjectContentStream(instance, params) {
    const responding = callRow(instance, select, params, { ...queryIn(params), responseType: 'stream' });
    let stats: object = {};
    const records = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      const reading = read(await responding, params);
      for await (const message of messagesIn(pieces)) {
        const found = reading.take(message);
        if (found) yield found;
      }
      stats = reading.end();
    };
    const { stream, passed } = open(instance, responding, {
      onBytes: () => undefined,
      ...(params['DataType'] === 'raw' ? {} : { through: records }),
    });
    return { stream, outcome: passed.then(async () => resultOf(await responding, { ...stats })) };
  },
};

function open({ platform }: Instance, responding: Promise<CosResponse>, passage: Passage) {
  if (!platform.streamOf) throw new UsageError(`streams are not supported on ${platform.name}`);
  const { hostStream, passed } = platform.streamOf(responding.then(streamIn), passage);
  return { stream: hostStream, passed };
}

/** The stream of an answer; one that says "not modified" has none. */
function streamIn({ body, statusCode }: CosResponse): HostStream | undefined {
  if (typeof body === 'object' && 'hostStream' in body) return body;
  if (statusCode === 304) return undefined;
  throw new UsageError('the host gave no stream');
}

/** Messages as they become whole. */
async function* messagesIn(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Message> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of pieces) {
    rest = joined(rest, piece);
    let taken = 0;
    for (const message of messagesOf(rest)) {
      yield message;
      taken = message.end;
    }
    rest = rest.subarray(taken);
    if (rest.length >= 4 && lengthAt(rest) > mostMessageBytes)
      throw new IntegrityError('The answer has a message without an end');
  }
}

function lengthAt({ buffer, byteOffset }: Uint8Array): number {
  return new DataView(buffer, byteOffset).getUint32(0);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
