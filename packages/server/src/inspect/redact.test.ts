import { expect, test } from 'vitest';
import { isSecretHeader } from './redact.ts';

test('headers that give rights are secret, those of an upload callback among them', () => {
  const secret = ['authorization', 'x-cos-security-token', 'x-cos-callback', 'X-Cos-Callback-Var'];

  expect(secret.filter(isSecretHeader)).toEqual(secret);
  expect(['host', 'content-type', 'x-cos-acl', 'x-cos-return-body'].filter(isSecretHeader)).toEqual([]);
});
