/** A held upload, from its caller's side, on a host and a service in memory. */
import { isAbortedError, isUsageError } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { refuse, type Scripted } from '../testing/platform.ts';
import { kindOf, mib, partNumberOf, rig, sampleBytes, target, type RigOptions } from '../testing/rig.ts';
import { getTaskList } from '../upload/queue/queue.ts';
import type { OutgoingRequest } from '../core/platform.ts';
import type { Instance } from './instance.ts';
import { startUpload } from './upload.ts';

const params = { ...target, FilePath: '/a.bin', ChunkSize: mib, AsyncLimit: 1 };

function held(more: RigOptions = {}, own: object = {}) {
  const made = rig({ files: { '/a.bin': { bytes: sampleBytes(4 * mib), modifiedMs: 1 } }, ...more });
  const { uploader, platform } = made;
  const task = startUpload({ uploader, platform, settings: uploader.options } as unknown as Instance, {
    ...params,
    ...own,
  });
  const states: unknown[] = [];
  const percents: number[] = [];
  task.on('state', (state) => states.push(state));
  task.on('progress', (now) => percents.push((now as { percent: number }).percent));
  return { ...made, task, states, percents };
}

/** Refuses the third part once. */
function refusingOnce() {
  let left = 1;
  return (request: OutgoingRequest): Scripted | undefined =>
    kindOf(request) === 'part' && partNumberOf(request) === 3 && left-- > 0
      ? refuse(403, 'AccessDenied')
      : undefined;
}

test('it has an id and a state at once, and an address with a scheme in the end', async () => {
  const { task, outcome, states, uploader } = held();

  expect([task.id, task.state]).toEqual([getTaskList(uploader.queue)[0]!.id, 'checking']);
  const { data } = await outcome(task.done);

  expect(data).toMatchObject({
    Url: expect.stringMatching(/^https:\/\/examplebucket-.*\/a\.bin$/) as string,
  });
  expect([task.state, states.at(-1), task.progress.percent]).toEqual(['success', 'success', 1]);
});

test('a failed one is tried again, and tells its caller what became of that', async () => {
  const { task, outcome, percents } = held(
    { between: refusingOnce(), latencyMs: 100 },
    { ProgressInterval: 0 },
  );
  const first = task.done;

  const { error } = await outcome(first);
  const failedAt = task.progress.percent;
  task.resume();
  const second = task.done;
  const { data } = await outcome(second);

  expect(error).toMatchObject({ code: 'AccessDenied' });
  expect(second).not.toBe(first);
  expect(data).toMatchObject({ verified: 'object' });
  expect(failedAt).toBeGreaterThan(0);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
});

test('a paused one goes on, with the same promise', async () => {
  const { task, outcome, clock } = held({ latencyMs: 100 });
  const { done } = task;
  await clock.advance(150);

  task.pause();
  expect(task.state).toBe('paused');
  task.resume();

  expect(task.done).toBe(done);
  expect((await outcome(done)).data).toMatchObject({ verified: 'object' });
});

test('a cancelled one tells so, and one that is removed is on no list', async () => {
  const { task, outcome, uploader, clock } = held({ latencyMs: 100 });
  await clock.advance(50);

  const removing = task.remove();
  const { error } = await outcome(task.done);
  await outcome(removing);

  expect(isAbortedError(error)).toBe(true);
  expect([task.state, getTaskList(uploader.queue)]).toEqual(['canceled', []]);
});

test('what is wrong with its parameters is what it rejects with', async () => {
  const { task, outcome } = held({}, { FilePath: undefined });

  const { error } = await outcome(task.done);

  expect(isUsageError(error)).toBe(true);
  expect([task.id, task.state]).toEqual(['', 'error']);
});

test('its progress has an interval of its own', async () => {
  const count = async (ProgressInterval: number): Promise<number> => {
    const { task, outcome, percents } = held({ latencyMs: 300 }, { ProgressInterval });
    await outcome(task.done);
    return percents.length;
  };

  expect(await count(0)).toBeGreaterThan(await count(60_000));
});
