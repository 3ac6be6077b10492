import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { clientInNewBucket } from '../conformance/client.ts';
import { serviceForTests, type RunningService } from '../service.ts';

/** Lines of the log, once one of them fits. */
async function logOf(service: RunningService, wanted: RegExp): Promise<string[]> {
  return vi.waitFor(
    async () => {
      const lines = (await readFile(service.logFile, 'utf8')).split('\n');
      expect(lines.some((line) => wanted.test(line))).toBe(true);
      return lines;
    },
    { timeout: 10_000, interval: 50 },
  );
}

test('the log says in one line of JSON why a request was refused', async () => {
  const service = await serviceForTests({ name: 'explained-log', flags: ['--threads', '1'] });
  const client = await clientInNewBucket(service);
  await client.put('Cat.jpg', 'x');
  const { headers } = await client.get('cat.jpg');
  const id = String(headers['x-cos-request-id']);
  const lines = await logOf(service, /"explanation"/);
  const line = lines.find((one) => one.includes('"explanation"'))!;

  expect(JSON.parse(line)).toMatchObject({
    requestId: id,
    cause: 'key-near',
    explanation: 'There is no object "cat.jpg"; there is "Cat.jpg".',
  });
});

test('with --log-format pretty it is text without colours where no terminal is', async () => {
  const flags = ['--threads', '1', '--log-format', 'pretty'];
  const service = await serviceForTests({ name: 'pretty-log', flags });
  const client = await clientInNewBucket(service);
  await client.get('nothing', { 'if-match': 'x' });
  const lines = await logOf(service, /More: sampan explain/);

  expect(lines.find((line) => line.includes('NoSuchKey'))).toMatch(
    /^\d\d:\d\d:\d\d 404 GET {4}\/nothing NoSuchKey \(request id \S+\) {2}\d+ ms, 0 B in, \d+ B out$/,
  );
});
