/**
 * Reads a multipart/form-data body whose last field is a file. The fields before the file are gathered, the file itself
 * is handed on as a stream: it is never held in memory.
 */
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { fault } from '@sampan/protocol';
import type { IncomingBody } from './stream.ts';

export interface Form {
  /** Fields that came before the file; names in lower case, the first of a name counts. */
  readonly fields: Readonly<Record<string, string>>;
  /** Name that the sender gave to the file, without folders; may be empty. */
  readonly fileName: string;
  /** The bytes of the file. Must be read to its end before `ended` settles. */
  readonly file: IncomingBody;
  /** Resolves when the body ended well after the file; rejects with what was wrong with it. */
  readonly ended: Promise<void>;
}

// A policy is the longest field that is meant to be there.
const limits = {
  fieldSize: 64 * 1024,
  fieldNameSize: 256,
  fields: 200,
  files: 1,
  parts: 210,
  headerPairs: 32,
};
/** All fields before the file together. */
const maxHeadBytes = 1024 * 1024;
// The parser takes up all that it is given at a stroke; what is refused half way must not cost the rest.
const pieceBytes = 16 * 1024;

const tooLongHead = `The fields before the file have more than ${maxHeadBytes} bytes.`;

/**
 * Reads up to the file and gives the form. Throws `MalformedPOSTRequest` for what is no such form and
 * `IncorrectNumberOfFilesInPostRequest` when it has no file. Fields after the file are passed over: browsers send the
 * submit button there.
 */
export function readForm(body: AsyncIterable<Uint8Array>, contentType: string): Promise<Form> {
  const parser = parserFor(contentType);
  return new Promise((resolve, reject) => {
    // Names are the sender's, and an object has some of them already.
    const fields = new Map<string, string>();
    const ended = new Ending();
    let file: BusboyFileStream | undefined;
    let failure: Error | undefined;
    let wake: () => void = () => undefined;

    const fail = (error: unknown) => {
      if (failure !== undefined) return;
      failure = error instanceof Error ? error : fault('MalformedPOSTRequest', {}, { cause: error });
      reject(failure);
      ended.reject(failure);
      file?.destroy(failure);
      wake();
    };
    parser.on('field', (name: string, value: string, nameTruncated: boolean, valueTruncated: boolean) => {
      if (nameTruncated || valueTruncated)
        fail(fault('MalformedPOSTRequest', { Message: 'A field is too long.' }));
      else if (!file && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value);
    });
    parser.on('file', (_name: string, stream: BusboyFileStream, fileName: string | undefined) => {
      file = stream;
      // Without a listener a failure would end the process; readers of the stream see it on their own.
      stream.on('error', () => undefined);
      stream.on('close', () => stream.readableEnded || fail(new Error('the file was not read to its end')));
      const bytes = fileBytes(stream, () => failure);
      resolve({
        fields: Object.fromEntries(fields),
        fileName: fileName ?? '',
        file: incoming(bytes),
        ended: ended.promise,
      });
    });
    parser.on('filesLimit', () => fail(fault('IncorrectNumberOfFilesInPostRequest')));
    parser.on('fieldsLimit', () =>
      fail(fault('MalformedPOSTRequest', { Message: 'There are too many fields.' })),
    );
    parser.on('partsLimit', () =>
      fail(fault('MalformedPOSTRequest', { Message: 'There are too many parts.' })),
    );
    parser.on('error', () => fail(fault('MalformedPOSTRequest')));
    parser.on('finish', () => (file ? ended.resolve() : fail(fault('IncorrectNumberOfFilesInPostRequest'))));
    parser.on('drain', () => wake());

    const pump = async () => {
      let headBytes = 0;
      for await (const chunk of body)
        for (let at = 0; at < chunk.length; at += pieceBytes) {
          if (failure !== undefined) return;
          const piece = file ? chunk.subarray(at) : chunk.subarray(at, at + pieceBytes);
          if (!file && (headBytes += piece.length) > maxHeadBytes + pieceBytes) {
            fail(fault('MalformedPOSTRequest', { Message: tooLongHead }));
            return;
          }
          if (!parser.write(piece)) await new Promise<void>((resume) => (wake = resume));
          if (piece.length > pieceBytes) break;
        }
      if (failure === undefined) parser.end();
    };
    pump().catch(fail);
  });
}

function parserFor(contentType: string): BusboyInstance {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) throw fault('MalformedPOSTRequest');
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits,
      isPartAFile: (name, _type, fileName) => name?.toLowerCase() === 'file' || fileName !== undefined,
    });
  } catch (cause) {
    throw fault('MalformedPOSTRequest', {}, { cause });
  }
}

async function* fileBytes(
  stream: BusboyFileStream,
  failure: () => Error | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (cause) {
    throw failure() ?? fault('MalformedPOSTRequest', {}, { cause });
  }
}

function incoming(bytes: AsyncGenerator<Uint8Array>): IncomingBody {
  return {
    sizeBytes: undefined,
    [Symbol.asyncIterator]: () => bytes,
    async all(limitBytes) {
      const chunks: Uint8Array[] = [];
      let sizeBytes = 0;
      for await (const chunk of bytes) {
        sizeBytes += chunk.length;
        if (sizeBytes > limitBytes) throw fault('EntityTooLarge');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}

/** A promise that others settle. A rejection without a handler yet must not end the process. */
class Ending {
  readonly promise: Promise<void>;
  resolve: () => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.promise.catch(() => undefined);
  }
}
