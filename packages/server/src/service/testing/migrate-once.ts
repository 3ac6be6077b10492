/** Runs one migration and kills itself, as a crash does, when its journal has so many lines. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { migrateFolder, type MigrateOptions } from '../migrate-folder.ts';

const options = JSON.parse(process.env['MIGRATE'] ?? '') as MigrateOptions & { readonly killAt: number };
const journal = join(options.dataDir, 'migration.txt');

const watching = setInterval(() => {
  try {
    const lines = readFileSync(journal, 'utf8').split('\n').length - 1;
    if (lines >= options.killAt) process.kill(process.pid, 'SIGKILL');
  } catch {
    // It is not there yet, or not any longer.
  }
}, 1);

const { rows } = await migrateFolder(options);
clearInterval(watching);
process.exitCode = rows === undefined ? 3 : 0;
