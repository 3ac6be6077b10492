/** Files and folders, as they were dropped or chosen. */
import type { Picked } from './match.ts';

/** Everything that was dropped, folders with all that is in them. Must be called while the event is being dispatched. */
export async function pickedFromDrop(transfer: DataTransfer): Promise<Picked[]> {
  // The list of items is empty once the event is over.
  const entries = Array.from(transfer.items, (item) =>
    item.kind === 'file' ? item.webkitGetAsEntry() : null,
  );
  const files = Array.from(transfer.files);
  if (entries.every((entry) => entry === null)) return files.map((file) => ({ file, path: file.name }));
  const found = entries.filter((entry) => entry !== null).map((entry) => walk(entry, ''));
  return (await Promise.all(found)).flat();
}

/** What an input element has; a chosen folder gives paths. */
export function pickedFromInput(input: HTMLInputElement): Picked[] {
  return Array.from(input.files ?? [], (file) => ({ file, path: file.webkitRelativePath || file.name }));
}

async function walk(entry: FileSystemEntry, above: string): Promise<Picked[]> {
  const path = `${above}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    return [{ file, path }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Picked[] = [];
  for (;;) {
    // It gives at most a hundred at a time, and none at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (batch.length === 0) return found;
    found.push(...(await Promise.all(batch.map((child) => walk(child, `${path}/`)))).flat());
  }
}
