/** Gets temporary keys from a user's command, such as a client of a company's key service. */
import { exec } from 'node:child_process';
import type { Environment, Keys } from './settings.ts';
import { exitStatus, Failure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';

const longestMs = 60_000;

/**
 * Runs the command with the system's shell and reads the JSON object that it prints: `SecretId` and `SecretKey` (or
 * `TmpSecretId`, `TmpSecretKey`), `Token` (or `SecurityToken`), and `Expiration` or `ExpiredTime`. Fields may stand below
 * `credentials`, as the answer of an STS service has them. Its words on stderr are shown as they are.
 */
export async function keysFromCommand(
  command: string,
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): Promise<Keys & { readonly expiresAtMs?: number }> {
  const stdout = await new Promise<string>((resolve, reject) => {
    const child = exec(
      command,
      { cwd, env: { ...env }, timeout: longestMs, windowsHide: true },
      (error, out) => {
        if (error === null) resolve(out);
        else
          reject(
            new Failure(
              error.killed === true
                ? t`the credential process took more than ${longestMs / 1000} s: ${command}`
                : t`the credential process ended with status ${error.code ?? '?'}: ${command}`,
              exitStatus.denied,
            ),
          );
      },
    );
    child.stdin?.end();
    child.stderr?.pipe(process.stderr, { end: false });
  });
  const found = fieldsOf(stdout);
  const pick = (...names: readonly string[]): string => {
    const value = names.map((name) => found[name.toLowerCase()]).find((candidate) => candidate !== undefined);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const secretId = pick('TmpSecretId', 'SecretId', 'AccessKeyId');
  const secretKey = pick('TmpSecretKey', 'SecretKey', 'SecretAccessKey');
  if (secretId === '' || secretKey === '')
    // What it printed may hold a secret.
    throw new Failure(
      t`the credential process must print a JSON object with SecretId and SecretKey: ${command}`,
      exitStatus.denied,
    );
  const expiresAtMs = timeOf(pick('ExpiredTime', 'Expiration'));
  if (expiresAtMs !== undefined && expiresAtMs < Date.now())
    throw new Failure(t`the credential process gave keys that are over: ${command}`, exitStatus.denied);
  return {
    secretId,
    secretKey,
    token: pick('Token', 'SecurityToken', 'SessionToken', 'XCosSecurityToken'),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const answer = JSON.parse(text) as Record<string, unknown>;
    const nested = Object.entries(answer).find(([name]) => name.toLowerCase() === 'credentials')?.[1];
    const all = { ...answer, ...(typeof nested === 'object' ? nested : {}) };
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]));
  } catch {
    return {};
  }
}

/** Seconds since 1970, or a date in ISO 8601. */
function timeOf(text: string): number | undefined {
  if (text === '') return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
