/** Where a running service can be reached, in its data folder: `sampan --data DIR` finds it there. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the file says. A process that was killed leaves it behind; who connects notices. */
export interface ServiceAddress {
  readonly url: string;
  readonly region: string;
  readonly pid: number;
}

const fileName = 'address.json';

/** Writes the file whole or not at all. */
export async function writeAddress(dataDir: string, address: ServiceAddress): Promise<void> {
  const file = join(dataDir, fileName);
  const draft = `${file}.${address.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(address, null, 2)}\n`);
  await rename(draft, file);
}

/** Removes it at an orderly end. */
export async function removeAddress(dataDir: string): Promise<void> {
  await rm(join(dataDir, fileName), { force: true });
}
