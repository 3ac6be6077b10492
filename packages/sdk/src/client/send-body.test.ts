import { appendObject, isIntegrityError, multipartUpload, putObject, type Operation } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import type { HostBody } from '../core/platform.ts';
import { createEvents } from '../core/events.ts';
import { resolveOptions } from '../core/options.ts';
import { hostDefaults } from '../testing/defaults.ts';
import { fakePlatform, respond, type FakePlatform } from '../testing/platform.ts';
import { crc64Of, sampleBytes, target } from '../testing/rig.ts';
import { createClient } from './client.ts';
import { createCredentials } from './credentials.ts';
import { sendBody, type Sendable } from './send-body.ts';
import { md5Hex } from './verify.ts';

const bytes = sampleBytes(1000);
const crc64 = crc64Of(bytes);
const opaque = { etag: '"kms-1"' };

type Headers = Readonly<Record<string, string>>;

function setup(headers: Headers, hidesHeaders = false) {
  const platform = {
    ...fakePlatform({ service: () => respond(200, headers) }),
    hidesHeaders,
  } as FakePlatform;
  const settings = resolveOptions({ SecretId: 'id', SecretKey: 'key' }, hostDefaults);
  const credentials = createCredentials(platform, settings, createEvents());
  const client = createClient(platform, { settings, credentials });
  const send = (more: Partial<Sendable> = {}, operation: Operation = putObject) =>
    platform.clock.run(
      sendBody(
        { client, platform },
        {
          bytes,
          call: () => ({ operation, values: { ...target, PartNumber: 1, UploadId: 'u', Position: 5 } }),
          what: 'The body',
          fate: 'It lies there.',
          ...more,
        },
      ),
    );
  return { platform, client, send };
}

const rows: readonly (readonly [string, Operation])[] = [
  ['an object', putObject],
  ['a part', multipartUpload],
];

describe.each(rows)('the body of %s', (_, row) => {
  test.each([
    ['the CRC-64', crc64],
    ['the CRC-64 with a zero in front', `0${crc64}`],
  ])('is proven by %s', async (_what, told) => {
    const sent = await setup({ ...opaque, 'x-cos-hash-crc64ecma': told }).send({}, row);

    expect(sent).toMatchObject({ isProven: true, crc64 });
  });

  test('that arrived changed is an IntegrityError that says what lies there', async () => {
    const failed = setup({ ...opaque, 'x-cos-hash-crc64ecma': '1' }).send({}, row);

    const error: unknown = await failed.catch((thrown: unknown) => thrown);
    expect(isIntegrityError(error) && error.message).toMatch(/^The body arrived .* It lies there\.$/);
  });

  test('is proven by an ETag that is its MD5', async () => {
    const { send } = setup(opaque);
    const { md5 = '' } = await send({ needsMd5: true }, row);

    const it = setup({ etag: `"${md5Hex(md5)}"` });
    expect(await it.send({}, row)).toMatchObject({ isProven: true });
  });

  test('without any checksum in the answer is unproven, and is not sent again', async () => {
    const it = setup(opaque);

    expect(await it.send({}, row)).toMatchObject({ isProven: false, ETag: '"kms-1"' });
    expect(it.platform.requests).toHaveLength(1);
    expect(it.platform.requests[0]?.headers['content-md5']).toBeUndefined();
  });

  test('after such an answer goes with its MD5, which the service compares', async () => {
    const it = setup(opaque);
    await it.send({}, row);

    expect(await it.send({}, row)).toMatchObject({ isProven: true });
    expect(it.platform.requests[1]?.headers['content-md5']).toBeDefined();
  });

  test('is stored once where a page may read no header at all', async () => {
    const it = setup({ 'x-cos-request-id': '' }, true);

    expect(await it.send({}, row)).toMatchObject({ isProven: false, ETag: '' });
    expect(it.platform.requests).toHaveLength(1);
  });

  test('that its host sends is proven by what the host has counted, or not at all', async () => {
    const hostBody = (sum: string | undefined): HostBody => ({
      hostBody: {},
      size: 1000,
      repeatable: true,
      sentCrc64: () => sum,
    });
    const it = setup({ ...opaque, 'x-cos-hash-crc64ecma': crc64 });

    const proofs = [];
    for (const sum of [crc64, undefined])
      proofs.push((await it.send({ bytes: undefined, hostBody: hostBody(sum) }, row)).isProven);
    expect(proofs).toEqual([true, false]);
    await expect(it.send({ bytes: undefined, hostBody: hostBody('1') }, row)).rejects.toThrow('other bytes');
  });
});

test('an append is not compared with the checksum of the whole object', async () => {
  const it = setup({ ...opaque, 'x-cos-hash-crc64ecma': '1' });

  const sent = await it.send({ sendsMd5: true, isWhole: false }, appendObject);

  expect(sent.isProven).toBe(true);
});

test.each([
  ['BadDigest', 2],
  ['IncompleteBody', 2],
  ['AccessDenied', 1],
])('a body that is refused with %s is sent %d times when one repair is allowed', async (code, times) => {
  const platform = fakePlatform({
    service: () => respond(400, {}, `<Error><Code>${code}</Code><Message>m</Message></Error>`),
  });
  const settings = resolveOptions({ SecretId: 'id', SecretKey: 'key' }, hostDefaults);
  const credentials = createCredentials(platform, settings, createEvents());
  const client = createClient(platform, { settings, credentials });
  const call = () => ({ operation: putObject, values: target });

  const sending = sendBody(
    { client, platform },
    { bytes, call, what: 'The body', fate: 'It lies there.', repairs: 1 },
  );

  await expect(platform.clock.run(sending)).rejects.toMatchObject({ code });
  expect(platform.requests).toHaveLength(times);
});
