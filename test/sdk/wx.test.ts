import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { expected } from './expected.ts';
import { files, scenarios } from './scenarios.ts';
import type { Theatre } from './theatre.ts';
import { openWx } from './wx-stage.ts';
import { place } from './theatre.ts';

/** The built bundle in a mini program: every sample of the guide, in both bare engines, against a served process. */

let service: RunningService;
beforeAll(async () => {
  service = await startService({
    flags: ['--bucket', place.Bucket, '--region', place.Region],
    name: 'sdk-wx',
  });
});
afterAll(() => service.stop());

describe.each(['vm', 'quickjs'] as const)('in %s', (engine) => {
  let theatre: Theatre;
  beforeAll(async () => {
    theatre = await openWx(service, files, { sdk: 'sampan', engine });
  });
  afterAll(() => theatre.close());

  test.each(scenarios)('$name', async (scenario) => {
    const result = await theatre.run(scenario, `${engine}/`);

    expect(result).toMatchObject(expected[scenario.name]!);
    expect(theatre.errors()).toEqual([]);
  });
});
