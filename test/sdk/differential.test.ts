import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientFor } from '../conformance/client.ts';
import { startService, type RunningService } from '../service.ts';
import { explain, notCompared, unusedReasons } from './differences.ts';
import { openNode } from './node-stage.ts';
import { differences, normal } from './normal.ts';
import { files, scenarios } from './scenarios.ts';
import { place, type Theatre } from './theatre.ts';
import { chromiumHint, chromiumPath, openWeb } from './web-stage.ts';
import { openWx } from './wx-stage.ts';

/**
 * Every sample of the guide with the official SDK and with this one, on the same host against the same process: what an
 * application sees and what the service stores must be equal, except where `differences.ts` says why not.
 */

type Host = Theatre['host'];
const open = {
  wx: (service: RunningService, sdk: 'sampan' | 'official') => openWx(service, files, { sdk, engine: 'vm' }),
  web: (service: RunningService, sdk: 'sampan' | 'official') => openWeb(service, files, { sdk }),
  node: (service: RunningService, sdk: 'sampan' | 'official') => openNode(service, files, { sdk }),
};
const hosts: readonly Host[] = chromiumPath === undefined ? ['wx', 'node'] : ['wx', 'web', 'node'];

describe.each(hosts)('on %s', (host) => {
  let service: RunningService;
  let official: Theatre;
  let ours: Theatre;
  beforeAll(async () => {
    service = await startService({
      flags: ['--bucket', place.Bucket, '--region', place.Region],
      name: `both-${host}`,
    });
    official = await open[host](service, 'official');
    ours = await open[host](service, 'sampan');
  });
  afterAll(async () => {
    await official.close();
    await ours.close();
    await service.stop();
  });

  /** What the service holds under a key: its bytes by their digest, and what was said of them. */
  const stored = async (key: string): Promise<unknown> => {
    const { status, headers, body } = await clientFor(service, place.Bucket).get(key);
    return { status, sha256: createHash('sha256').update(body).digest('hex'), headers };
  };

  // The official SDKs for pages and Node have no postObject.
  const shared = scenarios.filter(
    ({ name, needs }) =>
      (host === 'wx' || needs === undefined) &&
      !notCompared.some((not) => not.host === host && not.scenario.test(name)),
  );
  test.each(shared)('$name', async (scenario) => {
    const [their, own] = ['theirs/', 'sampan/'] as const;
    const seen = normal(await official.run(scenario, their), their);
    const got = normal(await ours.run(scenario, own), own);
    const keys = scenario.keys ?? [];
    const theirObjects = await Promise.all(keys.map((key) => stored(their + key)));
    const objects = await Promise.all(keys.map((key) => stored(own + key)));

    const found = [
      ...differences(seen, got),
      ...differences(normal(theirObjects, their), normal(objects, own), 'stored'),
    ];

    expect(found.filter((difference) => !explain(host, scenario.name, difference))).toEqual([]);
  });
});

test('every reason that is given for a difference is needed', () => {
  expect(unusedReasons(hosts)).toEqual([]);
});

test.runIf(chromiumPath === undefined)('compares in Chromium too', (context) => {
  context.skip(chromiumHint);
});
