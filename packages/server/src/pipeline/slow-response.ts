/**
 * Answers of operations that may take long. After a while a 200 goes out, then white space from time to time so that
 * no proxy on the way hangs up, and in the end the document: of the result, or of the error.
 */
import type { Clock } from '../runtime/clock.ts';
import type { HttpResponse } from '../http/message.ts';

// Official clients give up after 60 s of silence.
const slowAfterMs = 3000;
const keepAliveEveryMs = 3000;
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** What stands in for an answer that is late. */
export type ResponseHead = Pick<HttpResponse, 'headers' | 'outcome'>;

/** The answer itself when it comes soon, otherwise one whose body waits for it. `work` must not reject. */
export async function slowResponse(
  work: Promise<HttpResponse>,
  head: ResponseHead,
  clock: Clock,
): Promise<HttpResponse> {
  const waiting = new AbortController();
  const soon = await Promise.race([work, clock.sleep(slowAfterMs, waiting.signal)]);
  waiting.abort();
  if (soon) return soon;
  return {
    ...head,
    status: 200,
    headers: { ...head.headers, 'content-type': 'application/xml' },
    body: whiteSpaceUntil(work, clock),
  };
}

async function* whiteSpaceUntil(work: Promise<HttpResponse>, clock: Clock): AsyncGenerator<Uint8Array> {
  // The declaration must be the very first thing in a document, so it comes before the white space.
  yield Buffer.from(declaration);
  for (;;) {
    const waiting = new AbortController();
    const done = await Promise.race([work, clock.sleep(keepAliveEveryMs, waiting.signal)]);
    waiting.abort();
    if (done) {
      const text = typeof done.body === 'string' ? done.body : '';
      yield Buffer.from(text.startsWith(declaration) ? text.slice(declaration.length) : text);
      return;
    }
    yield Buffer.from(' ');
  }
}
