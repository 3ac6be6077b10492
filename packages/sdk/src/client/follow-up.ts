/**
 * What followed an upload whose object is there: the answer of a callback or one that was composed, or why there is
 * none. Names are those of the official web SDK: CallbackBody, CallbackError, ReturnBody, ReturnError.
 */
import { base64Decode, utf8Decode, type ServiceFault } from '@sampan/protocol';

type Data = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

/** Of an upload in one request, whose answer is JSON or an error; `sent` are its headers, or the fields of its form. */
export function followedWhole(sent: Texts, text: string, failure: ServiceFault | undefined): Data {
  const isSet = (name: string): boolean => sent[name] !== undefined && sent[name] !== '';
  const what = isSet('x-cos-callback') ? 'Callback' : isSet('x-cos-return-body') ? 'Return' : undefined;
  if (what === undefined) return {};
  return failure ? { [`${what}Error`]: failure } : { [`${what}Body`]: jsonOf(text) };
}

/** Of a completed upload, whose document has an element for each; the other elements stay as they are. */
export function followedParts({ CallbackResult, ReturnBodyResult, ...data }: Data): Data {
  return {
    ...data,
    ...(CallbackResult === undefined ? {} : outcome('Callback', CallbackResult)),
    ...(ReturnBodyResult === undefined ? {} : outcome('Return', ReturnBodyResult)),
  };
}

function outcome(what: 'Callback' | 'Return', element: unknown): Data {
  const { Status, Error: error, ...rest } = Object(element) as Data;
  const body = rest[`${what}Body`];
  if (Status === '200' && typeof body === 'string') {
    const bytes = base64Decode(body.trim());
    return { [`${what}Body`]: jsonOf(bytes ? utf8Decode(bytes) : '') };
  }
  return { [`${what}Error`]: what === 'Callback' ? (error ?? {}) : { ...rest, Status } };
}

/** As in the official SDK, what cannot be read is an empty object. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}
