/* eslint-disable @typescript-eslint/no-unsafe-return -- the SDKs are used as programs without types */
/** Findings about answers that are not what they seem: what is told as success is one, and every answer ends the call. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madeUpContent } from '../hosts/wx/files.ts';
import { startService, type RunningService } from '../service.ts';
import { call, openDesk } from './desk.ts';
import { isComplete, isPart, type Seen, type Treatment } from './gateway.ts';
import { mixOf, objectsOf, type Objects } from './objects.ts';
import { Bucket, MiB, openPhone, Region, type Sdk } from './phone.ts';
import { chromiumHint, chromiumPath, openBrowser, tabBytes } from './tab.ts';

let service: RunningService;
let objects: Objects;
beforeAll(async () => {
  service = await startService({ name: 'findings-answers', flags: ['--bucket', Bucket, '--region', Region] });
  objects = objectsOf(service);
});
afterAll(async () => {
  await service.stop();
});

const bytes = (size: number, seed: number): Buffer => Buffer.from(madeUpContent(size, seed).read(0, size));
const file = bytes(3 * MiB, 1);
const small = bytes(1000, 1);
const html = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<html><body>Sign in</body></html>',
};
const isPut = ({ method }: Seen): boolean => method === 'PUT';
/** Changes one byte. */
const damage = (body: Buffer): Buffer => {
  const changed = Buffer.from(body);
  changed[100] = changed[100]! ^ 1;
  return changed;
};

describe('D1: an error document under status 200 is an error', () => {
  const document = '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>no</Message></Error>';
  const refusesComplete = (seen: Seen): Treatment | undefined =>
    isComplete(seen)
      ? { answer: { status: 200, headers: { 'content-type': 'application/xml' }, body: document } }
      : undefined;

  test('D1 (js): of Complete', async (context) => {
    if (chromiumPath === undefined) return context.skip(chromiumHint);
    const browser = await openBrowser(service);
    const run = async (sdk: Sdk) => {
      const tab = await browser.openTab(sdk);
      browser.gateway.treat = refusesComplete;
      const Key = `d1-js-${sdk}`;
      const more = { ChunkRetryTimes: 0 };
      const { outcome } = await tab.call('sliceUploadFile', { Key, Body: { size: 3 * MiB, seed: 1 } }, more);
      return [outcome, (await objects.read(Key))?.length];
    };
    try {
      expect(await run('official')).toEqual(['resolved', undefined]);
      expect(await run('here')).toEqual(['rejected', undefined]);
    } finally {
      await browser.close();
    }
  }, 60_000);

  test('D1 (wx): of Complete', async () => {
    const phone = await openPhone('here', service, { options: { ChunkRetryTimes: 0 } });
    phone.gateway.treat = refusesComplete;

    const { outcome, error } = await phone.call('sliceUploadFile', {
      Key: 'd1',
      FilePath: phone.host.addFile(file),
    });

    expect([outcome, error?.['code'], await objects.read('d1')]).toEqual([
      'rejected',
      'InternalError',
      undefined,
    ]);
  });
});

describe('D4: what the service holds is compared with what was sent', () => {
  test('D4 (wx): bytes that changed on their way are not told as success', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const Key = `d4-wx-${sdk}`;
      phone.gateway.treat = (seen) => (isPut(seen) ? { body: damage } : undefined);
      const ended = await phone.call('putObject', { Key, Body: small.toString('latin1') });
      return [ended.outcome, ended.error?.['code']];
    };

    expect(await run('official')).toEqual(['resolved', undefined]);
    expect(await run('here')).toEqual(['rejected', 'IntegrityMismatch']);
  });

  test('D4 (node): bytes that changed on their way are not told as success', async () => {
    const run = async (sdk: Sdk) => {
      const { gateway, make } = await openDesk(sdk, service);
      const Key = `d4-node-${sdk}`;
      gateway.treat = (seen) => (isPut(seen) ? { body: damage } : undefined);
      const ended = await call(make(), 'putObject', { Key, Body: small });
      return [ended.outcome, ended.error?.['code']];
    };

    expect(await run('official')).toEqual(['resolved', undefined]);
    expect(await run('here')).toEqual(['rejected', 'IntegrityMismatch']);
  });

  test('D4 (js): a part that changed on its way once is sent again', async (context) => {
    if (chromiumPath === undefined) return context.skip(chromiumHint);
    const browser = await openBrowser(service);
    const run = async (sdk: Sdk) => {
      const tab = await browser.openTab(sdk);
      let damaged = 0;
      browser.gateway.treat = (seen) => (isPart(seen) && damaged++ === 0 ? { body: damage } : undefined);
      const Key = `d4-js-${sdk}`;
      const { outcome } = await tab.call('sliceUploadFile', { Key, Body: { size: 3 * MiB, seed: 1 } });
      return [outcome, mixOf(await objects.read(Key), { file: tabBytes(3 * MiB, 1) })];
    };
    try {
      expect(await run('official')).toEqual(['resolved', 'file and other bytes']);
      expect(await run('here')).toEqual(['resolved', 'file']);
    } finally {
      await browser.close();
    }
  }, 60_000);

  test('D4: a checksum of the object that is not that of the file fails the upload', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const wrong = { headers: { 'x-cos-hash-crc64ecma': '1' } };
      phone.gateway.treat = (seen) => (isPart(seen) || isComplete(seen) ? wrong : undefined);
      const params = { Key: `d4-crc-${sdk}`, FilePath: phone.host.addFile(file) };
      return (await phone.call('sliceUploadFile', params)).outcome;
    };

    expect(await run('official')).toBe('resolved');
    expect(await run('here')).toBe('rejected');
  });
});

test('D8: after a change of hosts every request is signed for the host that is asked', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service, { options: { AutoSwitchHost: true } });
    let asked = 0;
    phone.host.faults.network = () => (asked++ < 2 ? { trouble: 'reset' } : undefined);
    const { outcome } = await phone.call('putObject', { Key: `d8-${sdk}`, Body: 'x' });
    const [third] = phone.host.traffic.calls.slice(2);
    return [outcome, third?.host.split('.').slice(-2).join('.'), third?.statusCode];
  };

  expect(await run('official')).toEqual(['rejected', 'myqcloud.com', 403]);
  expect(await run('here')).toEqual(['resolved', 'myqcloud.com', 200]);
});

test('D15: the page of a captive portal is not told as success', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    phone.gateway.treat = () => ({ answer: html });
    return (await phone.call('putObject', { Key: `d15-${sdk}`, Body: 'x' })).outcome;
  };

  expect(await run('official')).toBe('resolved');
  expect(await run('here')).toBe('rejected');
});

test('L4: an error under the data type arraybuffer ends the call', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const ended = await phone.call('getObject', { Key: `l4-${sdk}`, DataType: 'arraybuffer' });
    return [ended.outcome, ended.error?.['statusCode'], phone.host.process.errors.map(String)];
  };

  expect(await run('official')).toEqual(['pending', undefined, [expect.stringContaining('TextDecoder')]]);
  expect(await run('here')).toEqual(['rejected', 404, []]);
});

test('L5: a part whose answer has no ETag ends the call', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    phone.gateway.treat = (seen) => (isPart(seen) ? { headers: { etag: undefined } } : undefined);
    const params = { Key: `l5-${sdk}`, FilePath: phone.host.addFile(file) };
    return (await phone.call('sliceUploadFile', params)).outcome;
  };

  expect(await run('official')).toBe('pending');
  expect(await run('here')).toBe('rejected');
});

describe('L6: a body that cannot be read ends the call', () => {
  const broken = ['<!DOCTYPE html', '<Error><Code>Slow', '<!-- never closed', '<a><b></a>'];

  test('L6 (wx): of an error', async () => {
    const run = async (sdk: Sdk) => {
      const ends: unknown[] = [];
      for (const body of broken) {
        const phone = await openPhone(sdk, service, { options: { ChunkRetryTimes: 0 } });
        phone.gateway.treat = () => ({
          answer: { status: 500, headers: { 'content-type': 'application/xml' }, body },
        });
        const { outcome } = await phone.call('getBucket');
        ends.push([outcome, phone.host.process.errors.length]);
      }
      return ends;
    };

    const [never, failed] = [
      ['pending', 1],
      ['rejected', 0],
    ];
    expect(await run('official')).toEqual([never, failed, never, failed]);
    expect(await run('here')).toEqual([failed, failed, failed, failed]);
  });

  test('L6 (node): of an error', async () => {
    const { gateway, make } = await openDesk('here', service);
    const cos = make({ ChunkRetryTimes: 0 });
    const ends: string[] = [];
    for (const body of broken.slice(0, 1)) {
      // The official SDK throws it where nobody can catch it, which would end this process.
      gateway.treat = () => ({
        answer: { status: 403, headers: { 'content-type': 'application/xml' }, body },
      });
      ends.push((await call(cos, 'getBucket')).outcome);
    }
    expect(ends).toEqual(['rejected']);
  });
});

describe('L8: a struggling service is asked less, not more', () => {
  test('L8: a part that is refused with 503 is tried again after growing pauses', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const times: number[] = [];
      phone.gateway.treat = (seen) => {
        if (!isPart(seen)) return undefined;
        times.push(phone.host.clock.now());
        return {
          answer: { status: 503, body: '<Error><Code>SlowDown</Code><Message>slow</Message></Error>' },
        };
      };
      const params = { Key: `l8-${sdk}`, FilePath: phone.host.addFile(file), AsyncLimit: 1 };
      const { outcome } = await phone.call('sliceUploadFile', params);
      return { outcome, requests: times.length, spentMs: times.at(-1)! - times[0]! };
    };

    expect(await run('official')).toEqual({ outcome: 'rejected', requests: 12, spentMs: 0 });
    const here = await run('here');
    expect(here.requests).toBeLessThanOrEqual(12);
    expect(here.spentMs).toBeGreaterThan(1000);
  });

  test('L8: an append whose answer was lost is looked up before it is sent again', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const Key = `l8-append-${sdk}`;
      let lost = 0;
      phone.host.faults.network = ({ method }) =>
        method === 'POST' && lost++ === 0 ? 'loseResponse' : undefined;
      const { outcome } = await phone.call('appendObject', { Key, Body: 'once', Position: 0 });
      return [outcome, phone.gateway.seen.map(({ method }) => method), (await objects.read(Key))?.toString()];
    };

    // The second try is told that the object is longer by now, and the caller that nothing was appended.
    expect(await run('official')).toEqual(['rejected', ['POST', 'POST'], 'once']);
    expect(await run('here')).toEqual(['resolved', ['POST', 'HEAD'], 'once']);
  });
});

test('L10: errors have a code, a message and one shape on every way', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const ends = [
      await phone.call('headObject', { Key: 'nothing-here' }),
      await phone.call('getObject', { Key: 'nothing-here' }),
      await phone.call('putObject', { Key: '', Body: 'x' }),
      await phone.call('sliceUploadFile', { Key: 'k', FilePath: 'wxfile://tmp_none' }),
    ];
    return ends.map(({ error }) => [
      typeof error?.['code'],
      typeof error?.['message'],
      typeof error?.['error'],
    ]);
  };

  expect(await run('official')).toEqual([
    ['undefined', 'undefined', 'object'],
    ['undefined', 'undefined', 'object'],
    ['undefined', 'undefined', 'string'],
    ['undefined', 'undefined', 'undefined'],
  ]);
  expect((await run('here')).map((kinds) => kinds.slice(0, 2))).toEqual(
    Array.from({ length: 4 }, () => ['string', 'string']),
  );
});
