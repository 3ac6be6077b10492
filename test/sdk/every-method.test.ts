import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COS } from '@sampan/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundles, bundleText } from '../../tools/bundle.ts';
import { startService, type RunningService } from '../service.ts';
import { behind, comparable, makeCalls, nameOf, wireOf, type Made } from './every-method.ts';
import { methodCalls } from './method-calls.ts';
import { explainHost, explainOfficial, unusedReasons } from './method-differences.ts';
import { openNode } from './node-stage.ts';
import { differences } from './normal.ts';
import { openRecorder } from './recorder.ts';
import { files } from './scenarios.ts';
import { place, type Theatre } from './theatre.ts';
import { chromiumHint, chromiumPath, openWeb } from './web-stage.ts';
import { openWx } from './wx-stage.ts';

/**
 * Every public method with each form of its parameters, on the built file of each host: what each sends and gives is the
 * same on all hosts, and what the official SDK of that host sends and gives.
 */

type Host = Theatre['host'];
const hosts: readonly Host[] = chromiumPath === undefined ? ['node', 'wx'] : ['node', 'wx', 'web'];
const kinds = ['sampan', 'official'] as const;

let folder: string;
const made = new Map<string, Map<string, Made>>();

const openers = {
  node: async (service: RunningService, sdk: (typeof kinds)[number]) => {
    const built: unknown = createRequire(import.meta.url)(join(folder, 'node.cjs'));
    return openNode(service, files, { sdk, built });
  },
  wx: (service: RunningService, sdk: (typeof kinds)[number]) => openWx(service, files, { sdk, engine: 'vm' }),
  web: (service: RunningService, sdk: (typeof kinds)[number]) => openWeb(service, files, { sdk }),
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-methods-'));
  await writeFile(join(folder, 'node.cjs'), await bundleText(bundles.node));
  for (const host of hosts)
    for (const sdk of kinds) {
      const service = await startService({
        flags: ['--bucket', place.Bucket, '--region', place.Region],
        name: `methods-${host}`,
      });
      const recorder = await openRecorder(service);
      const theatre = await openers[host](behind(recorder, service), sdk);
      made.set(`${host} ${sdk}`, await makeCalls(theatre, recorder, join(folder, host)));
      await theatre.close();
      await recorder.close();
      await service.stop();
    }
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const callsOn = (host: Host) => methodCalls.filter((call) => !call.hosts || call.hosts.includes(host));
const find = (host: Host, sdk: (typeof kinds)[number], name: string): Made =>
  made.get(`${host} ${sdk}`)!.get(name)!;

test('the table has every method of the class', () => {
  const methods = Object.getOwnPropertyNames(COS.prototype).filter((name) => name !== 'constructor');
  const missing = methods.filter(
    (name) =>
      !methodCalls.some(({ method }) => method.toLowerCase() === name.toLowerCase() || name === method),
  );

  expect(missing).toEqual([]);
});

test('each call of the table has a name of its own', () => {
  expect(new Set(methodCalls.map(nameOf)).size).toBe(methodCalls.length);
});

describe.each(hosts.filter((host) => host !== 'node'))('on %s as on Node', (host) => {
  test.each(callsOn(host).filter(({ hosts: on }) => !on || on.includes('node')))('$method $form', (call) => {
    const name = nameOf(call);

    const found = differences(
      comparable(find('node', 'sampan', name)),
      comparable(find(host, 'sampan', name)),
    );

    expect(found.filter((difference) => !explainHost(host, name, difference))).toEqual([]);
  });
});

describe.each(hosts)('on %s as the official SDK', (host) => {
  test.each(callsOn(host).filter(({ notOfficial }) => notOfficial === undefined))('$method $form', (call) => {
    const name = nameOf(call);
    const official = find(host, 'official', name);
    if (official.reply.isMissing) return;
    const ours = find(host, 'sampan', name);

    // Our results say more; what the official ones say must be there.
    const found = [
      ...differences(comparable(official).reply, comparable(ours).reply, 'reply').filter(
        (difference) => difference.official !== 'absent',
      ),
      ...differences(wireOf(official), wireOf(ours), 'sent'),
    ];

    expect(found.filter((difference) => !explainOfficial(host, name, difference))).toEqual([]);
  });
});

test.runIf(chromiumPath !== undefined)('every reason that is given for a difference is needed', () => {
  expect(unusedReasons()).toEqual([]);
});

test.runIf(chromiumPath === undefined)('calls every method in Chromium too', (context) => {
  context.skip(chromiumHint);
});
