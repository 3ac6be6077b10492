import { expect, test } from 'vitest';
import type { Clock } from '../runtime/clock.ts';
import { slowResponse } from './slow-response.ts';
import type { HttpResponse } from '../http/message.ts';

const outcome = { requestId: 'r', operation: 'multipartComplete' };
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A clock whose sleeps end one by one, when the test says so. */
function stepping(): Clock & { step(): Promise<void> } {
  const waiting: (() => void)[] = [];
  return {
    nowMs: () => 0,
    sleep: () => new Promise((resolve) => waiting.push(resolve)),
    async step() {
      await Promise.resolve();
      waiting.shift()?.();
      await Promise.resolve();
    },
  };
}

test('an answer that comes soon goes out as it is', async () => {
  const response: HttpResponse = { status: 404, headers: { a: 'b' }, body: 'x', outcome };

  expect(await slowResponse(Promise.resolve(response), { headers: {}, outcome }, stepping())).toBe(response);
});

test.each([
  ['a result', 200, `${declaration}<Result/>`],
  ['an error', 400, `${declaration}<Error><Code>InvalidPart</Code></Error>`],
])('%s that comes late follows white space in a 200', async (_name, status, document) => {
  const clock = stepping();
  let finish: (response: HttpResponse) => void = () => undefined;
  const work = new Promise<HttpResponse>((resolve) => (finish = resolve));
  const pending = slowResponse(work, { headers: { 'x-cos-request-id': 'r' }, outcome }, clock);
  await clock.step();
  const answer = await pending;
  const chunks = (answer.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const next = async () => Buffer.from((await chunks.next()).value as Uint8Array).toString();

  const head = await next();
  const waiting = next();
  await clock.step();
  const space = await waiting;
  finish({ status, headers: {}, body: document, outcome });
  const rest = await next();

  expect(answer).toMatchObject({
    status: 200,
    headers: { 'x-cos-request-id': 'r', 'content-type': 'application/xml' },
  });
  expect([head, space]).toEqual([declaration, ' ']);
  // The declaration stands at the very start, so that strict readers take the whole as one document.
  expect(head + space + rest).toBe(`${declaration} ${document.slice(declaration.length)}`);
  expect((await chunks.next()).done).toBe(true);
});
