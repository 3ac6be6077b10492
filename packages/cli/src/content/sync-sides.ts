/** The two sides of a sync: a folder of this machine or a prefix of a bucket, and what is there. */
import { resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { checkKey } from '@sampan/protocol';
import { addressText, type CosAddress } from '../words/address.ts';
import type { Connected } from '../connection/context.ts';
import { exitStatus } from '../words/failure.ts';
import { walkFolder, type LeftOut, type LocalFile } from './files.ts';
import { t } from '../terminal/messages.ts';
import { nameProblem, pathBelow, twinsOf } from './names.ts';
import { objectsBelow, type RemoteObject } from './remote.ts';

/** A path of this machine, or an address whose key ends with a slash. */
export type Side = string | CosAddress;

/** A name at either side, with slashes, relative to it. */
export interface Item {
  readonly name: string;
  readonly sizeBytes: number;
  readonly file?: LocalFile;
  readonly object?: RemoteObject;
}

export interface Items {
  readonly items: readonly Item[];
  readonly left: readonly LeftOut[];
}

/** The name of a side in messages; it also identifies a pair of sides. */
export function sideText(side: Side): string {
  return typeof side === 'string' ? resolve(side) : addressText(side);
}

/** Where a name is at a side. */
export function spotText(side: Side, name: string): string {
  return typeof side === 'string'
    ? pathBelow(side, name)
    : addressText({ bucket: side.bucket, key: `${side.key}${name}` });
}

/** Lists the files and objects of a side. A destination folder that is missing is empty. */
export async function itemsOf(
  connected: Connected,
  side: Side,
  {
    wanted,
    mayBeMissing = false,
  }: { readonly wanted: (name: string) => boolean; readonly mayBeMissing?: boolean },
): Promise<Items> {
  if (typeof side === 'string') {
    if (mayBeMissing && !(await isThere(side))) return { items: [], left: [] };
    const { files, left } = await walkFolder(side, wanted);
    return { items: files.map((file) => ({ name: file.name, sizeBytes: file.sizeBytes, file })), left };
  }
  const items: Item[] = [];
  for await (const object of objectsBelow(connected, side)) {
    const name = object.key.slice(side.key.length);
    // Marks of folders are no content; a file system has folders of its own.
    const isMark = name === '' || (name.endsWith('/') && object.sizeBytes === 0);
    if (!isMark && wanted(name)) items.push({ name, sizeBytes: object.sizeBytes, object });
  }
  return { items, left: [] };
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Sorts out names that a destination cannot hold, each with the reason. */
export function fitting(items: readonly Item[], target: Side, platform: NodeJS.Platform): Items {
  const reasonOf = typeof target === 'string' ? fileProblem(items, platform) : keyProblem(target);
  const left: LeftOut[] = [];
  const fine = items.filter(({ name, file, object }) => {
    const reason = reasonOf(name);
    if (reason !== undefined)
      left.push({
        path: file?.path ?? (object ? addressText(object) : name),
        name,
        reason,
        status: exitStatus.file,
      });
    return reason === undefined;
  });
  return { items: fine, left };
}

function keyProblem(target: CosAddress): (name: string) => string | undefined {
  return (name) => checkKey(`${target.key}${name}`)?.message;
}

function fileProblem(
  items: readonly Item[],
  platform: NodeJS.Platform,
): (name: string) => string | undefined {
  const twins = twinsOf(
    items.map(({ name }) => name),
    platform,
  );
  const folders = new Set<string>();
  for (const { name } of items)
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) folders.add(name.slice(0, at));
  return (name) => {
    if (name.endsWith('/')) return t`a file's name cannot end with /`;
    if (twins.has(name)) return t`another name differs only in case, and this system keeps one of them`;
    if (folders.has(name)) return t`it is a folder of other objects, and cannot be a file too`;
    return nameProblem(name, platform);
  };
}
