/**
 * Looks for secrets, tokens and signatures in the logs of all services that tests started. It runs twice: in a test of
 * its own, and when the whole run is over, for the logs that were written after that test.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFolder } from './run.ts';

/** What no log line may look like, whatever the values. */
const patterns = [
  /q-signature/i,
  /q-sign-time/i,
  /security-token/i,
  /TC3-HMAC/,
  /TmpSecretKey/,
  /customer-key/i,
];

/** Whether a text holds one of the secrets, or what looks like one. */
export function leaks(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => text.includes(secret)) || patterns.some((pattern) => pattern.test(text));
}

/** The lines of all logs that hold a secret, with the log's name in front and cut short. */
export function leakedLines(): { readonly logs: number; readonly lines: readonly string[] } {
  const logFolder = join(runFolder(), 'logs');
  const names = existsSync(logFolder) ? readdirSync(logFolder) : [];
  const secrets = names
    .filter((name) => name.endsWith('.secret'))
    .map((name) => readFileSync(join(logFolder, name), 'utf8'));
  const logs = names.filter((name) => name.endsWith('.log'));
  const lines = logs.flatMap((name) => {
    const text = readFileSync(join(logFolder, name), 'utf8');
    // Nearly always nothing is found, and the whole is searched faster than its lines.
    if (!leaks(text, secrets)) return [];
    const leaking = text.split('\n').filter((line) => leaks(line, secrets));
    return leaking.map((line) => `${name}: ${line.slice(0, 80)}…`);
  });
  return { logs: logs.length, lines };
}

/** Called by the test runner when the run is over. */
export function teardown(): void {
  const { lines } = leakedLines();
  if (lines.length === 0) return;
  console.error(`log lines with a secret, token or signature:\n${lines.join('\n')}`);
  process.exitCode = 1;
}
