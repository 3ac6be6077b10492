/** Forms that a browser sends, signed by a policy, written from the documentation of POST Object. */
import { createHash, createHmac } from 'node:crypto';
import type { Keys } from './accounts.ts';
import type { Spec } from './oracle.ts';

export const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
export const hmac = (key: string, text: string) => createHmac('sha1', key).update(text).digest('hex');

/** The span of a signature that is good now. */
export function keyTime(): string {
  const now = Math.floor(Date.now() / 1000);
  return `${now - 10};${now + 600}`;
}

/** The form of a request: without keys it is sent unsigned. */
export function formOf(
  { deed, signsHost, signsHeaders }: Spec,
  { bucket, key, keys }: { readonly bucket: string; readonly key: string; readonly keys: Keys | undefined },
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const list: Record<string, string> = deed === 'form-public' ? { acl: 'public-read' } : {};
  const conditions: object[] = [{ key }];
  if (signsHost) conditions.push({ bucket });
  if (signsHeaders && deed === 'form-public') conditions.push(list);
  const fields = { key, ...list, ...(keys && signedBy(keys, conditions)) };
  const boundary = 'a-boundary-of-the-campaign';
  const part = (name: string, more: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const parts = Object.entries(fields).map(([name, value]) => part(name, '', value));
  const file = part('file', '; filename="f"', 'content');
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: `${parts.join('')}${file}--${boundary}--\r\n`,
  };
}

function signedBy({ id, secret, token }: Keys, conditions: readonly object[]): Record<string, string> {
  const time = keyTime();
  const signing = [{ 'q-sign-algorithm': 'sha1' }, { 'q-ak': id }, { 'q-sign-time': time }];
  const expiration = new Date(Date.now() + 600_000).toISOString();
  const policy = JSON.stringify({ expiration, conditions: [...conditions, ...signing] });
  return {
    policy: Buffer.from(policy).toString('base64'),
    'q-sign-algorithm': 'sha1',
    'q-ak': id,
    'q-key-time': time,
    'q-signature': hmac(hmac(secret, time), sha1(policy)),
    ...(token === undefined ? {} : { 'x-cos-security-token': token }),
  };
}
