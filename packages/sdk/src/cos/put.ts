/** `putObject` and `postObject` as tasks of the queue: they wait their turn, and can be paused, restarted and cancelled. */
import { postObject, UsageError } from '@sampan/protocol';
import type { CancelSignal } from '../cancel.ts';
import { meter, type Meter } from '../upload/progress.ts';
import { enqueue, type Run } from '../upload/queue.ts';
import { formValues } from '../upload/form.ts';
import { tell } from '../upload/params.ts';
import { callRow } from './call.ts';
import { locationOf, resultOf, type Instance } from './instance.ts';
import { sendObject } from './object.ts';
import { cancellerOf, headersOf, need, type Params } from './params.ts';

type Result = Record<string, unknown>;
type Send = (
  instance: Instance,
  params: Params,
  how: { readonly progress: Meter; readonly signal?: CancelSignal },
) => Promise<Result>;

/** Stores one object from one body. */
export async function put(instance: Instance, params: Params): Promise<Result> {
  if ((params['Body'] === undefined || params['Body'] === null) && !params['FilePath'])
    throw new UsageError('missing param Body');
  return queued(instance, params, sendObject);
}

/** Stores one object from a file by a form, as hosts without bodies for `PUT` need it. */
export async function post(instance: Instance, params: Params): Promise<Result> {
  if (!instance.platform.formsTakeBodies) {
    if (typeof need(params, 'FilePath') !== 'string')
      throw new UsageError('param FilePath should be a string');
  } else if (!params['FilePath']) need(params, 'Body');
  return queued(instance, params, sendForm);
}

async function queued(instance: Instance, params: Params, send: Send): Promise<Result> {
  if (params['SkipTask']) {
    const cancel = cancellerOf(params);
    const progress = meterFor(instance, params);
    return send(instance, params, { progress, ...(cancel ? { signal: cancel.signal } : {}) }).finally(() =>
      cancel?.release(),
    );
  }
  const { Bucket, Region, Key, FilePath, Body } = params as Readonly<Record<string, string | undefined>>;
  const cancel = cancellerOf(params);
  const onReady = params['onTaskReady'] as ((taskId: string) => void) | undefined;
  const other = params['TaskReady'] as typeof onReady;
  try {
    return await enqueue<Result>(instance.uploader.queue, {
      Bucket: Bucket ?? '',
      Region: Region ?? '',
      Key: Key ?? '',
      FilePath: FilePath ?? '',
      size: sizeOf(Body),
      job: { run: (run) => runJob(instance, params, run, send) },
      signal: cancel?.signal,
      onReady(taskId) {
        tell(onReady, taskId);
        if (other !== onReady) tell(other, taskId);
      },
      onStart: (task) => tell(params['onTaskStart'] as ((task: unknown) => void) | undefined, task),
    });
  } finally {
    cancel?.release();
  }
}

async function runJob(instance: Instance, params: Params, run: Run, send: Send): Promise<Result> {
  const progress = meterFor(instance, params, run);
  run.sending();
  return send(instance, params, { progress, signal: run.signal });
}

function meterFor({ platform, settings }: Instance, params: Params, run?: Run): Meter {
  const made = meter(platform.clock, settings.ProgressInterval, (progress) => {
    if (run && !run.isCurrent()) return;
    run?.progressed(progress);
    tell(params['onProgress'] as ((progress: unknown) => void) | undefined, progress);
  });
  return {
    ...made,
    expect(bytes) {
      run?.sized(bytes);
      made.expect(bytes);
    },
  };
}

function sizeOf(body: unknown): number {
  const { byteLength, size } = Object(body) as { readonly byteLength?: unknown; readonly size?: unknown };
  return typeof byteLength === 'number' ? byteLength : typeof size === 'number' ? size : 0;
}

const sendForm: Send = async (instance, params, { progress, signal }) => {
  const { platform, settings } = instance;
  const { FilePath, Body } = params;
  const file = FilePath ? { FilePath } : { Body };
  const source = await platform.open(file);
  await source.close();
  const size = source.size ?? 0;
  const { maxFormBytes } = platform;
  if (maxFormBytes !== undefined && size > maxFormBytes)
    throw new UsageError(
      `postObject takes files up to ${maxFormBytes} bytes on ${platform.name}, got ${size}; use uploadFile`,
    );
  progress.expect(size);
  progress.tell();
  try {
    // Every header parameter is a field of the form, so that none is lost on the way.
    const { authorization: _own, ...headers } = headersOf(params);
    const answer = await callRow(instance, postObject, withoutHeaders(params), {
      values: { SuccessActionStatus: '200', ...formValues(headers) },
      headers,
      body: { hostBody: file, size, repeatable: true },
      onUploadProgress: (sent) => progress.reach(sent),
      ...(signal ? { signal } : {}),
    });
    progress.finish();
    const name = nameOf(FilePath || Body);
    const Key = String(params['Key']).replace(/\$\{filename\}/g, () => name);
    return resultOf(answer, {
      Location: locationOf(settings, { ...params, Key }),
      ETag: answer.headers['etag'] ?? '',
    });
  } finally {
    progress.stop();
  }
};

/** How the form names its file: the last part of a path, or what a File is called. */
function nameOf(file: unknown): string {
  if (typeof file !== 'string') return (file as { readonly name?: string }).name ?? 'blob';
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

/** Named parameters and headers, which have become fields. */
function withoutHeaders({ Bucket, Region, Key, Query, Signal, signal }: Params): Params {
  return { Bucket, Region, Key, Query, Signal, signal };
}
