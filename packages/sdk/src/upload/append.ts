/**
 * Appends bytes to an object safely. An append with an unknown outcome is not repeated blindly: a HEAD first shows
 * whether the object has grown by exactly these bytes, not at all, or by something else.
 */
import {
  appendObject as row,
  getObject,
  headObject,
  isServiceError,
  isTransportError,
} from '@sampan/protocol';
import { isBytes } from '../core/body.ts';
import { canceller, type CancelSignal } from '../core/cancel.ts';
import type { CosResponse, Call, Client } from '../client/client.ts';
import type { Platform } from '../core/platform.ts';
import { sendBody, type Sendable } from '../client/send-body.ts';
import { sameCrc64, storedCrc64 } from '../client/verify.ts';
import { pause } from '../core/wait.ts';

/** What to append. */
export interface Append {
  /** A complete call of the append row, but for its body and what describes it. */
  readonly call: Omit<Call, 'operation' | 'body'>;
  readonly bytes: Uint8Array;
  /** Length of the object so far; 0 makes it. */
  readonly position: number;
  readonly signal?: CancelSignal | undefined;
}

/** Tries of one append; those after the first follow a proof that nothing was appended. */
const mostTries = 3;

/**
 * Appends once and gives the answer; one that got lost is put together from what the service says of the object. The
 * service compares the bytes with `Content-MD5`. Rejects when it is not certain that exactly these bytes were added.
 */
export async function appendOnce(
  client: Client,
  platform: Pick<Platform, 'digest' | 'clock' | 'random'>,
  { call, bytes, position, signal = canceller().signal }: Append,
): Promise<CosResponse> {
  const values = { ...call.values, Position: position };
  const body: Sendable = {
    bytes,
    sendsMd5: true,
    isWhole: position === 0,
    call: () => ({ ...call, operation: row, values, repeatable: false }),
    what: 'The append',
    fate: 'The object holds other bytes; delete it or write it again.',
  };
  for (let tries = 1; ; tries++) {
    try {
      return (await sendBody({ client, platform }, body, { signal })).response;
    } catch (error) {
      if (signal.reason || !isUnknown(error)) throw error;
      const wanted = {
        position,
        length: bytes.length,
        crc64: (await platform.digest(bytes, { md5: false })).crc64,
      };
      const fate = await fateOf({ client, platform, call, signal }, wanted);
      if (typeof fate === 'object') return fate;
      if (fate === 'unclear' || tries >= mostTries) throw error;
      await pause(platform.clock, platform.random() * 1000 * 2 ** tries, signal);
    }
  }
}

interface Asking {
  readonly client: Client;
  readonly platform: Pick<Platform, 'digest'>;
  readonly call: Append['call'];
  readonly signal: CancelSignal;
}

interface Wanted {
  readonly position: number;
  readonly length: number;
  readonly crc64: string;
}

/** What became of an append whose answer did not arrive: the answer it would have had, when it was done. */
async function fateOf(asking: Asking, wanted: Wanted): Promise<CosResponse | 'not done' | 'unclear'> {
  const { client, call, signal } = asking;
  const { Bucket, Region, Key } = call.values;
  const values = { Bucket, Region, Key };
  try {
    const response = await client.call({ operation: headObject, values, signal });
    const end = wanted.position + wanted.length;
    const now = Number(response.headers['content-length']);
    if (now === wanted.position && wanted.length > 0) return 'not done';
    // Another client may have appended as many bytes; only the checksum shows whose bytes they are.
    if (now !== end || !(await holds(asking, response, wanted))) return 'unclear';
    return { ...response, headers: { ...response.headers, 'x-cos-next-append-position': String(end) } };
  } catch (error) {
    if (signal.reason) throw error;
    const isMissing = isServiceError(error) && error.statusCode === 404;
    return isMissing && wanted.position === 0 ? 'not done' : 'unclear';
  }
}

/** Whether the object has exactly the wanted bytes behind the position. */
async function holds(
  { client, platform, call, signal }: Asking,
  head: CosResponse,
  { position, length, crc64 }: Wanted,
): Promise<boolean> {
  if (length === 0) return true;
  const stored = storedCrc64(head);
  if (position === 0 && stored !== undefined) return sameCrc64(stored, crc64);
  const { Bucket, Region, Key } = call.values;
  const Range = `bytes=${position}-${position + length - 1}`;
  const values = { Bucket, Region, Key, Range };
  const { body } = await client.call({ operation: getObject, values, responseType: 'bytes', signal });
  if (!isBytes(body) || body.length !== length) return false;
  return sameCrc64((await platform.digest(body, { md5: false })).crc64, crc64);
}

/** No answer, or one that does not say whether it was done. */
function isUnknown(error: unknown): boolean {
  return isTransportError(error) || (isServiceError(error) && error.statusCode >= 500);
}
