/**
 * Lists the files that arguments name, with their keys. An unreadable file is reported and does not stop the others.
 */
import type { Stats } from 'node:fs';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { checkKey } from '@sampan/protocol';
import type { CosAddress } from '../words/address.ts';
import { endingOf, exitStatus, UsageFailure, type ExitStatus } from '../words/failure.ts';
import { isPattern, matcher } from '../words/filter.ts';
import { t } from '../terminal/messages.ts';

/** A file below a folder, by its name with slashes. */
export interface LocalFile {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Changes whenever the content does, as far as the file system knows. */
  readonly identity: string;
  /** Whether a folder above it is a link: what is there belongs elsewhere. */
  readonly isBehindLink?: true;
}

/** Something that was left out, and why. */
export interface LeftOut {
  readonly path: string;
  /** With slashes, below the folder that was walked. */
  readonly name?: string;
  readonly reason: string;
  readonly status: ExitStatus;
}

export interface LocalTree {
  readonly files: LocalFile[];
  readonly left: LeftOut[];
}

/** A file and where it goes. */
export interface Shipment extends LocalFile {
  readonly bucket: string;
  readonly key: string;
}

export interface Listing {
  readonly shipments: readonly Shipment[];
  readonly left: readonly LeftOut[];
}

/** Files looked at at once. */
const together = 64;

/** Finds all files in a folder and in the folders below it, following links. `wanted` sees names with slashes. */
export async function walkFolder(
  root: string,
  wanted: (name: string) => boolean = () => true,
): Promise<LocalTree> {
  const tree: LocalTree = { files: [], left: [] };
  await walk(tree, { folder: root, prefix: '', above: [await realpath(root)] }, wanted);
  return tree;
}

interface Branch {
  readonly folder: string;
  readonly prefix: string;
  /** Real paths of this folder and of those above it. */
  readonly above: readonly string[];
  readonly isBehindLink?: true;
}

/** A path, and its name below the folder that is walked. */
interface Spot {
  readonly path: string;
  readonly name: string;
}

async function walk(tree: LocalTree, branch: Branch, wanted: (name: string) => boolean): Promise<void> {
  const { folder, prefix, above, isBehindLink } = branch;
  let entries: readonly Buffer[];
  try {
    entries = await readdir(folder, { encoding: 'buffer' });
  } catch (error) {
    leaveError(tree, { path: folder, name: prefix.slice(0, -1) }, error);
    return;
  }
  const names: string[] = [];
  for (const entry of entries) {
    const name = entry.toString();
    if (Buffer.from(name).equals(entry)) names.push(name);
    else
      leave(
        tree,
        { path: join(folder, name), name: `${prefix}${name}` },
        t`its name is no UTF-8, so it can be no key`,
      );
  }
  names.sort();
  for (let at = 0; at < names.length; at += together) {
    const batch = names.slice(at, at + together);
    const found = await Promise.all(batch.map((name) => lookAt(join(folder, name))));
    for (const [index, last] of batch.entries()) {
      const spot = { path: join(folder, last), name: `${prefix}${last}` };
      const look = found[index]!;
      if ('error' in look) {
        if (wanted(spot.name)) leaveError(tree, spot, look.error);
      } else if (look.stats.isDirectory()) {
        const real = await realpath(spot.path).catch(() => spot.path);
        const isLink = real !== join(above.at(-1)!, last) && (await isALink(spot.path));
        const below: Branch = {
          folder: spot.path,
          prefix: `${spot.name}/`,
          above: [...above, real],
          ...(isLink || isBehindLink ? { isBehindLink: true } : {}),
        };
        if (above.includes(real)) leave(tree, spot, t`this link leads back to a folder above it`);
        else await walk(tree, below, wanted);
      } else if (wanted(spot.name)) {
        addFile(tree, spot, look.stats, isBehindLink);
      }
    }
  }
}

async function isALink(path: string): Promise<boolean> {
  return readlink(path).then(
    () => true,
    () => false,
  );
}

type Look = { readonly stats: Stats } | { readonly error: unknown };

async function lookAt(path: string): Promise<Look> {
  try {
    return { stats: await stat(path) };
  } catch (error) {
    return { error };
  }
}

function addFile(tree: LocalTree, { path, name }: Spot, stats: Stats, isBehindLink?: true): void {
  if (!stats.isFile()) leave(tree, { path, name }, t`it is neither a file nor a folder`);
  else
    tree.files.push({
      path,
      name,
      sizeBytes: stats.size,
      identity: identityOf(stats),
      ...(isBehindLink ? { isBehindLink } : {}),
    });
}

/** What changes whenever the content of a file does, as far as its file system knows. */
export function identityOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size}.${mtimeMs}.${ctimeMs}.${ino}`;
}

function leave(tree: LocalTree, { path, name }: Spot, reason: string): void {
  tree.left.push({ path, name, reason, status: exitStatus.file });
}

function leaveError(tree: LocalTree, { path, name }: Spot, error: unknown): void {
  const { message, status } = endingOf(error);
  const reason = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  tree.left.push({ path, name, reason, status });
}

export interface ListOptions {
  readonly recursive: boolean;
  readonly wanted?: (name: string) => boolean;
}

/**
 * Finds the files of an upload. A key that ends with `/`, or none, is a folder that names are added to; otherwise it is
 * the key of the one file. A folder goes with its own name, unless written with a slash at its end.
 */
export async function listShipments(
  words: readonly string[],
  to: CosAddress,
  { recursive, wanted = () => true }: ListOptions,
): Promise<Listing> {
  const all: LocalTree = { files: [], left: [] };
  const intoFolder = to.key === '' || to.key.endsWith('/');
  const folderAddress = `cos://${to.bucket}/${to.key}/`;
  if (words.length > 1 && !intoFolder)
    throw new UsageFailure(t`several files need an address that ends with /, such as ${folderAddress}`);
  for (const word of words) {
    const look = await lookAt(word);
    if ('error' in look) {
      if (isPattern(word.replaceAll(sep, '/'))) await addMatches(all, word, { intoFolder, folderAddress });
      else leaveError(all, { path: word, name: word }, look.error);
      continue;
    }
    if (!look.stats.isDirectory()) {
      if (wanted(basename(word))) addFile(all, { path: word, name: basename(word) }, look.stats);
      continue;
    }
    if (!recursive) throw new UsageFailure(t`${word} is a folder: add -r to upload what is in it`);
    if (!intoFolder)
      throw new UsageFailure(t`a folder needs an address that ends with /, such as ${folderAddress}`);
    const contentsOnly = word.endsWith('/') || word.endsWith(sep) || /(^|[/\\])\.{1,2}$/.test(word);
    const { files, left } = await walkFolder(word, wanted);
    const prefix = contentsOnly ? '' : `${basename(resolve(word))}/`;
    for (const file of files) all.files.push({ ...file, name: `${prefix}${file.name}` });
    all.left.push(...left);
  }
  const shipments = all.files.map((file) => ({
    ...file,
    bucket: to.bucket,
    key: intoFolder ? `${to.key}${file.name}` : to.key,
  }));
  refuseTwins(shipments);
  return sorted(shipments, all.left);
}

/** A pattern that the shell has left as it is, as that of Windows does. */
async function addMatches(
  all: LocalTree,
  word: string,
  { intoFolder, folderAddress }: { readonly intoFolder: boolean; readonly folderAddress: string },
): Promise<void> {
  const pattern = word.replaceAll(sep, '/');
  let base = dirname(pattern);
  while (isPattern(base)) base = dirname(base);
  const below =
    base === '.' && !pattern.startsWith('./') ? pattern : pattern.slice(base.length).replace(/^\//, '');
  const { files, left } = await walkFolder(base, matcher(below));
  if (files.length > 1 && !intoFolder)
    throw new UsageFailure(t`several files need an address that ends with /, such as ${folderAddress}`);
  if (files.length === 0) leave(all, { path: word, name: word }, t`no file has such a name`);
  all.files.push(...files);
  all.left.push(...left);
}

/** Keys that the service would refuse are left out with its reason, before anything is sent. */
function sorted(shipments: readonly Shipment[], left: readonly LeftOut[]): Listing {
  const refused: LeftOut[] = [];
  const fine = shipments.filter(({ path, key }) => {
    const problem = checkKey(key);
    if (problem) refused.push({ path, reason: problem.message, status: exitStatus.file });
    return !problem;
  });
  return { shipments: fine, left: [...left, ...refused] };
}

/** Two files with one key: the second would replace the first. */
function refuseTwins(shipments: readonly Shipment[]): void {
  const paths = new Map<string, string>();
  for (const { path, key } of shipments) {
    const other = paths.get(key);
    if (other !== undefined) throw new UsageFailure(t`${other} and ${path} would both become ${key}`);
    paths.set(key, path);
  }
}
