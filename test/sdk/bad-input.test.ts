import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { badCalls, badInput, type BadCall, type Outcome } from './bad-input.ts';
import { openNode } from './node-stage.ts';
import { files } from './scenarios.ts';
import { place, type Theatre } from './theatre.ts';
import { chromiumHint, chromiumPath, openWeb } from './web-stage.ts';
import { openWx } from './wx-stage.ts';

/** Every wrong call on every host: one error, once, within its time, and nothing in flight after it. */

type Host = Theatre['host'];
const small = files.slice(0, 1);
const open = {
  wx: (service: RunningService) => openWx(service, small, { sdk: 'sampan', engine: 'vm' }),
  web: (service: RunningService) => openWeb(service, small, { sdk: 'sampan' }),
  node: (service: RunningService) => openNode(service, small, { sdk: 'sampan' }),
};
const hosts: readonly Host[] = chromiumPath === undefined ? ['wx', 'node'] : ['wx', 'web', 'node'];

const titleOf = ({ method, params = {}, without = [], credentials }: BadCall): string =>
  [
    method,
    credentials === undefined ? '' : `whose getAuthorization ${credentials}`,
    ...without.map((name) => `without ${name}`),
    JSON.stringify(params),
  ]
    .filter(Boolean)
    .join(' ');

describe.each(hosts)('on %s', (host) => {
  const cases = badCalls.filter(({ hosts: of }) => of === undefined || of.includes(host));
  let service: RunningService;
  let theatre: Theatre;
  let outcomes: readonly Outcome[];
  beforeAll(async () => {
    service = await startService({
      flags: ['--bucket', place.Bucket, '--region', place.Region],
      name: `bad-input-${host}`,
    });
    theatre = await open[host](service);
    const Calls = cases.map(({ method, params, without, credentials }) => ({
      method,
      ...(params === undefined ? {} : { params }),
      ...(without === undefined ? {} : { without }),
      ...(credentials === undefined ? {} : { credentials }),
    }));
    outcomes = (await theatre.run(badInput, 'bad/', { Calls })) as Outcome[];
  });
  afterAll(async () => {
    await theatre.close();
    await service.stop();
  });

  test.each(cases.map((call, at) => [titleOf(call), call, at] as const))('%s', (_title, call, at) => {
    const outcome = outcomes[at]!;

    expect(outcome).toMatchObject({ calls: 1, surprise: '', isRunning: false, openTasks: 0 });
    expect(outcome.requests).toBe(call.requests ?? 0);
    expect(outcome.message).toMatch(call.message);
    expect(outcome.code).toMatch(new RegExp(`^(${call.code ?? 'InvalidUsage'})$`));
    expect(outcome.promised).toBe(outcome.code);
  });

  test('nothing was thrown outside', () => {
    expect(theatre.errors()).toEqual([]);
  });
});

test.runIf(chromiumPath === undefined)('calls wrongly in Chromium too', (context) => {
  context.skip(chromiumHint);
});
