import { putObject } from '@sampan/protocol';
import { expect, test } from 'vitest';
import type { OutgoingForm } from '../core/platform.ts';
import { resolveOptions } from '../core/options.ts';
import { hostDefaults } from '../testing/defaults.ts';
import { fakePlatform, respond } from '../testing/platform.ts';
import type { Call, ReadyForm } from './client.ts';
import { sendForm } from './send-form.ts';

test('progress of a form is that of its file: what goes before it does not count', async () => {
  const reported: number[] = [];
  const platform = {
    ...fakePlatform(),
    sendForm: async (form: OutgoingForm & { onUploadProgress?(sent: number, total: number): void }) => {
      for (const sent of [100, 300, 301, 1300]) form.onUploadProgress?.(sent, 1300);
      return respond(204, { etag: '"e"' });
    },
  };
  const call = {
    operation: putObject,
    values: {},
    body: { kind: 'host', size: 1000, hostBody: {} },
    onUploadProgress: (sent: number) => reported.push(sent),
  };
  const ready = {
    call: call as unknown as Call,
    address: { protocol: 'https:', host: 'b.example', path: '/' },
    fields: {},
    headers: {},
  };
  const settings = resolveOptions({ SecretId: 'id', SecretKey: 'key' }, hostDefaults);

  await platform.clock.run(sendForm(platform, settings, ready as unknown as ReadyForm));

  expect(reported).toEqual([0, 0, 1, 1000]);
});
