/** Uploads small files by the host's form uploader, for entries whose host has one. */
import { postObject } from '@sampan/protocol';
import type { Call } from '../../client/client.ts';
import { creatingCall, headersOf } from './params.ts';
import type { SmallForm, Uploader, UploadParams } from './uploader.ts';

/** How a file of `size` bytes is sent by a form; undefined when it shall not be, or the host cannot. */
export function formFor(
  { options, platform }: Uploader,
  { FilePath, Body }: UploadParams,
  size: number,
): SmallForm | undefined {
  if (options.SimpleUploadMethod !== 'postObject' || !platform.sendForm) return undefined;
  if (size > (platform.maxFormBytes ?? Infinity)) return undefined;
  if (Body !== undefined && !platform.formsTakeBodies) return undefined;
  const hostBody = Body === undefined ? { FilePath } : { Body };
  return { call: formCall, body: { hostBody, size, repeatable: true } };
}

/** The call that makes the object by a form: what elsewhere are headers are fields of it, or they would be lost. */
export function formCall(params: UploadParams): Call {
  const call = creatingCall(postObject, params, { SuccessActionStatus: '200' });
  return { ...call, values: { ...call.values, ...formValues(headersOf(params)) } };
}

/** Values of the form by the names of its fields. */
export function formValues(headers: Readonly<Record<string, string>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const meta: Record<string, string> = {};
  for (const [name, field] of Object.entries(postObject.request.fields)) {
    const header = name === 'ACL' ? 'x-cos-acl' : field.name.toLowerCase();
    if (field.place === 'form' && !field.prefix && headers[header] !== undefined)
      values[name] = headers[header];
  }
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith('x-cos-meta-')) meta[name.slice('x-cos-meta-'.length)] = value;
  return { ...values, ...(Object.keys(meta).length > 0 ? { Meta: meta } : {}) };
}
