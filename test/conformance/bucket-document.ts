/** Cases that hold for every document of a bucket that is checked, stored and given back. */
import { describe, expect, test } from 'vitest';
import type { RunningService } from '../service.ts';
import { clientInNewBucket, type TestClient } from './client.ts';
import { putDocument } from './documents.ts';

/** A document, and what is known of it. */
export interface Document {
  readonly flag: string;
  readonly root: string;
  readonly inner: string;
  /** Code for a bucket without the document, or the empty document. */
  readonly absent: string;
  readonly removable: boolean;
  /** What is wrong, the content, the code. */
  readonly malformed: readonly (readonly [string, string, string])[];
  readonly prepare?: (client: TestClient) => Promise<unknown>;
}

/** Tries a document out. */
export function describeDocument(
  service: RunningService,
  { flag, root, inner, absent, removable, malformed, prepare }: Document,
): void {
  describe(flag, () => {
    async function bucket(): Promise<TestClient> {
      const client = await clientInNewBucket(service);
      await prepare?.(client);
      return client;
    }
    const whole = (content: string) => `<${root}>${content}</${root}>`;

    test('is stored, given back as it was written, and removed', async () => {
      const client = await bucket();
      const none = await client.send({ query: { [flag]: '' } });

      const put = await putDocument(client, flag, whole(inner));
      const read = await client.send({ query: { [flag]: '' } });

      expect(absent.startsWith('<') ? none.text : none.code).toContain(absent);
      expect(none.status).toBe(absent.startsWith('<') ? 200 : 404);
      expect([put.status, put.text]).toEqual([200, '']);
      expect(read.status).toBe(200);
      expect(read.text).toContain(whole(inner));
      if (removable) {
        const removed = await client.send({ method: 'DELETE', query: { [flag]: '' } });
        const after = await client.send({ query: { [flag]: '' } });
        expect([removed.status, after.text.includes(inner)]).toEqual([204, false]);
      }
    });

    test.each(malformed)('with %s is refused', async (_what, content, code) => {
      const client = await bucket();

      const answer = await putDocument(client, flag, whole(content));

      expect([answer.status, answer.code]).toEqual([400, code]);
    });

    test('is not for strangers', async () => {
      const client = await bucket();

      const read = await client.send({ query: { [flag]: '' }, sign: 'none' });
      const written = await putDocument(client, flag, whole(inner), { sign: 'none' });

      expect([read.status, written.status]).toEqual([403, 403]);
    });
  });
}
