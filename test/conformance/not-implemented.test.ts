import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'not-implemented' });

test.each(['object-lock', 'notification', 'intelligenttiering', 'live', 'symlink'])(
  'the sub-resource %s is not implemented, and is never taken for something simpler',
  async (flag) => {
    const client = await clientInNewBucket(service);

    const answers = await Promise.all(
      ['GET', 'PUT', 'DELETE'].map((method) => client.send({ method, query: { [flag]: '' } })),
    );

    expect(answers.map(({ status, code }) => [status, code])).toEqual(
      answers.map(() => [501, 'NotImplemented']),
    );
    expect((await client.send({ method: 'HEAD' })).status).toBe(200);
  },
);
