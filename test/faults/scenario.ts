/**
 * One scenario: some uploads by one or two devices over a network with faults, and things that happen to hosts, files and
 * tasks, all drawn from one seed. Then calm: the network heals, apps come back, paused tasks go on, killed processes
 * start again. What everyone was told, what the service holds and what is left are handed to the oracle.
 */
import { whenIdle } from '../../packages/sdk/src/upload/queue/queue.ts';
import { device } from './device.ts';
import { happen } from './happenings.ts';
import { setStage, sizes, type Stage, type Told } from './stage.ts';

/** A scenario that has been played. */
export interface Story extends Stage {
  readonly seed: number;
  /** Calls that never settled. */
  readonly hung: readonly Told[];
}

const hourMs = 3_600_000;

/** Plays the scenario of a seed. */
export async function play(seed: number): Promise<Story> {
  const stage = setStage(seed);
  const { clock, random, pick, chance, told, devices } = stage;

  // Beginning: files and their uploads.
  devices.push(device('one'));
  if (chance(0.2)) devices.push(device('two'));
  for (const on of devices) {
    const process = stage.launch(on);
    for (const key of stage.keys) {
      const file = { content: stage.nextContent(), size: pick(sizes) };
      const kind = chance(0.75) ? 'path' : chance(0.5) ? 'memory' : 'stream';
      if (kind === 'path') stage.write(on, key, file);
      stage.call(process, key, kind === 'path' ? { kind } : { kind, ...file });
    }
  }

  const events = chance(0.25) ? 0 : Math.floor(random() * 7);
  for (let i = 0; i < events; i++) {
    await clock.advance(random() * pick([50, 1000, 10_000]));
    await happen(stage);
  }

  // Calm: everything heals, and what was left undone is left to end.
  await clock.advance(random() * 20_000);
  stage.weather.faultRate = 0;
  for (const on of devices) {
    on.online = on.visible = true;
    on.storage = on.disk = 'works';
    for (const process of stage.living(on)) process.tell();
  }
  const isOpen = (it: Told): boolean => it.process.isAlive && it.settled === 0;
  for (let hours = 0; hours < 24 && told.some(isOpen); hours += 0.05) await clock.advance(hourMs / 20);
  const hung = told.filter(isOpen);
  if (hung.length === 0)
    for (const process of stage.processes)
      if (process.isAlive) await clock.run(whenIdle(process.uploader.queue), 24 * hourMs);
  await clock.advance(1000);
  return { ...stage, seed, hung };
}
