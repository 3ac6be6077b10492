/** Handlers of a document that configures a bucket: checked, stored as it is, given back, removed. */
import { fault, type ErrorCode, type Input, type OperationName, type Operations } from '@sampan/protocol';
import type { IncomingBody } from '../body/stream.ts';
import type { Json } from '../metadata/port.ts';
import { bucketOf, type Call, type Handler } from './call.ts';

type Document<Name extends OperationName> = Omit<
  Input<Operations[Name], IncomingBody>,
  'Bucket' | 'ContentMD5'
>;
/** Throws for a document that cannot be. What it returns is stored in place of what was sent; null removes the document. */
type Check<Name extends OperationName> = (
  document: Document<Name>,
  call: Call,
) => Document<Name> | null | void | Promise<void>;

/** A handler that stores the document of a request under a name once it was checked. */
export function stores<Name extends OperationName>(config: string, check: Check<Name>): Handler<Name> {
  const handler = async (input: Readonly<Record<string, unknown>>, call: Call) => {
    const { Bucket: _bucket, Key: _key, ContentMD5: _digest, ...document } = input;
    // What is left of the input after its address and its digest are the elements of the document.
    const settled = await check(document as unknown as Document<Name>, call);
    await setConfig(call, config, (settled === undefined ? document : settled) as Json);
    return {};
  };
  return handler as unknown as Handler<Name>;
}

/** A handler that gives a stored document back; without one it answers the error, or an empty document. */
export function gives<Name extends OperationName>(config: string, absent: ErrorCode | object): Handler<Name> {
  const handler = async (_input: unknown, call: Call) => {
    const document = bucketOf(call).configs[config];
    if (document !== undefined && document !== null) return document;
    if (typeof absent === 'string') throw fault(absent);
    return absent;
  };
  // Only `stores` writes under the name, so the document has the operation's shape.
  return handler as unknown as Handler<Name>;
}

/** A handler that removes a document; it need not exist. */
export function removes<Name extends OperationName>(config: string): Handler<Name> {
  const handler = async (_input: unknown, call: Call) => {
    await setConfig(call, config, null);
    return {};
  };
  return handler as unknown as Handler<Name>;
}

/** Stores a document of the bucket that a call is about; null removes it. */
export async function setConfig(call: Call, config: string, document: Json): Promise<void> {
  const done = await call.backend.metadata.setConfig(bucketOf(call).name, config, document);
  if (!done.ok) throw fault('NoSuchBucket');
}

/** Whether a document is stored. */
export function hasDocument(call: Call, config: string): boolean {
  const document = bucketOf(call).configs[config];
  return document !== undefined && document !== null;
}

/** Refuses a document without rules, or with more than this. */
export function refuseCount(count: number, most: number): void {
  if (count === 0 || count > most)
    throw fault('MalformedXML', { Message: `There must be 1 to ${most} rules.` });
}
