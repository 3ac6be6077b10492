import { getObject } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { resolveOptions } from '../core/options.ts';
import { hostDefaults } from '../testing/defaults.ts';
import { fakePlatform } from '../testing/platform.ts';
import { createClient } from './client.ts';
import { createCredentials } from './credentials.ts';

const values = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'a' };

function failing(thrown: Error) {
  const platform = fakePlatform({ service: () => Promise.reject(thrown) });
  const settings = resolveOptions({ SecretId: 'id', SecretKey: 'key' }, hostDefaults);
  const client = createClient(platform, {
    settings,
    credentials: createCredentials(platform, settings, undefined),
  });
  return platform.clock.run(client.call({ operation: getObject, values }));
}

test('the code of a failure of the host is kept and named, with the host that was called', async () => {
  const thrown = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

  await expect(failing(thrown)).rejects.toThrow(
    /^No answer came from examplebucket-1250000000\.\S+:443 \(ECONNRESET\)$/,
  );
  await expect(failing(thrown)).rejects.toMatchObject({ code: 'ECONNRESET', cause: thrown });
});

test('a code that is no text is not named', async () => {
  const thrown = Object.assign(new Error('x'), { code: 5 });

  await expect(failing(thrown)).rejects.toThrow(/^No answer came from examplebucket-1250000000\.\S+:443$/);
});
