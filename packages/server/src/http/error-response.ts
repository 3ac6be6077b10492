/** Turns thrown errors into COS error responses. */
import {
  fault,
  isErrorCode,
  isServiceError,
  TextError,
  writeXml,
  XmlError,
  type ServiceError,
} from '@sampan/protocol';
import { element, isXmlText, maybe, xmlText } from '@sampan/protocol';
import { traceId } from './request-id.ts';

/** What an error document says about the request. */
export interface FailedRequest {
  readonly method: string;
  /** Host and path. */
  readonly resource: string;
  readonly requestId: string;
}

/** The error for the client. Any other error than a ServiceError becomes InternalError and keeps its cause. */
export function asServiceError(error: unknown): ServiceError {
  if (isServiceError(error)) return error;
  if (error instanceof XmlError) return fault('MalformedXML', {}, { cause: error });
  if (error instanceof TextError && isErrorCode(error.fault))
    return fault(error.fault, { Message: error.message }, { cause: error });
  // The process has as many files and connections open as it may: others will be closed soon.
  if (isNodeError(error) && (error.code === 'EMFILE' || error.code === 'ENFILE'))
    return fault('SlowDown', {}, { cause: error });
  if (isNodeError(error) && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
    return fault('InsufficientStorage', {}, { cause: error });
  return fault('InternalError', {}, { cause: error });
}

function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}

const errorDocument = element({
  Code: xmlText,
  Message: xmlText,
  Resource: xmlText,
  StringToSign: maybe(xmlText),
  FormatString: maybe(xmlText),
  ServerTime: maybe(xmlText),
  RequestId: xmlText,
  TraceId: xmlText,
});

/** Status, headers and document of a refusal. Answers to HEAD have no document. */
export function failureResponse(
  error: ServiceError,
  { method, resource, requestId }: FailedRequest,
): { status: number; headers: Record<string, string>; body: string } {
  const TraceId = traceId();
  const { Code, Message, StringToSign, FormatString, ServerTime, Resource = resource } = error.error;
  const about = {
    Code,
    Message: held(Message),
    Resource: held(Resource),
    StringToSign: StringToSign && held(StringToSign),
    FormatString: FormatString && held(FormatString),
    ServerTime,
  };
  return {
    status: error.statusCode,
    headers: { 'content-type': 'application/xml', 'x-cos-trace-id': TraceId, ...error.headers },
    body:
      method === 'HEAD' ? '' : writeXml('Error', errorDocument, { ...about, RequestId: requestId, TraceId }),
  };
}

/** A text of the request with the characters that XML cannot hold in percent-encoded form. */
function held(text: string): string {
  if (isXmlText(text)) return text;
  return Array.from(text.toWellFormed(), (one) => (isXmlText(one) ? one : encodeURIComponent(one))).join('');
}
