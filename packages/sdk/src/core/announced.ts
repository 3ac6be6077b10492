/** Compares the `ContentLength` of a caller with the bytes of its body, so that a truncated stream is not stored. */
import { UsageError } from '@sampan/protocol';
import type { SequentialSource, Source } from './platform.ts';

/** Reads `ContentLength`; undefined when it is not given. */
function announcedBytes(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const bytes = Number(value);
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new UsageError('param ContentLength should be a number of bytes');
  return bytes;
}

/** The source with the length that `ContentLength` says; throws a UsageError when the body has another one. */
export function asAnnounced(source: Source, contentLength: unknown): Source {
  const bytes = announcedBytes(contentLength);
  if (bytes === undefined || source.size === bytes) return source;
  if (source.size !== undefined) throw differs(source.size, bytes);
  return source.kind === 'sequential' ? counted(source, bytes) : source;
}

function counted(source: SequentialSource, size: number): SequentialSource {
  let given = 0;
  return {
    kind: 'sequential',
    size,
    async next(length) {
      const bytes = await source.next(length);
      given += bytes.byteLength;
      if (given > size || (bytes.byteLength < length && given < size)) throw differs(given, size);
      return bytes;
    },
    close: () => source.close(),
  };
}

function differs(given: number, announced: number): UsageError {
  return new UsageError(`Body gave ${given} bytes where ContentLength announced ${announced}`);
}
