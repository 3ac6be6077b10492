/**
 * The HTTP client for COS: every call of the SDK passes through it. A call is encoded by its row of the operation
 * table, then addressed, signed, sent, checked, retried and decoded. It ends in an {@link Answer} or a CosError.
 */
import {
  base64,
  encodeRequest,
  isCosError,
  md5,
  utf8Encode,
  MissingField,
  TransportError,
  UsageError,
  type CosError,
  type Operation,
} from '@sampan/protocol';
import { isRepeatable } from '../core/body.ts';
import { addressOf, backupHost, queryText, type Address } from './address.ts';
import { checkRequest } from './check-request.ts';
import { judge, type CosResponse, type Judged } from './response.ts';
import { authorize, type Unsigned } from './authorize.ts';
import type { CancelSignal } from '../core/cancel.ts';
import type { CredentialsSource } from './credentials.ts';
import { sendRequest } from './send-request.ts';
import type { Settings } from '../core/options.ts';
import type { OutgoingRequest, Payload, Platform } from '../core/platform.ts';
import type { Scope } from '../core/credentials-provider.ts';
import { keepEntries } from '../core/from-entries.ts';
import { decide, maxAttempts, retryBudget } from './retry.ts';
import { gate, pause } from '../core/wait.ts';

/** One call of one operation. Names follow the official SDKs' parameters; values are as the row's fields want them. */
export interface Call {
  readonly operation: Operation;
  /** Bucket, Region, Key and the row's own fields. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Further headers, lower-case names; named values win over them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: Payload | undefined;
  readonly responseType?: 'text' | 'bytes' | 'stream' | undefined;
  readonly signal?: CancelSignal | undefined;
  /** Overrides the client's `Timeout` for this call, in ms without progress. */
  readonly timeoutMs?: number | undefined;
  readonly onUploadProgress?: ((sentBytes: number) => void) | undefined;
  /** Called when an attempt has failed and the call is to be made again. */
  readonly onRetry?: (() => void) | undefined;
  /** Waited for before the next attempt. */
  readonly beforeRetry?: (() => Promise<void>) | undefined;
  readonly onDownloadProgress?: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
  /** Most attempts, the first included. Default 4. */
  readonly attempts?: number | undefined;
  /** Throws when an answer is not what it must be; decided about like any other failure of an attempt. */
  readonly check?: ((response: Judged) => void) | undefined;
  /** Decides about a repeat instead of the row's `idempotent`; the body must still be repeatable. */
  readonly repeatable?: boolean | undefined;
  /** The least permission that the call needs, where it is not simply the row's action on the key. */
  readonly scope?: Scope | undefined;
  /** A whole address instead of the one that Bucket and Region give. */
  readonly url?: string | undefined;
}

export interface Client {
  call(call: Call): Promise<CosResponse>;
  readonly learned: Learned;
}

/** What the calls of one client have shown of its host and service. */
export interface Learned {
  /** An answer about stored bytes had no CRC-64. */
  hidesCrc64: boolean;
  /** The host has reported how many bytes of a body it has sent. */
  reportsProgress: boolean;
}

/** A form that is addressed and signed. */
export interface ReadyForm {
  readonly call: Call;
  readonly address: Address;
  /** Fields beside the file and the signature. */
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

type SendForm = (platform: Platform, settings: Settings, form: ReadyForm) => Promise<Judged>;

export interface ClientOptions {
  readonly settings: Settings;
  readonly credentials: CredentialsSource;
  /** How forms are sent, for entries whose methods need them: `sendForm`. */
  readonly sendForm?: SendForm | undefined;
  /** Sees every request just before it is sent and gives what is sent instead. */
  readonly beforeSend?: ((request: OutgoingRequest) => OutgoingRequest) | undefined;
}

/** Where and how one attempt goes. */
interface Attempt {
  readonly host: string;
  readonly headers: Headers;
  /** Called when the host reports that bytes of the body have gone out. */
  readonly onMoved: () => void;
}

/** A request that has waited longer for its turn is signed again. */
const staleMs = 60_000;

type Headers = Readonly<Record<string, string>>;

/** A call whose parts are written, before a host and a signature are chosen for one attempt. */
interface Prepared extends Unsigned, Pick<CosResponse, 'Location'> {
  readonly body: Payload | undefined;
  /** Fields of a form, for the one operation that is sent as one. */
  readonly form: Readonly<Record<string, string>> | undefined;
}

/** Makes a client. It reads `settings` live, because applications change them. */
export function createClient(platform: Platform, options: ClientOptions): Client {
  const { settings } = options;
  const budget = retryBudget(() => platform.clock.now());
  const requests = gate(Math.max(1, platform.maxRequests));

  /** What goes out in one attempt, and as what the answer is judged. */
  const send = (call: Call, prepared: Prepared, { host, headers, onMoved }: Attempt): Promise<Judged> => {
    const address = { ...prepared.address, host };
    const onUploadProgress = (sentBytes: number): void => {
      if (sentBytes > 0) onMoved();
      call.onUploadProgress?.(sentBytes);
    };
    if (prepared.form) {
      const { sendForm } = options;
      if (!sendForm) throw new UsageError('this entry sends no forms');
      return sendForm(platform, settings, {
        call: { ...call, onUploadProgress },
        address,
        fields: prepared.form,
        headers,
      });
    }
    const query = queryText(prepared.query);
    const request: OutgoingRequest = {
      method: call.operation.method,
      url: `${address.protocol}//${host}${address.path}${query && `?${query}`}`,
      headers,
      body: prepared.body,
      responseType: call.responseType ?? 'text',
      timeoutMs: call.timeoutMs ?? settings.Timeout,
      signal: call.signal,
      onUploadProgress,
      onDownloadProgress: call.onDownloadProgress,
    };
    return sendRequest(platform, options.beforeSend?.(request) ?? request).then((response) =>
      judge(call.operation, request, response, platform.hidesHeaders),
    );
  };

  return {
    learned: { hidesCrc64: false, reportsProgress: false },
    async call(call) {
      stopIfCancelled(call.signal);
      const prepared = prepare(platform, settings, call);
      let host = prepared.address.host;
      let mayCorrectClock = settings.CorrectClockSkew;
      for (let attempts = 1; ; attempts++) {
        let moved = false;
        let signedAtMs = platform.clock.now() + settings.SystemClockOffset;
        try {
          let headers = await authorize(platform, options, prepared, { host, attempts });
          // Entered with keys in hand: a provider may make calls of its own, and would wait for this one's permit.
          const leave = await requests.enter(call.signal);
          let response: Judged;
          try {
            const nowMs = platform.clock.now() + settings.SystemClockOffset;
            if (nowMs - signedAtMs > staleMs && options.credentials.atHand(prepared.scope)) {
              signedAtMs = nowMs;
              headers = await authorize(platform, options, prepared, { host, attempts });
            }
            stopIfCancelled(call.signal);
            response = await send(call, prepared, { host, headers, onMoved: () => (moved = true) });
            call.check?.(response);
          } finally {
            leave();
          }
          budget.refill();
          return { ...response, attempts, Location: prepared.Location };
        } catch (thrown) {
          if (thrown === call.signal?.reason) throw thrown;
          const error = asCosError(thrown);
          const other = settings.AutoSwitchHost ? backupHost(prepared.address.host) : undefined;
          const decision = decide(
            {
              error,
              attempts,
              mostAttempts: call.attempts ?? maxAttempts,
              moved,
              idempotent: call.repeatable ?? call.operation.idempotent,
              bodyRepeatable: isRepeatable(prepared.body),
              hasBackupHost: other !== undefined,
              mayCorrectClock,
              signedAtMs,
              headers: error.headers ?? {},
            },
            budget,
            () => platform.random(),
          );
          if (!decision.again) throw error;
          call.onRetry?.();
          if (decision.clockShiftMs !== undefined) {
            mayCorrectClock = false;
            settings.SystemClockOffset += decision.clockShiftMs;
          }
          if (decision.switchHost && other !== undefined)
            host = host === other ? prepared.address.host : other;
          if (decision.delayMs > 0) await pause(platform.clock, decision.delayMs, call.signal);
          await call.beforeRetry?.();
        }
      }
    },
  };
}

function prepare(platform: Platform, settings: Settings, call: Call): Prepared {
  const { operation, values } = call;
  const parts = written(call);
  const body = call.body ?? parts.body;
  const bucket = operation.target === 'service' ? undefined : text(values['Bucket']);
  const region = text(values['Region']) ?? '';
  const prefix = text(values['Key']) ?? '';
  const key = operation.target === 'object' ? prefix : '';
  const to = { bucket, region, key, url: call.url };
  const address = addressOf(settings, to);
  // A form goes to the bucket and makes an object.
  const named = key === prefix ? address : addressOf(settings, { ...to, key: prefix });
  const query = { ...parts.query, ...call.query };
  const form = operation.request.body.kind === 'form' ? (parts.form ?? {}) : undefined;
  const headers = { ...call.headers, ...parts.headers, ...digestOf(operation, body) };
  checkRequest(platform, { bucket: bucket ?? '', named: prefix, query, headers, form, body });
  return {
    method: operation.method,
    bucket: bucket ?? '',
    region,
    key,
    address,
    Location: named.host + named.path,
    query,
    headers: withoutFields(headers, form),
    body,
    form,
    scope: call.scope ?? [
      {
        action: `name/cos:${operation.action}`,
        bucket: bucket ?? '',
        region,
        prefix,
      },
    ],
  };
}

/** What is a field of a form is not sent as a header too. */
function withoutFields(headers: Headers, form: Headers | undefined): Headers {
  if (!form) return headers;
  const fields = new Set(Object.keys(form).map((name) => name.toLowerCase()));
  if (fields.has('acl')) fields.add('x-cos-acl');
  return keepEntries(headers, (name) => !fields.has(name));
}

/** Documents carry their MD5: the service asks for it with some and the official SDKs send it with all. */
function digestOf(operation: Operation, body: Payload | undefined): Readonly<Record<string, string>> {
  const { kind } = operation.request.body;
  if (typeof body !== 'string' || (kind !== 'xml' && kind !== 'text')) return {};
  return { 'content-md5': base64(md5(utf8Encode(body))) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function stopIfCancelled(signal: CancelSignal | undefined): void {
  if (signal?.reason) throw signal.reason;
}

/** Writes the parts. A body that the caller has written already is taken as it is. */
function written({ operation, values, body }: Call) {
  const { kind } = operation.request.body;
  const own = body !== undefined && (kind === 'xml' || kind === 'text');
  const row = own
    ? { ...operation, request: { ...operation.request, body: { kind: 'bytes' as const } } }
    : operation;
  try {
    const parts = encodeRequest<Payload>(row, values);
    return own ? { ...parts, headers: { 'content-type': 'application/xml', ...parts.headers } } : parts;
  } catch (error) {
    if (error instanceof MissingField) throw new UsageError(`missing param ${error.field}`);
    throw error;
  }
}

/** Hosts and providers give CosErrors; anything else is a fault of this SDK, which is never retried. */
function asCosError(thrown: unknown): CosError {
  if (isCosError(thrown)) return thrown;
  return new TransportError('The request failed inside the SDK', {
    code: 'Unexpected',
    retryable: false,
    cause: thrown,
  });
}

export type { CosResponse };
