import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface KeyPair {
  readonly secretId: string;
  readonly secretKey: string;
}

const fileName = 'credentials.json';

/** The key pair of a data folder, made at random at the first start and readable by its owner alone. */
export async function keyPairOf(dataDir: string): Promise<KeyPair & { readonly made: boolean }> {
  const file = join(dataDir, fileName);
  const kept = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (kept !== undefined) return { ...parse(kept, file), made: false };
  const pair = randomKeyPair();
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${JSON.stringify(pair, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await chmod(file, 0o600);
  return { ...pair, made: true };
}

/** A key pair of random bytes. */
export function randomKeyPair(): KeyPair {
  return { secretId: `AKID${letters(32)}`, secretKey: letters(32) };
}

function parse(text: string, file: string): KeyPair {
  let content: Partial<KeyPair> | null = null;
  try {
    content = JSON.parse(text) as Partial<KeyPair> | null;
  } catch {
    // The parser's message would quote the secret.
  }
  const { secretId, secretKey } = content ?? {};
  if (typeof secretId !== 'string' || typeof secretKey !== 'string')
    throw new Error(`${file} does not hold a key pair; remove it to get a new one`);
  return { secretId, secretKey };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function letters(count: number): string {
  let text = '';
  // Bytes beyond the last whole multiple are left out, so that every letter is equally likely.
  while (text.length < count)
    for (const byte of randomBytes(count))
      if (byte < 248 && text.length < count) text += alphabet[byte % 62]!;
  return text;
}
