import { expect, test } from 'vitest';
import COS from 'cos-nodejs-sdk-v5';
import { serviceForTests } from '../service.ts';
import { startBackend } from './backend.ts';

const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };

interface Keys {
  readonly credentials: {
    readonly tmpSecretId: string;
    readonly tmpSecretKey: string;
    readonly sessionToken: string;
  };
}

test('the backend sample gives keys of a served process, for its prefix and nothing else', async () => {
  const service = await serviceForTests({ flags: ['--bucket', place.Bucket] });
  const backend = await startBackend(service);

  const answer = await fetch(`${backend}/keys`);
  const { credentials } = (await answer.json()) as Keys;
  const cos = new COS({
    SecretId: credentials.tmpSecretId,
    SecretKey: credentials.tmpSecretKey,
    SecurityToken: credentials.sessionToken,
    Proxy: service.url,
    Protocol: 'http:',
  });
  const stored = await cos.putObject({ ...place, Key: 'album/a', Body: 'x' });
  const listed = await cos.getBucket({ ...place, Prefix: 'album/' });
  const outside = await cos
    .putObject({ ...place, Key: 'other/a', Body: 'x' })
    .catch((error: unknown) => error);
  const whole = await cos.getBucket({ ...place }).catch((error: unknown) => error);

  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(JSON.stringify(credentials)).not.toContain(service.secretKey);
  expect(stored.statusCode).toBe(200);
  expect(listed.Contents.map(({ Key }) => Key)).toEqual(['album/a']);
  expect(outside).toMatchObject({ code: 'AccessDenied' });
  expect(whole).toMatchObject({ code: 'AccessDenied' });
});

test('the backend sample answers nothing but keys', async () => {
  const service = await serviceForTests();
  const backend = await startBackend(service);

  const other = await fetch(`${backend}/`);

  expect(other.status).toBe(404);
});
