import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { expected } from './expected.ts';
import { files, scenarios } from './scenarios.ts';
import { place, type Theatre } from './theatre.ts';
import { chromiumHint, chromiumPath, openWeb } from './web-stage.ts';

/** The script-tag build in Chromium: every sample of the guide, against a served process of another origin. */

describe.runIf(chromiumPath !== undefined)('in Chromium', () => {
  let service: RunningService;
  let theatre: Theatre;
  beforeAll(async () => {
    service = await startService({
      flags: ['--bucket', place.Bucket, '--region', place.Region],
      name: 'sdk-web',
    });
    theatre = await openWeb(service, files, { sdk: 'sampan' });
  });
  afterAll(async () => {
    await theatre.close();
    await service.stop();
  });

  test.each(scenarios)('$name', async (scenario) => {
    const result = await theatre.run(scenario, 'web/');
    expect(result).toMatchObject(expected[scenario.name]!);
    expect(theatre.errors()).toEqual([]);
  });
});

test.runIf(chromiumPath === undefined)('says what is missing for the tests in Chromium', (context) => {
  context.skip(chromiumHint);
});
