/** Bodies that are documents (XML, JSON, text): read whole, within a limit, checked against their digest. */
import { createHash } from 'node:crypto';
import { base64Decode, fault, type Operation } from '@sampan/protocol';
import type { HttpRequest } from '../http/message.ts';

// A Complete of 10,000 parts with spread-out markup is about 1.5 MB, a deletion of 1,000 long escaped keys about 5 MB.
const maxDocumentBytes = 8 * 1024 * 1024;

/** Reads the document that an operation takes; undefined for an operation that takes none. */
export async function readDocument(operation: Operation, request: HttpRequest): Promise<string | undefined> {
  const { kind } = operation.request.body;
  if (kind !== 'xml' && kind !== 'text') return undefined;
  if (request.body.sizeBytes !== undefined && request.body.sizeBytes > maxDocumentBytes)
    throw fault('XMLSizeLimit');
  const bytes = await request.body.all(maxDocumentBytes);
  const claimed = request.headers['content-md5'];
  if (claimed !== undefined) {
    if (base64Decode(claimed)?.length !== 16) throw fault('InvalidDigest');
    if (createHash('md5').update(bytes).digest('base64') !== claimed) throw fault('BadDigest');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fault(kind === 'xml' ? 'MalformedXML' : 'InvalidArgument', {}, { cause });
  }
}

/**
 * Refuses a body whose length the sender does not announce. Only PUT Object may be sent in chunks.
 * Source: https://cloud.tencent.com/document/product/436/7728
 */
export function refuseMissingLength(name: string, operation: Operation, request: HttpRequest): void {
  const { kind } = operation.request.body;
  if ((kind !== 'bytes' && kind !== 'form') || operation.method === 'GET') return;
  if (request.headers['content-length'] !== undefined) return;
  if (name === 'putObject' && request.headers['transfer-encoding'] !== undefined) return;
  throw fault('MissingContentLength');
}
