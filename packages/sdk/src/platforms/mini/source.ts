/**
 * Opens upload sources in mini programs: file paths, and bytes or text in memory. Files are read in ranges: by
 * `readFile` up to the size that it takes (100 MB on WeChat), by `open` and `read` above, with one buffer for all reads
 * of a file.
 */
import { base64Decode, hex, IntegrityError, isCosError, UsageError } from '@sampan/protocol';
import { bytesOf, inMemory, isBuffer, wrongForm } from '../../core/body.ts';
import type { RangedSource, Source } from '../../core/platform.ts';
import type { MiniFiles, MiniHost, MiniStats, MiniTraits } from './host.ts';
import { callHost } from './call-host.ts';

/** More is never taken into memory at once: a phone has little, and nothing needs it. */
const maxReadBytes = 100 * 1024 * 1024;
/** Where a file can only be read whole, up to here it is. */
const maxWholeBytes = 10 * 1024 * 1024;
const pieceBytes = 1024 * 1024;

/** Makes the platform's `open`. */
export function createOpen(host: MiniHost, traits: MiniTraits) {
  return async (input: { readonly Body?: unknown; readonly FilePath?: unknown }): Promise<Source> => {
    const { Body, FilePath } = input;
    if (Body !== undefined && Body !== null) {
      const bytes = bytesOf(Body);
      if (!bytes) throw wrongForm('a string, an ArrayBuffer or a typed array', Body);
      return inMemory(bytes);
    }
    if (typeof FilePath !== 'string' || FilePath === '') throw new UsageError('missing param Body');
    return openPath(host, traits, FilePath);
  };
}

async function openPath(host: MiniHost, traits: MiniTraits, filePath: string): Promise<RangedSource> {
  const files = host.getFileSystemManager?.();
  if (!files) throw new UsageError(`${traits.name} cannot read files; pass Body`);
  const { size, lastModifiedTime } = await statOf(files, filePath);
  const identityOf = (seen: MiniStats): string => `file:${filePath}:${seen.size}:${seen.lastModifiedTime}`;
  const reader = readerFor(files, traits, { filePath, size });
  if (size === 0) {
    const { data } = await callHost<{ data: unknown }>(files, 'readFile', { filePath }).catch(() => ({
      data: '',
    }));
    if (isBuffer(data) && data.byteLength > 0) return inMemory(new Uint8Array(data));
  }
  return {
    kind: 'ranged',
    size,
    identity: identityOf({ size, lastModifiedTime } as MiniStats),
    async read(offset, length) {
      if (length === 0) return new Uint8Array(0);
      if (length > maxReadBytes)
        throw new UsageError(
          `${length} bytes cannot be sent at once on ${traits.name}, at most ${maxReadBytes}; use uploadFile`,
        );
      const bytes = await reader.read(offset, length).catch(unreadable);
      if (bytes.byteLength === length) return bytes;
      throw new IntegrityError('The file has become shorter while it was read', { code: 'FileChanged' });
    },
    currentIdentity: () => statOf(files, filePath).then(identityOf, () => 'gone'),
    md5: () => nativeMd5(files, filePath),
    close: () => reader.close(),
  };
}

/** What the file system failed of is no failure of the network. */
function unreadable(cause: unknown): never {
  if (isCosError(cause)) throw cause;
  const { message } = cause as Error;
  throw new IntegrityError(`The file cannot be read: ${message}`, { code: 'FileUnreadable', cause });
}

interface Reader {
  /** Reads `length` bytes; fewer only at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface Place {
  readonly filePath: string;
  readonly size: number;
}

function readerFor(files: MiniFiles, traits: MiniTraits, place: Place): Reader {
  const { name, readsRanges, readsDescriptors, maxReadFileBytes } = traits;
  const limit = readsRanges ? maxReadFileBytes : Math.min(maxWholeBytes, maxReadFileBytes);
  if (readsDescriptors && !(readsRanges && place.size <= limit)) return byDescriptor(files, place);
  if (place.size <= limit) return byFile(files, place, readsRanges);
  throw new UsageError(`${name} reads files up to ${limit} bytes here, got ${place.size}`, {
    code: 'FileTooLarge',
  });
}

/** Where no part of a file can be read, the file is read whole for each part; it is small. */
function byFile(files: MiniFiles, { filePath }: Place, readsRanges: boolean): Reader {
  return {
    async read(position, length) {
      const range = readsRanges ? { position, length } : {};
      const { data } = await callHost<{ data: unknown }>(files, 'readFile', { filePath, ...range });
      if (!isBuffer(data))
        throw new IntegrityError('The host gave no bytes of the file', { code: 'FileUnreadable' });
      const bytes = new Uint8Array(data);
      return readsRanges ? bytes : bytes.slice(position, position + length);
    },
    close: async () => undefined,
  };
}

/** Reads of one file take turns, because they share the buffer that the host fills. */
function byDescriptor(files: MiniFiles, { filePath }: Place): Reader {
  let opening: Promise<{ fd: string }> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let buffer: ArrayBuffer | undefined;

  const fill = async (position: number, length: number): Promise<Uint8Array> => {
    opening ??= callHost<{ fd: string }>(files, 'open', { filePath, flag: 'r' });
    const { fd } = await opening;
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const arrayBuffer = (buffer ??= new ArrayBuffer(pieceBytes));
      const wanted = Math.min(pieceBytes, length - filled);
      const at = position + filled;
      const got = await callHost<{ bytesRead: number | string; arrayBuffer?: ArrayBuffer }>(files, 'read', {
        fd,
        arrayBuffer,
        offset: 0,
        length: wanted,
        position: at,
      });
      const count = Number(got.bytesRead);
      if (!(count > 0)) return bytes.subarray(0, filled);
      bytes.set(new Uint8Array(got.arrayBuffer ?? arrayBuffer, 0, count), filled);
      filled += count;
    }
    return bytes;
  };
  return {
    read(position, length) {
      const reading = turn.then(() => fill(position, length));
      turn = reading.catch(() => undefined);
      return reading;
    },
    async close() {
      const opened = await opening?.catch(() => undefined);
      opening = undefined;
      buffer = undefined;
      // Quirk: a failing close is ignored; the host frees the descriptor with the page.
      if (opened) await callHost(files, 'close', { fd: opened.fd }).catch(() => undefined);
    },
  };
}

async function statOf(files: MiniFiles, path: string): Promise<MiniStats> {
  let stats: MiniStats;
  try {
    stats = (await callHost<{ stats: MiniStats }>(files, 'stat', { path })).stats;
  } catch (cause) {
    const { message } = cause as Error;
    throw new UsageError(`FilePath cannot be read (${message}): ${path}`, { code: 'FileUnreadable', cause });
  }
  if (typeof stats.isFile === 'function' && !stats.isFile())
    throw new UsageError('FilePath is not a file', { code: 'FileUnreadable' });
  return stats;
}

/** The host reads the whole file for it, off the logic thread. Undefined where it has no digest to give. */
async function nativeMd5(files: MiniFiles, filePath: string): Promise<string | undefined> {
  const option = { filePath, digestAlgorithm: 'md5' };
  const info = await callHost<{ digest?: string }>(files, 'getFileInfo', option).catch(() => undefined);
  const digest = info?.digest;
  if (typeof digest !== 'string') return undefined;
  // Quirk: a digest of 24 characters is base64; some hosts gave that.
  const bytes = digest.length === 24 ? base64Decode(digest) : undefined;
  return bytes ? hex(bytes) : /^[0-9a-f]{32}$/i.test(digest) ? digest.toLowerCase() : undefined;
}
