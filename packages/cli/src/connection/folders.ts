/** The user's folders for settings and state, by the conventions of each operating system. */
import { isAbsolute, join } from 'node:path';
import type { Environment, Surroundings } from './settings.ts';

type User = Pick<Surroundings, 'env' | 'home' | 'platform'>;

function given(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value !== undefined && isAbsolute(value) ? value : undefined;
}

/** Folder of config.toml. Source: https://specifications.freedesktop.org/basedir-spec; on Windows %APPDATA%. */
export function configFolder({ env, home, platform }: User): string {
  const base =
    platform === 'win32'
      ? (given(env, 'APPDATA') ?? join(home, 'AppData', 'Roaming'))
      : (given(env, 'XDG_CONFIG_HOME') ?? join(home, '.config'));
  return join(base, 'sampan');
}

/** Folder for records of unfinished transfers and of what was compared; %LOCALAPPDATA% on Windows. */
export function stateFolder({ env, home, platform }: User): string {
  const base =
    given(env, 'XDG_STATE_HOME') ??
    (platform === 'win32'
      ? (given(env, 'LOCALAPPDATA') ?? join(home, 'AppData', 'Local'))
      : join(home, '.local', 'state'));
  return join(base, 'sampan');
}
