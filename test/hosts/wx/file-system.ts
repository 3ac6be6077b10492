import { createHash } from 'node:crypto';
import { failureError, settleWith, wrongParameter } from './callbacks.ts';
import type { Callbacks, Failure } from './callbacks.ts';
import { descriptorApi } from './descriptors.ts';
import { FILE_FAILURE, refusal, statsOf } from './file-access.ts';
import type { FileAccess } from './file-access.ts';
import { USER_DATA_PATH, isTemporary } from './files.ts';
import type { FileContent, FileEntry } from './files.ts';
import { SINCE, atLeast } from './version.ts';

/** WeChat's FileSystemManager over the simulated files. Error codes are those listed in the published typings. */

/** Node's names for WeChat's encodings; all others are spelled alike. */
const ENCODINGS: Record<string, BufferEncoding> = {
  'utf-16le': 'utf16le',
  'ucs-2': 'utf16le',
  ucs2: 'utf16le',
};

interface PathOption extends Callbacks {
  readonly filePath: string;
}

interface ReadFileOption extends PathOption {
  readonly encoding?: string;
  readonly position?: number;
  readonly length?: number;
}

interface WriteFileOption extends PathOption {
  readonly data: string | ArrayBuffer;
  readonly encoding?: string;
}

type Outcome = { readonly value: object } | { readonly failure: Failure };

/** Builds the object that `wx.getFileSystemManager()` answers. Its methods never answer promises, unlike those of `wx`. */
export function fileSystemApi(access: FileAccess, version: string) {
  const ranged = atLeast(version, SINCE.readFileRange);

  const actions = {
    readFile(option: ReadFileOption): Outcome {
      const found = locate(access, option.filePath);
      if ('failure' in found) return found;
      const { content } = found.entry;
      if (content.size > access.limits.readFile) return { failure: FILE_FAILURE.tooLarge };
      const position = ranged ? (option.position ?? 0) : 0;
      const length = ranged ? (option.length ?? content.size - position) : content.size;
      // An empty file has no valid position or length at all, and still reads as nothing.
      if (content.size > 0 || option.position || option.length) {
        if (position < 0 || position >= content.size) {
          return { failure: refusal(1301009, 'value of position is out of range') };
        }
        if (length < 1 || length > content.size) {
          return { failure: refusal(1301006, 'value of length is out of range') };
        }
      }
      const bytes = access.take(content, position, Math.min(length, content.size - position));
      return { value: { data: option.encoding ? decode(bytes, option.encoding) : bufferOf(bytes) } };
    },
    stat({ path }: { path: string }): Outcome {
      const found = locate(access, path);
      return 'failure' in found ? found : { value: { stats: statsOf(found.entry) } };
    },
    access({ path }: { path: string }): Outcome {
      const found = locate(access, path);
      return 'failure' in found ? found : { value: {} };
    },
    unlink({ filePath }: { filePath: string }): Outcome {
      const found = locate(access, filePath);
      if ('failure' in found) return found;
      if (!filePath.startsWith(USER_DATA_PATH)) return { failure: FILE_FAILURE.denied };
      access.files.remove(filePath);
      return { value: {} };
    },
    writeFile({ filePath, data, encoding = 'utf8' }: WriteFileOption): Outcome {
      if (!filePath.startsWith(`${USER_DATA_PATH}/`)) return { failure: FILE_FAILURE.denied };
      const bytes =
        typeof data === 'string' ? Buffer.from(data, nodeEncoding(encoding)) : new Uint8Array(data);
      let total = bytes.length;
      for (const [path, entry] of access.files.entries) {
        if (!isTemporary(path) && path !== filePath) total += entry.content.size;
      }
      if (total > access.limits.userFiles) return { failure: FILE_FAILURE.tooLarge };
      access.files.add(new Uint8Array(bytes), filePath);
      return { value: {} };
    },
    getFileInfo({ filePath, digestAlgorithm }: PathOption & { digestAlgorithm?: string }): Outcome {
      const found = locate(access, filePath);
      if ('failure' in found) return found;
      const { content } = found.entry;
      const digest = digestAlgorithm === undefined ? {} : { digest: digestOf(content, digestAlgorithm) };
      return { value: { size: content.size, ...digest } };
    },
  };

  const later =
    <O>(api: string, action: (option: O) => Outcome) =>
    (
      option: O & Callbacks & { filePath?: string; path?: string; position?: number; length?: number },
    ): void => {
      settleWith(access.app, api, option, (settle) => {
        const filePath = option.filePath ?? option.path ?? '';
        access.whenReady({ api, filePath, position: option.position, length: option.length }, settle, () => {
          const outcome = action(option);
          if ('failure' in outcome) settle.fail(outcome.failure);
          else settle.ok(outcome.value);
        });
      });
    };
  const must = (api: string, outcome: Outcome): object => {
    if ('failure' in outcome) throw failureError(api, outcome.failure);
    return outcome.value;
  };

  return {
    ...descriptorApi(access),
    readFile: later('readFile', actions.readFile),
    stat: later('stat', actions.stat),
    access: later('access', actions.access),
    unlink: later('unlink', actions.unlink),
    writeFile: later('writeFile', actions.writeFile),
    getFileInfo: later('getFileInfo', actions.getFileInfo),
    readFileSync: (filePath: string, encoding?: string, position?: number, length?: number) => {
      const option = { filePath, ...given({ encoding, position, length }) };
      return (must('readFileSync', actions.readFile(option)) as { data: string | ArrayBuffer }).data;
    },
    statSync: (path: string) =>
      (must('statSync', actions.stat({ path })) as { stats: ReturnType<typeof statsOf> }).stats,
    accessSync: (path: string) => {
      must('accessSync', actions.access({ path }));
    },
    unlinkSync: (filePath: string) => {
      must('unlinkSync', actions.unlink({ filePath }));
    },
    writeFileSync: (filePath: string, data: string | ArrayBuffer, encoding?: string) => {
      must('writeFileSync', actions.writeFile({ filePath, data, ...given({ encoding }) }));
    },
  };
}

function locate(access: FileAccess, path: unknown): { entry: FileEntry } | { failure: Failure } {
  if (typeof path !== 'string') return { failure: wrongParameter('filePath', 'String', path) };
  const entry = access.files.entries.get(path);
  return entry ? { entry } : { failure: FILE_FAILURE.missing(path) };
}

function decode(bytes: Uint8Array, encoding: string): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(nodeEncoding(encoding));
}

function nodeEncoding(encoding: string): BufferEncoding {
  return ENCODINGS[encoding] ?? (encoding as BufferEncoding);
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  // Not slice(): on a Buffer that is a view of the same memory.
  return new Uint8Array(bytes).buffer;
}

/** Digests a file piece by piece, as the native side does without the script's memory. */
function digestOf(content: FileContent, algorithm: string): string {
  const hash = createHash(algorithm);
  const step = 1024 * 1024;
  for (let at = 0; at < content.size; at += step)
    hash.update(content.read(at, Math.min(step, content.size - at)));
  return hash.digest('hex');
}

/** Leaves out what is undefined. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
