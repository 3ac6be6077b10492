/** Things that happen to hosts, files and tasks while uploads are under way. */
import { cancelTask, pauseTask, restartTask } from '../../packages/sdk/src/upload/queue/queue.ts';
import { mib, variantOf } from './content.ts';
import type { Device } from './device.ts';
import { sizes, type Stage, type Told, type Trap } from './stage.ts';

type Happening = (stage: Stage, at: Scene) => Promise<void> | void;

/** What a happening is about. */
interface Scene {
  readonly on: Device;
  readonly key: string;
  /** A call under way on the device, if there is one. */
  readonly task: Told | undefined;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** By name, as they are counted. */
export const happenings: Readonly<Record<string, Happening>> = {
  async 'killed and started again'(stage, { on }) {
    killAll(stage, on);
    await stage.clock.advance(stage.random() * 3000);
    startAgain(stage, on);
  },
  async 'killed while the service acts'(stage, { on, task }) {
    const { chance, pick } = stage;
    if (!task) return;
    const { process } = task;
    const kind = pick(['init', 'part', 'complete', 'complete', 'put', 'abort']);
    if (!(await trapped(stage, { process, kind, act: () => process.kill() }))) return;
    killAll(stage, on);
    if (chance(0.5)) change(stage, on, task.key, 'keeps its times');
    startAgain(stage, on);
  },
  'app hidden and shown': (stage, { on }) => away(stage, on, 'visible'),
  'offline and online': (stage, { on }) => away(stage, on, 'online'),
  async 'paused and restarted'(stage, { on, task }) {
    const { clock, chance, random } = stage;
    if (!task) return;
    pauseTask(task.process.uploader.queue, task.taskId);
    if (chance(0.5)) {
      await clock.advance(1 + random() * 5000);
      // While someone reads, no host could tell a change of content alone from a file that was so all along.
      const file = on.files.get(task.key);
      if (file && chance(0.2)) stage.write(on, task.key, { content: file.content, size: stage.pick(sizes) });
      else if (chance(0.5))
        change(stage, on, task.key, isRead(stage, task) ? 'tells its time' : 'keeps its times');
    }
    task.sinceMs = clock.now();
    task.runs += 1;
    void restartTask(task.process.uploader.queue, task.taskId);
  },
  cancelled(_, { task }) {
    if (!task) return;
    task.cancelled = true;
    void cancelTask(task.process.uploader.queue, task.taskId);
  },
  'uploaded again'(stage, { on, key }) {
    const { chance, nextContent, living } = stage;
    const file = on.files.get(key);
    const process = living(on)[0];
    if (!file || !process) return;
    if (chance(0.5)) stage.write(on, key, { ...file, content: nextContent(), modifiedMs: stage.clock.now() });
    stage.call(process, key, { kind: 'path' });
  },
  'second tab'(stage, { on }) {
    const process = stage.launch(on);
    for (const key of stage.keys) if (on.files.has(key)) stage.call(process, key, { kind: 'path' });
  },
  'file changed'(stage, { on, key }) {
    const { chance, pick, nextContent } = stage;
    const file = on.files.get(key);
    if (file) stage.write(on, key, { content: nextContent(), size: chance(0.5) ? file.size : pick(sizes) });
  },
  'file shrunk'(stage, { on, key }) {
    const file = on.files.get(key);
    if (file) stage.write(on, key, { content: file.content, size: Math.floor(file.size * stage.random()) });
  },
  'file vanished': (_, { on, key }) => void on.files.delete(key),
  'content changed, times kept'(stage, { on, key }) {
    // Only while nobody reads: no host could tell this from a file that was so all along.
    killAll(stage, on);
    change(stage, on, key, 'keeps its times');
    startAgain(stage, on);
  },
  async 'disk is slow'(stage, { on }) {
    on.disk = 'slow';
    await stage.clock.advance(stage.random() * 4 * minuteMs);
    on.disk = 'works';
  },
  async 'disk is silent'(stage, { on }) {
    on.disk = 'silent';
    await stage.clock.advance(stage.random() * 10_000);
    on.disk = 'works';
  },
  async 'storage fails'(stage, { on }) {
    on.storage = 'fails';
    await stage.clock.advance(stage.random() * 8000);
    on.storage = 'works';
  },
  async 'storage is silent'(stage, { on }) {
    on.storage = 'is silent';
    await stage.clock.advance(stage.random() * 8000);
    on.storage = 'works';
  },
  'locks fail': (_, { on }) => void (on.locks = 'fail'),
  'locks run out': (_, { on }) => void (on.locks = 'run out'),
  'clock jumps'(stage, { on }) {
    on.clockMs += stage.pick([-dayMs, -minuteMs, minuteMs, dayMs, 40 * dayMs]);
  },
  'upload removed by someone'({ service, pick }) {
    const ids = [...service.uploads.keys()];
    if (ids.length > 0) service.uploads.delete(pick(ids));
  },
  async 'removed while it is made again'(stage, { on, key }) {
    const file = on.files.get(key);
    const process = stage.living(on)[0];
    if (!file || !process) return;
    stage.write(on, key, { content: stage.nextContent(), size: file.size });
    stage.call(process, key, { kind: 'path' });
    await trapped(stage, { process, kind: 'complete', act: () => stage.service.uploads.clear() });
  },
  'bytes rot on the service'({ service, pick }) {
    const uploads = [...service.uploads.values()].filter(({ parts }) => parts.size > 0);
    if (uploads.length === 0) return;
    const { parts } = pick(uploads);
    const [number, part] = pick([...parts]);
    parts.set(number, { ...part, content: { ...part.content, crc64: '4711' } });
  },
  'part replaced by someone'({ service, pick }) {
    const parts = [...service.uploads.values()].flatMap(({ parts: held }) =>
      [...held].map((one) => ({ held, one })),
    );
    if (parts.length === 0) return;
    const { held, one } = pick(parts);
    const [number, part] = one;
    const other = { length: part.content.length, crc64: '4711', md5: '0'.repeat(32) };
    held.set(number, { ...part, content: other, ETag: `"${other.md5}"` });
  },
};

/** Lets one thing happen somewhere. */
export async function happen(stage: Stage): Promise<void> {
  const { pick, told } = stage;
  const what = pick(Object.keys(happenings));
  const on = pick(stage.devices);
  const tasks = told.filter(
    ({ process, settled }) => process.isAlive && process.device === on && settled === 0,
  );
  stage.count(what);
  await happenings[what]!(stage, {
    on,
    key: pick(stage.keys),
    task: tasks.length > 0 ? pick(tasks) : undefined,
  });
}

/** Starts an app on a device: it uploads what it was not told to be done. */
export function startAgain(stage: Stage, on: Device): void {
  const process = stage.launch(on);
  for (const key of stage.keys) {
    const done = stage.told.some((it) => it.key === key && it.process.device === on && it.data);
    if (!done && on.files.has(key)) stage.call(process, key, { kind: 'path' });
  }
}

function killAll(stage: Stage, on: Device): void {
  for (const process of stage.living(on)) process.kill();
}

/** Does something the moment that a request arrives at the service, and says whether one has, within a minute. */
async function trapped(stage: Stage, trap: Trap): Promise<boolean> {
  stage.trap = trap;
  for (let waitedMs = 0; stage.trap && waitedMs < minuteMs; waitedMs += 500) await stage.clock.advance(500);
  const isSprung = !stage.trap;
  stage.trap = undefined;
  return isSprung;
}

async function away(stage: Stage, on: Device, name: 'online' | 'visible'): Promise<void> {
  on[name] = false;
  for (const process of stage.living(on)) process.tell();
  await stage.clock.advance(stage.random() * 20_000);
  on[name] = true;
  for (const process of stage.living(on)) process.tell();
}

/** Whether anyone but a paused task may be reading its file. */
function isRead(stage: Stage, task: Told): boolean {
  const { device } = task.process;
  return (
    device.disk !== 'works' ||
    stage.told.some(
      (it) => it !== task && it.key === task.key && it.process.device === device && it.settled === 0,
    )
  );
}

/** Gives a file other content of the same size, all of it or a MiB. */
function change(stage: Stage, on: Device, key: string, how: 'keeps its times' | 'tells its time'): void {
  const file = on.files.get(key);
  if (!file) return;
  const block = Math.floor(stage.random() * Math.ceil(file.size / mib));
  const content = stage.chance(0.5) ? stage.nextContent() : variantOf(file.content, block);
  const modifiedMs = how === 'keeps its times' ? file.modifiedMs : stage.clock.now();
  stage.write(on, key, { content, size: file.size, modifiedMs });
}
