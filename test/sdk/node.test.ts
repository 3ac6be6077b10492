import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { expected } from './expected.ts';
import { openNode } from './node-stage.ts';
import { files, scenarios } from './scenarios.ts';
import { place, type Theatre } from './theatre.ts';

/** Every sample of the guide on Node, against a served process. */

describe('on Node', () => {
  let service: RunningService;
  let theatre: Theatre;
  beforeAll(async () => {
    service = await startService({
      flags: ['--bucket', place.Bucket, '--region', place.Region],
      name: 'sdk-node',
    });
    theatre = await openNode(service, files, { sdk: 'sampan' });
  });
  afterAll(async () => {
    await theatre.close();
    await service.stop();
  });

  test.each(scenarios)('$name', async (scenario) => {
    const result = await theatre.run(scenario, 'node/');

    expect(result).toMatchObject(expected[scenario.name]!);
  });
});
