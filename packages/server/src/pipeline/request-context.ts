/**
 * What is known of a request, step by step: arrived, located, matched, identified, permitted. Each step is the one before
 * it with more fields, none of which changes afterwards. The last is what handlers see as their `Call`.
 */
import type { Operation, OperationName } from '@sampan/protocol';
import type { ObjectAcls } from '../access/authorise.ts';
import type { SignedRequest } from '../access/coverage.ts';
import type { SignedForm, VerifiedForm } from '../access/verify-form.ts';
import type { Verified } from '../access/verify.ts';
import type { IncomingBody } from '../body/stream.ts';
import type { HttpRequest, Outcome } from '../http/message.ts';
import type { Trace } from '../inspect/trace.ts';
import type { Address, BoundDomain } from '../http/request-address.ts';
import type { Bucket } from '../metadata/port.ts';
import type { Backend, Handlers } from '../operations/call.ts';
import type { RequestQuestion } from './policy-question.ts';

/** Everything that answering a request needs. */
export interface Service {
  readonly handlers: Handlers;
  readonly bound: readonly BoundDomain[];
  /** Says who sent a request. Throws the documented error for a signature that does not hold or covers too little. */
  authenticate(request: SignedRequest, nowMs: number): Verified;
  /** Says who sent a form, and what its policy demands of the file. */
  authenticateForm(form: SignedForm, nowMs: number): VerifiedForm;
  /** Slowest body of a sender who is not known yet. */
  readonly unknownBytesPerSecond: number;
  readonly objectAcls: ObjectAcls;
  /** Whether requests are followed for the inspector. */
  readonly inspected: boolean;
  /** Called with every failure that is the service's own. */
  alarm(error: unknown, outcome: Outcome): void;
}

export interface ArrivedRequest {
  readonly service: Service;
  readonly backend: Backend;
  readonly request: HttpRequest;
  readonly nowMs: number;
  readonly requestId: string;
  /** What the inspector keeps of it; absent where it is off. */
  readonly trace: Trace | undefined;
}

export interface LocatedRequest extends ArrivedRequest {
  readonly address: Address;
  /** By lower-case name, without those of a signature; the first of a name counts. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The bucket that is addressed, when there is one of that name in the region that the host names. */
  readonly bucket: Bucket | undefined;
}

export interface MatchedRequest extends LocatedRequest {
  readonly name: OperationName;
  readonly operation: Operation;
}

/** Has the identity of its caller and the signature that proves it. */
export interface IdentifiedRequest extends MatchedRequest, Verified {
  readonly form?: RequestForm | undefined;
}

export interface PermittedRequest extends IdentifiedRequest {
  /** What was permitted before the body was read; part of it may have to be checked again afterwards. */
  readonly questions: readonly RequestQuestion[];
}

/** The browser form that a request carries, read up to its file. */
export interface RequestForm {
  /** Names in lower case; `key` with the file's name filled in. */
  readonly fields: Readonly<Record<string, string>>;
  readonly key: string;
  /** The file, bounded by what the form's policy allows. */
  readonly body: IncomingBody;
}

/** A request at any step: what is known of it for errors, logs and cross-origin headers. */
export type RequestContext = ArrivedRequest & Partial<Omit<PermittedRequest, keyof ArrivedRequest>>;

/** Knows the latest step of a request, from which it is refused when the next one fails. */
export class RequestProgress {
  #latest: RequestContext;

  constructor(arrived: ArrivedRequest) {
    this.#latest = arrived;
  }

  get latest(): RequestContext {
    return this.#latest;
  }

  advance<Step extends RequestContext>(step: Step): Step {
    this.#latest = step;
    return step;
  }
}
