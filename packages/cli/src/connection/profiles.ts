/** Named settings in config.toml: `[profiles.<name>]`, read by every command and written by `sampan login`. */
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'smol-toml';
import type { Layer, Surroundings } from './settings.ts';
import { UsageFailure } from '../words/failure.ts';
import { configFolder } from './folders.ts';
import { t } from '../terminal/messages.ts';

export const standardProfile = 'default';

/** Settings of a profile by their names in the file. */
const names = {
  endpoint: 'endpoint',
  region: 'region',
  secret_id: 'secretId',
  secret_key: 'secretKey',
  token: 'token',
  data: 'data',
  credential_process: 'credentialProcess',
} as const;

export type ProfileSettings = Readonly<Partial<Record<keyof typeof names, string>>>;

/** Path of the file; `SAMPAN_CONFIG` names another. */
export function configFile(around: Surroundings): string {
  return around.env['SAMPAN_CONFIG'] || join(configFolder(around), 'config.toml');
}

/** Reads a profile. Without a name the default one, which may be missing; a name that is given must be there. */
export async function readProfile(
  name: string | undefined,
  around: Surroundings,
): Promise<Layer | undefined> {
  const file = configFile(around);
  const profiles = profilesIn(await readText(file), file);
  const settings = profiles[name ?? standardProfile];
  if (settings === undefined) {
    if (name === undefined) return undefined;
    const known = Object.keys(profiles);
    throw new UsageFailure(
      known.length > 0
        ? t`${file} has no profile ${name}; it has ${known.join(', ')}`
        : t`there is no profile ${name}: make it with sampan login --profile ${name}`,
    );
  }
  await refuseOpenFile(file, settings, around);
  const layer: Record<string, string> = {};
  for (const [key, value] of Object.entries(settings)) {
    const property = (names as Readonly<Record<string, string>>)[key];
    if (property === undefined || typeof value !== 'string')
      throw new UsageFailure(
        t`${file}: profile ${name ?? standardProfile} has ${key}; known are the texts ${Object.keys(names).join(', ')}`,
      );
    if (value !== '') layer[property] = value;
  }
  return { from: t`profile ${name ?? standardProfile}`, regionIsCloud: true, ...layer };
}

/** Writes a profile and leaves the others as they are; comments of the file are lost. Gives the file. */
export async function writeProfile(
  name: string,
  settings: ProfileSettings,
  around: Surroundings,
): Promise<string> {
  const file = configFile(around);
  const content = parsed(await readText(file), file);
  const profiles = profilesIn(await readText(file), file);
  const text = stringify({ ...content, profiles: { ...profiles, [name]: settings } });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, `${text.trimEnd()}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, file);
  return file;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

function parsed(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    // The parser's message quotes the line, which may hold a secret.
    const { line } = error as { readonly line?: number };
    throw new UsageFailure(t`${file} is no TOML, see its line ${line ?? '?'}`);
  }
}

function profilesIn(text: string, file: string): Record<string, Record<string, string>> {
  const { profiles = {} } = parsed(text, file);
  const isTable = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isTable(profiles) || !Object.values(profiles as object).every(isTable))
    throw new UsageFailure(t`${file}: profiles must be tables such as [profiles.default]`);
  return profiles as Record<string, Record<string, string>>;
}

/** A secret that others can read is refused, as ssh does; Windows has no such modes. */
async function refuseOpenFile(
  file: string,
  settings: Readonly<Record<string, unknown>>,
  { platform }: Surroundings,
): Promise<void> {
  if (platform === 'win32' || settings['secret_key'] === undefined) return;
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0)
    throw new UsageFailure(t`${file} holds a secret and can be read by others: run chmod 600 ${file}`);
}
