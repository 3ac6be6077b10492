/** Runs `putObject` and `postObject` as tasks of the queue, so that they can be paused, restarted and cancelled. */
import { postObject, UsageError } from '@sampan/protocol';
import type { CancelSignal } from '../core/cancel.ts';
import type { Meter } from '../upload/queue/progress.ts';
import { enqueue } from '../upload/queue/queue.ts';
import { formValues } from '../upload/uploader/form.ts';
import { callRow, cancellable } from './call.ts';
import { eTagOf, locationOf, resultOf, type Instance } from './instance.ts';
import { sendObject } from './object.ts';
import { headersOf, need, type Params } from './params.ts';
import { meterOf } from './progress-meter.ts';

type Result = Record<string, unknown>;
type Send = (
  instance: Instance,
  params: Params,
  meter: Meter,
  signal: CancelSignal | undefined,
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
  return cancellable(params, async (signal) => {
    if (params['SkipTask']) return send(instance, params, meterOf(instance, params), signal);
    return new Promise((resolve, reject) => {
      enqueue<Result>(instance.uploader.queue, {
        params: params,
        size: sizeOf(params['Body']),
        job: () => ({
          mayPause: () => !comesOnce(params['Body']),
          async run(run) {
            const meter = meterOf(instance, params, run);
            run.sending();
            return send(instance, params, meter, run.signal);
          },
        }),
        signal,
        onOver: (error, data) => (data ? resolve(data) : reject(error!)),
      });
    });
  });
}

/** A stream, of Node or of a page: what has been read of it cannot be read again. */
function comesOnce(body: unknown): boolean {
  const { pipe, getReader } = Object(body) as { readonly pipe?: unknown; readonly getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function';
}

function sizeOf(body: unknown): number {
  const { byteLength, size } = Object(body) as { readonly byteLength?: unknown; readonly size?: unknown };
  return typeof byteLength === 'number' ? byteLength : typeof size === 'number' ? size : 0;
}

const sendForm: Send = async (instance, params, meter, signal) => {
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
  meter.expect(size);
  meter.report();
  try {
    // Every header parameter is a field of the form, so that none is lost on the way.
    const { authorization: _own, ...headers } = headersOf(params);
    const response = await callRow(instance, postObject, withoutHeaders(params), {
      values: { SuccessActionStatus: '200', ...formValues(headers) },
      headers,
      body: { hostBody: file, size, repeatable: true },
      onUploadProgress: (sent) => meter.reach(sent),
      signal,
    });
    meter.finish();
    const name = nameOf(FilePath || Body);
    const Key = String(params['Key']).replace(/\$\{filename\}/g, () => name);
    return resultOf(response, {
      ...response.data,
      Location: locationOf(settings, { ...params, Key }),
      ...eTagOf(response),
    });
  } finally {
    meter.stop();
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
