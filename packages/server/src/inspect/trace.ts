/** Follows one request through the pipeline: when its phases began, and, where it was refused, what is needed to explain why. */
import type { ServiceError } from '@sampan/protocol';
import { factsOf } from '../runtime/facts.ts';
import type { PolicyQuestion } from '../access/question.ts';
import type { Identity } from '../access/identity.ts';
import type { Address } from '../http/request-address.ts';
import type { HttpRequest } from '../http/message.ts';
import type { Bucket } from '../metadata/port.ts';

/** What the pipeline knew of a request when it was refused. */
export interface Evidence {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clientIp: string;
  readonly localPort: number;
  readonly secure: boolean;
  readonly nowMs: number;
  readonly requestId: string;
  readonly operation: string;
  readonly address: Address | undefined;
  readonly bucket: Bucket | undefined;
  readonly identity: Identity | undefined;
  /** Absent where the request was answered and a browser hides the answer from its page. */
  readonly error: RefusedBy | undefined;
  /** What the caller may not do. */
  readonly denied: PolicyQuestion | undefined;
  /** Fields of a form that its policy signs. */
  readonly form: Readonly<Record<string, string>> | undefined;
}

/** The error that was answered, without what the process knows of it besides. */
export interface RefusedBy {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  /** What the thrower knows and the answer does not say, such as both sums of a body. */
  readonly facts: Readonly<Record<string, string>>;
}

/** What the pipeline knows of a request, in the shape of its context. */
export interface Known {
  readonly request: HttpRequest;
  readonly nowMs: number;
  readonly requestId: string;
  readonly name?: string | undefined;
  readonly address?: Address | undefined;
  readonly bucket?: Bucket | undefined;
  readonly identity?: Identity | undefined;
}

/** The way of one request. */
export class Trace {
  readonly startedAtMs = performance.now();
  readonly nowMs: number;
  readonly target: string;
  readonly host: string;
  readonly userAgent: string | undefined;
  readonly secure: boolean;
  verifyAtMs = 0;
  handleAtMs = 0;
  handledAtMs = 0;
  /** Of an upload that the request began. */
  uploadId: string | undefined;
  denied: PolicyQuestion | undefined;
  form: Readonly<Record<string, string>> | undefined;
  evidence: Evidence | undefined;

  constructor({ target, headers, secure }: HttpRequest, nowMs: number) {
    this.nowMs = nowMs;
    this.target = target;
    this.host = headers['host'] ?? '';
    this.userAgent = headers['user-agent'];
    this.secure = secure;
  }

  verifying(): void {
    this.verifyAtMs = performance.now();
  }

  handling(): void {
    this.handleAtMs = performance.now();
  }

  handled(output: Readonly<Record<string, unknown>>): void {
    this.handledAtMs = performance.now();
    const { UploadId } = output;
    if (typeof UploadId === 'string') this.uploadId = UploadId;
  }

  /** Keeps what an explanation needs. The request itself would keep its connection in memory. */
  refused(known: Known, error: ServiceError | undefined): void {
    const { request, nowMs, requestId, name: operation = 'unmatched', address, bucket, identity } = known;
    const { method, target, headers, clientIp, localPort, secure } = request;
    this.handledAtMs ||= performance.now();
    this.evidence = {
      ...{ method, target, headers, clientIp, localPort, secure },
      ...{ nowMs, requestId, operation, address, bucket, identity },
      error: error && {
        code: error.code,
        status: error.statusCode,
        message: error.error.Message,
        facts: factsOf(error.cause),
      },
      denied: this.denied && settled(this.denied),
      form: this.form,
    };
  }
}

/** A question with its facts gathered: what gathers them has the request. */
function settled({ principal, action, resource, context }: PolicyQuestion): PolicyQuestion {
  return { principal, action, resource, context };
}
