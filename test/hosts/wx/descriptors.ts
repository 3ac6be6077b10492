import { failureError, settleWith, wrongParameter } from './callbacks.ts';
import type { Callbacks, Failure } from './callbacks.ts';
import { FILE_FAILURE, refusal, statsOf } from './file-access.ts';
import type { FileAccess } from './file-access.ts';
import type { FileEntry } from './files.ts';

/** open, read, fstat and close: since base library 2.16.1, and without the size limit stated for readFile. */

interface OpenOption extends Callbacks {
  readonly filePath: string;
  readonly flag?: string;
}

interface DescriptorOption extends Callbacks {
  readonly fd: string;
}

interface ReadOption extends DescriptorOption {
  readonly arrayBuffer: ArrayBuffer;
  readonly offset?: number;
  readonly length?: number;
  readonly position?: number | null;
}

interface Descriptor {
  readonly entry: FileEntry;
  readonly path: string;
  position: number;
}

type Outcome = { readonly value: object } | { readonly failure: Failure };

/** The descriptor part of a FileSystemManager. A descriptor sees its file even after the path is gone. */
export function descriptorApi(access: FileAccess) {
  const open = new Map<string, Descriptor>();
  let serial = 0;
  access.app.onKill(() => {
    open.clear();
    access.usage.openFiles = 0;
  });

  const actions = {
    open({ filePath, flag = 'r' }: OpenOption): Outcome {
      // Writing through descriptors is not simulated: an uploader only reads.
      if (flag !== 'r') return { failure: refusal(1302003, 'invalid flag') };
      if (typeof filePath !== 'string') return { failure: wrongParameter('filePath', 'String', filePath) };
      const entry = access.files.entries.get(filePath);
      if (!entry) return { failure: FILE_FAILURE.missing(filePath) };
      if (open.size >= access.limits.openFiles) {
        return { failure: refusal(1302002, 'excced max concurrent fd limit') };
      }
      const fd = String(++serial);
      open.set(fd, { entry, path: filePath, position: 0 });
      access.usage.openFiles = open.size;
      return { value: { fd } };
    },
    read(option: ReadOption): Outcome {
      const descriptor = open.get(option.fd);
      if (!descriptor) return { failure: FILE_FAILURE.badDescriptor };
      return readInto(access, descriptor, option);
    },
    fstat({ fd }: DescriptorOption): Outcome {
      const descriptor = open.get(fd);
      return descriptor
        ? { value: { stats: statsOf(descriptor.entry) } }
        : { failure: FILE_FAILURE.badDescriptor };
    },
    close({ fd }: DescriptorOption): Outcome {
      const known = open.delete(fd);
      access.usage.openFiles = open.size;
      return known ? { value: {} } : { failure: FILE_FAILURE.badDescriptor };
    },
  };

  const later =
    <O extends Callbacks>(api: string, path: (option: O) => string, action: (option: O) => Outcome) =>
    (option: O): void => {
      settleWith(access.app, api, option, (settle) => {
        access.whenReady({ api, filePath: path(option) }, settle, () => {
          const outcome = action(option);
          if ('failure' in outcome) settle.fail(outcome.failure);
          else settle.ok(outcome.value);
        });
      });
    };
  const now =
    <O, R>(api: string, action: (option: O) => Outcome, pick: (value: object) => R) =>
    (option: O): R => {
      const outcome = action(option);
      if ('failure' in outcome) throw failureError(api, outcome.failure);
      return pick(outcome.value);
    };
  const pathOf = (option: DescriptorOption): string => open.get(option.fd)?.path ?? '';

  return {
    open: later('open', (option: OpenOption) => option.filePath, actions.open),
    read: later('read', pathOf, actions.read),
    fstat: later('fstat', pathOf, actions.fstat),
    close: later('close', pathOf, actions.close),
    openSync: now('openSync', actions.open, (value) => (value as { fd: string }).fd),
    readSync: now('readSync', actions.read, (value) => value),
    fstatSync: now(
      'fstatSync',
      actions.fstat,
      (value) => (value as { stats: ReturnType<typeof statsOf> }).stats,
    ),
    closeSync: now('closeSync', actions.close, () => undefined),
  };
}

function readInto(access: FileAccess, descriptor: Descriptor, option: ReadOption): Outcome {
  const { arrayBuffer, offset = 0, length = 0, position } = option;
  const capacity = (arrayBuffer as ArrayBuffer | undefined)?.byteLength;
  if (capacity === undefined) return { failure: refusal(1302005, 'array buffer does not exist') };
  if (offset < 0 || offset > capacity) {
    return { failure: refusal(1301007, 'value of offset is out of range') };
  }
  if (length < 0 || offset + length > capacity) {
    return { failure: refusal(1301006, 'value of length is out of range') };
  }
  const start = position ?? descriptor.position;
  if (start < 0) return { failure: refusal(1301009, 'value of position is out of range') };

  const { content } = descriptor.entry;
  const bytesRead = Math.max(0, Math.min(length, content.size - start));
  if (bytesRead > 0)
    new Uint8Array(arrayBuffer, offset, bytesRead).set(access.take(content, start, bytesRead));
  if (position === undefined || position === null) descriptor.position = start + bytesRead;
  return { value: { bytesRead, arrayBuffer } };
}
