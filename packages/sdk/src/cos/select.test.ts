import { describe, expect, test } from 'vitest';
import { defineCos } from './define-cos.ts';
import { hostDefaults } from '../testing/defaults.ts';
import { fakePlatform, respond } from '../testing/platform.ts';
import { end, event, message } from '../testing/messages.ts';
import { selectObjectContent } from './select.ts';

function select(body: Uint8Array, objectBody: 'text' | 'bytes' = 'bytes') {
  const platform = fakePlatform({ service: () => ({ ...respond(200, {}), body }) });
  const COS = defineCos({
    defaults: { ...hostDefaults, objectBody },
    platform: () => platform,
    works: { selectObjectContent },
  });
  const cos = new COS({ SecretId: 'id', SecretKey: 'key' }) as unknown as Record<
    string,
    (params: object) => Promise<Record<string, unknown>>
  >;
  const outcome = platform.clock.run(
    cos['selectObjectContent']!({
      Bucket: 'examplebucket-1250000000',
      Region: 'ap-guangzhou',
      Key: 'a.csv',
      SelectType: 2,
      SelectRequest: { Expression: 'SELECT * FROM COSObject', ExpressionType: 'SQL' },
    }),
  );
  return { platform, outcome };
}

describe('selectObjectContent', () => {
  test('gives the records of all messages together, and the statistics', async () => {
    const stats = event('Stats', '<Stats><BytesScanned>5</BytesScanned></Stats>');
    const { platform, outcome } = select(
      Buffer.concat([
        event('Records', 'a,1\n'),
        event('Continuation'),
        event('Records', 'é,2\n'),
        stats,
        end,
      ]),
    );
    const { Payload, Stats } = await outcome;

    expect(Buffer.from(Payload as Uint8Array).toString()).toBe('a,1\né,2\n');
    expect(Stats).toEqual({ BytesScanned: '5' });
    expect(platform.requests[0]?.url).toMatch(/a\.csv\?select&select-type=2$/);
    expect(platform.requests[0]).toMatchObject({
      method: 'POST',
      body: '<?xml version="1.0" encoding="UTF-8"?><SelectRequest><Expression>SELECT * FROM COSObject</Expression><ExpressionType>SQL</ExpressionType></SelectRequest>',
    });
  });

  test('gives text where objects are read as text', async () => {
    const { outcome } = select(Buffer.concat([event('Records', 'a'), end]), 'text');

    expect((await outcome)['Payload']).toBe('a');
  });

  test('rejects with the error that a message tells', async () => {
    const error = { ':error-code': 'InvalidExpression', ':error-message': 'no' };
    const { outcome } = select(message({ ':message-type': 'error', ...error }));

    await expect(outcome).rejects.toMatchObject({ name: 'ServiceError', code: 'InvalidExpression' });
  });

  test.each([
    ['without its end', event('Records', 'a')],
    ['in the middle of a message', Buffer.concat([event('Records', 'a'), end]).subarray(0, -1)],
  ])('rejects records that stop %s', async (_where, body) => {
    await expect(select(body).outcome).rejects.toMatchObject({ name: 'IntegrityError' });
  });
});
