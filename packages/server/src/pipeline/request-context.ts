/** What all steps of answering a request share. */
import type { ObjectAcls } from '../access/authorise.ts';
import type { SignedRequest } from '../access/coverage.ts';
import type { Identity } from '../access/identity.ts';
import type { SignedForm, VerifiedForm } from '../access/verify-form.ts';
import type { Verified } from '../access/verify.ts';
import type { Address, BoundDomain } from '../http/request-address.ts';
import type { RequestQuestion } from './policy-question.ts';
import type { HttpRequest, Outcome } from '../http/message.ts';
import type { Bucket } from '../metadata/port.ts';
import type { Backend, Handlers } from '../operations/call.ts';
import type { Trace } from '../inspect/trace.ts';

/** Everything that answering a request needs. */
export interface Service {
  readonly backend: Backend;
  readonly handlers: Handlers;
  readonly bound: readonly BoundDomain[];
  /** Says who sent a request. Throws the documented error for a signature that does not hold or covers too little. */
  authenticate(request: SignedRequest): Verified;
  /** Says who sent a form, and what its policy demands of the file. */
  authenticateForm(form: SignedForm): VerifiedForm;
  /** Slowest body of a sender who is not known yet. */
  readonly unknownBytesPerSecond: number;
  readonly objectAcls: ObjectAcls;
  /** Whether requests are followed for the inspector. */
  readonly inspected: boolean;
  /** Called with every failure that is the service's own. */
  alarm(error: unknown, outcome: Outcome): void;
}

/** A request on its way, and what becomes known of it: for errors, logs and cross-origin headers. */
export interface RequestContext {
  readonly service: Service;
  readonly request: HttpRequest;
  readonly nowMs: number;
  readonly requestId: string;
  readonly trace: Trace | undefined;
  bucket: Bucket | undefined;
  operation: string;
  identity: Identity | undefined;
  signature: Verified['signature'];
  /** What was permitted before the body was read; part of it may have to be checked again afterwards. */
  asked: readonly RequestQuestion[];
  address: Address | undefined;
}
