/** Sizes and counts of parts: the limits of COS, and the defaults that this SDK chooses within them. */
import { maxMultipartObjectBytes, maxPartBytes, minPartBytes, UsageError } from '@sampan/protocol';

export const mib = 1_048_576;
/** Parts grow up to this on a fast link. */
const grownPartBytes = 8 * mib;
/** Bytes of one file in flight, and so in memory; one part always is, however large it must be. */
const flyingBytes = 24 * mib;
/** Most parts in flight where the caller sets no limit. */
const mostParallel = 6;
/** As the official SDKs: no caller gets more. */
const mostAsyncLimit = 256;

/** Between what the pace may move. */
export interface PaceBounds {
  readonly maxParallel: number;
  readonly startPartBytes: number;
  readonly minPartBytes: number;
  readonly maxPartBytes: number;
  /** Most bytes in flight, which are the bytes held in memory. */
  readonly maxBytes: number;
}

/** What the caller says of parts. */
export interface PartWishes {
  /** Most parts in flight. */
  readonly parallel: number | undefined;
  /** Exact. */
  readonly chunkBytes: number | undefined;
  /** At most. */
  readonly sliceBytes: number | undefined;
  /** The instance's own, exact. */
  readonly standardBytes: number | undefined;
}

/** The bounds of the pace: limits that the caller gives are upper bounds, and a chunk size is exact. */
export function boundsOf(wishes: PartWishes, maxRequests: number): PaceBounds {
  const { parallel = mostParallel, chunkBytes, sliceBytes, standardBytes } = wishes;
  const maxParallel = Math.max(1, Math.min(Math.floor(parallel), mostAsyncLimit, maxRequests));
  const wanted = chunkBytes ?? sliceBytes ?? standardBytes;
  if (wanted === undefined)
    return {
      maxParallel,
      startPartBytes: minPartBytes,
      minPartBytes,
      maxPartBytes: grownPartBytes,
      maxBytes: flyingBytes,
    };
  const bytes = Math.max(minPartBytes, Math.floor(wanted));
  const isExact = chunkBytes !== undefined || sliceBytes === undefined;
  return {
    maxParallel,
    startPartBytes: bytes,
    minPartBytes: isExact ? bytes : minPartBytes,
    maxPartBytes: bytes,
    maxBytes: Infinity,
  };
}

/** Refuses sizes that no upload in parts can have. `maxParts` is the most parts of an object. */
export function checkSize(size: number, maxParts: number): void {
  if (size > Math.min(maxMultipartObjectBytes, maxParts * maxPartBytes))
    throw new UsageError(`The file has ${size} bytes; an object may have ${maxMultipartObjectBytes}`, {
      code: 'EntityTooLarge',
    });
}

/**
 * The least size of the parts from `cut` on, with which the rest of a file still fits into `maxParts` parts: whole
 * MiB. Of a file without a known end it doubles every 1,000th part, which is enough for a thousand times 1,023 parts.
 */
export function leastPartBytes(
  cut: { readonly number: number; readonly offset: number },
  size: number | undefined,
  maxParts: number,
): number {
  if (size === undefined) {
    const doublings = Math.floor(((cut.number - 1) * 10) / maxParts);
    return Math.min(minPartBytes * 2 ** doublings, maxPartBytes);
  }
  const partsLeft = Math.max(1, maxParts - cut.number + 1);
  const needed = (size - cut.offset) / partsLeft;
  return Math.min(Math.max(1, Math.ceil(needed / minPartBytes)) * minPartBytes, maxPartBytes);
}

/** Whole MiB, between the bounds, and so that all parts in flight stay within what may be in flight. */
export function fitting(bytes: number, parallel: number, allowedBytes: number, bounds: PaceBounds): number {
  const most = Math.min(bytes, allowedBytes / parallel, bounds.maxPartBytes);
  return bounds.minPartBytes === bounds.maxPartBytes
    ? bounds.minPartBytes
    : Math.max(bounds.minPartBytes, Math.floor(most / mib) * mib);
}
