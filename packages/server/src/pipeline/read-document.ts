/** Bodies that are documents (XML, JSON, text): read whole, within a limit, checked against their digest. */
import { createHash } from 'node:crypto';
import {
  base64Decode,
  fault,
  isServiceError,
  maxCorsBytes,
  maxDeleteObjects,
  maxPartNumber,
  maxPolicyBytes,
  maxWebsiteBytes,
  type ErrorCode,
  type OperationName,
  type XmlLimits,
} from '@sampan/protocol';
import type { MatchedRequest } from './request-context.ts';
import { sumsDiffer } from '../body/sums-differ.ts';

const MB = 1024 * 1024;

/** How large the document of a request may be. */
interface DocumentLimits {
  readonly bytes: number;
  /** Tags, texts and comments: what reading a document costs. */
  readonly tokens: number;
  readonly code: ErrorCode;
}

/** A start tag, an end tag, its text, and white space before it. */
const tokensOfElement = 4;
const root = 64;

// S3 reads no more than 2 MB of a document; COS says nothing.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
const usual: DocumentLimits = { bytes: 2 * MB, tokens: 20_000 * tokensOfElement, code: 'XMLSizeLimit' };

const limitsOf: Partial<Readonly<Record<OperationName, DocumentLimits>>> = {
  // An Object has a Key and a VersionId.
  deleteMultipleObject: { ...usual, tokens: maxDeleteObjects * 3 * tokensOfElement + root },
  // A Part has a PartNumber and an ETag.
  multipartComplete: { ...usual, tokens: maxPartNumber * 3 * tokensOfElement + root },
  putBucketCors: { ...usual, bytes: maxCorsBytes },
  putBucketWebsite: { ...usual, bytes: maxWebsiteBytes },
  putBucketPolicy: { ...usual, bytes: maxPolicyBytes, code: 'PolicyFull' },
};

/** What the reader of a document counts while it reads. */
export function documentLimits(name: OperationName): XmlLimits {
  const { bytes, tokens } = limitsOf[name] ?? usual;
  return { maxLength: bytes, maxTokens: tokens, maxDepth: maxDocumentDepth };
}

/** No document of COS is deeper than eight. */
const maxDocumentDepth = 32;

/** Reads the document that an operation takes, and no more of it than may be. */
export async function readDocument({ name, operation, request }: MatchedRequest): Promise<string> {
  const { kind } = operation.request.body;
  const { bytes: maxBytes, code } = limitsOf[name] ?? usual;
  const tooLong = () => fault(code, { Message: `The document of this request may have ${maxBytes} bytes.` });
  if (request.body.sizeBytes !== undefined && request.body.sizeBytes > maxBytes) throw tooLong();
  const bytes = await request.body.all(maxBytes).catch((error: unknown) => {
    throw isServiceError(error) && error.code === 'EntityTooLarge' ? tooLong() : error;
  });
  const claimed = request.headers['content-md5'];
  if (claimed !== undefined) {
    if (base64Decode(claimed)?.length !== 16) throw fault('InvalidDigest');
    const computed = createHash('md5').update(bytes).digest();
    if (computed.toString('base64') !== claimed)
      throw sumsDiffer('BadDigest', {
        header: 'Content-MD5',
        claimed: Buffer.from(claimed, 'base64').toString('hex'),
        computed: computed.toString('hex'),
      });
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (kind === 'xml') refuseCostly(text);
    return text;
  } catch (cause) {
    if (isServiceError(cause)) throw cause;
    throw fault(kind === 'xml' ? 'MalformedXML' : 'InvalidArgument', {}, { cause });
  }
}

/** Each of these costs the reader a call: references to characters, and attributes, of which COS has one. */
const costly = ['&#', '="', "='"];
const maxCostly = 20_000;

function refuseCostly(text: string): void {
  for (const mark of costly) {
    let at = -1;
    for (let count = 0; (at = text.indexOf(mark, at + 1)) >= 0; count++)
      if (count >= maxCostly)
        throw fault('MalformedXML', { Message: `A document may have ${maxCostly} times ${mark} at most.` });
  }
}

/**
 * Refuses a body whose length the sender does not announce. Only PUT Object may be sent in chunks.
 * Source: https://cloud.tencent.com/document/product/436/7728
 */
export function refuseMissingLength({ name, operation, request }: MatchedRequest): void {
  const { kind } = operation.request.body;
  if ((kind !== 'bytes' && kind !== 'form') || operation.method === 'GET') return;
  if (request.headers['content-length'] !== undefined) return;
  if (name === 'putObject' && request.headers['transfer-encoding'] !== undefined) return;
  throw fault('MissingContentLength');
}
