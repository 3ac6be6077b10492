/** Facts for policies that only the body of a request has, and the bodies that are checked against them when they end. */
import type { Operation } from '@sampan/protocol';
import { documentWords } from '../access/acl.ts';
import type { ConditionContext } from '../access/conditions.ts';
import type { IncomingBody } from '../body/stream.ts';

/** The facts of a document that was read, which its fields did not have. */
export function documentFacts(
  { request: { body } }: Operation,
  input: Readonly<Record<string, unknown>>,
  sizeBytes: number,
): ConditionContext {
  const { AccessControlList: list, TagSet: tags } = input as Documents;
  return {
    'cos:content-length': [String(sizeBytes)],
    ...(list === undefined ? {} : { 'cos:x-cos-acl': documentWords(list.Grant) }),
    ...(body.kind === 'xml' && body.root === 'Tagging'
      ? { 'qcs:request_tag': (tags?.Tag ?? []).map(({ Key, Value }) => `${Key}&${Value}`) }
      : {}),
  };
}

/** The two documents that conditions can be about. */
interface Documents {
  readonly AccessControlList?: { readonly Grant: Parameters<typeof documentWords>[0] };
  readonly TagSet?: { readonly Tag: readonly { readonly Key: string; readonly Value: string }[] };
}

/** A body whose end is reached only when `confirm` agrees with its length, so that nothing is stored otherwise. */
export function confirmedBody(
  body: IncomingBody,
  confirm: (sizeBytes: number) => Promise<void>,
): IncomingBody {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    let sizeBytes = 0;
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      yield chunk;
    }
    await confirm(sizeBytes);
  }
  return {
    sizeBytes: body.sizeBytes,
    [Symbol.asyncIterator]: bytes,
    async all(limitBytes) {
      const whole = await body.all(limitBytes);
      await confirm(whole.length);
      return whole;
    },
    ...(body.release ? { release: (chunk: Uint8Array) => body.release?.(chunk) } : {}),
  };
}
