/** Finds the uploads that files belong to which were chosen again after the page was closed. */
import type { Upload } from './upload.ts';

/** A file with its path in what was chosen or dropped. */
export interface Picked {
  readonly file: File;
  /** With `/` between folders. */
  readonly path: string;
}

interface Found {
  /** Uploads of an earlier page with the file that was found for each. */
  readonly again: readonly (readonly [Upload, File])[];
  readonly fresh: readonly Picked[];
}

/**
 * Gives each upload of an earlier page at most one file, one of the same name, size and time. A file at the same path
 * wins over one that was chosen from another folder. What belongs to no upload is fresh.
 */
export function matchEarlier(earlier: readonly Upload[], picked: readonly Picked[]): Found {
  const open = Map.groupBy(earlier, ({ path, size, lastModified }) => fingerprint(path, size, lastModified));
  const again: [Upload, File][] = [];
  const take = ({ file, path }: Picked, isExact: boolean): boolean => {
    const candidates = open.get(fingerprint(path, file.size, file.lastModified)) ?? [];
    const at = candidates.findIndex((upload) => !isExact || upload.path === path);
    if (at < 0) return false;
    again.push([candidates.splice(at, 1)[0]!, file]);
    return true;
  };
  const elsewhere = picked.filter((one) => !take(one, true));
  return { fresh: elsewhere.filter((one) => !take(one, false)), again };
}

function fingerprint(path: string, size: number, lastModified: number): string {
  return `${path.slice(path.lastIndexOf('/') + 1)} ${String(size)} ${String(lastModified)}`;
}
