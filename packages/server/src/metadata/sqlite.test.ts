import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { metadataContract } from './contract.ts';
import { openSqlite, openSqliteMemory } from './sqlite.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-metadata-'));
  folders.push(folder);
  return folder;
}

metadataContract('sqlite in memory', async (nowMs) => openSqliteMemory(nowMs));
metadataContract('sqlite on disk', async (nowMs) => openSqlite({ folder: await newFolder(), nowMs }));
