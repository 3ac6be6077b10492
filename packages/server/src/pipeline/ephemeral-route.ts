/** `/-/ephemeral`: what tests do with a service that keeps everything in memory. It is absent from all others. */
import { fault } from '@sampan/protocol';
import { JsonProblem, readJson } from '../access/read-json.ts';
import type { ReservedRoute } from '../http/message.ts';
import type { MovableClock } from '../runtime/clock.ts';

/** What a service in memory lets its owner do. */
export interface Ephemeral {
  readonly clock: MovableClock;
  /** Lets go of all that was stored, and makes the buckets of the start anew. */
  reset(): Promise<void>;
}

/** A hundred years, which no test needs. */
const furthestMs = 100 * 366 * 86_400_000;

/**
 * `GET` says how far the clock is from the machine's, `PUT` with `{ "clockOffsetMs": N }` moves it, `DELETE` forgets all
 * that was stored.
 */
export function ephemeralRoute({ clock, reset }: Ephemeral): ReservedRoute {
  return async (request) => {
    switch (request.method) {
      case 'GET':
        break;
      case 'PUT':
        clock.moveTo(offsetIn(Buffer.from(await request.body.all(1024)).toString()));
        break;
      case 'DELETE':
        await reset();
        break;
      default:
        return { status: 405, headers: { allow: 'GET, PUT, DELETE' } };
    }
    const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
    return { status: 200, headers, body: `${JSON.stringify({ clockOffsetMs: clock.offsetMs })}\n` };
  };
}

function offsetIn(text: string): number {
  let given: unknown;
  try {
    given = readJson(text);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
  }
  const offsetMs =
    typeof given === 'object' && given !== null && 'clockOffsetMs' in given ? given.clockOffsetMs : undefined;
  if (typeof offsetMs !== 'number' || !(Math.abs(offsetMs) <= furthestMs))
    throw fault('InvalidArgument', {
      Message: `The document must be {"clockOffsetMs": N} with N from -${furthestMs} to ${furthestMs}.`,
    });
  return offsetMs;
}
