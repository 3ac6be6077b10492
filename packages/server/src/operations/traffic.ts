/** The limit on the speed of one connection. Source: https://cloud.tencent.com/document/product/436/40140 */
import { fault, maxTrafficLimitBitsPerSecond, minTrafficLimitBitsPerSecond } from '@sampan/protocol';
import type { IncomingBody } from '../body/stream.ts';
import { throttle } from '../body/throttle.ts';
import type { Call } from './call.ts';

/** Reads `x-cos-traffic-limit` in bits per second, from whichever carrier has it; undefined for no limit. */
export function trafficLimit(...carriers: readonly (string | undefined)[]): number | undefined {
  const text = carriers.find((carrier) => carrier !== undefined && carrier !== '');
  if (text === undefined) return undefined;
  const limit = Number(text);
  const allowed = limit >= minTrafficLimitBitsPerSecond && limit <= maxTrafficLimitBitsPerSecond;
  if (!/^\d+$/.test(text) || !allowed)
    throw fault('InvalidArgument', {
      Message: `x-cos-traffic-limit is a number from ${minTrafficLimitBitsPerSecond} to ${maxTrafficLimitBitsPerSecond}.`,
    });
  return limit;
}

/** The body of a request, read no faster than the limit allows. */
export function slowed(body: IncomingBody, limit: number | undefined, call: Call): IncomingBody {
  if (limit === undefined) return body;
  const { clock } = call.backend;
  const bytes = () => throttle(body, limit, clock, call.request.signal);
  return {
    sizeBytes: body.sizeBytes,
    [Symbol.asyncIterator]: bytes,
    async all(limitBytes) {
      const chunks: Uint8Array[] = [];
      let sizeBytes = 0;
      for await (const chunk of bytes()) {
        sizeBytes += chunk.length;
        if (sizeBytes > limitBytes) throw fault('EntityTooLarge');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}
