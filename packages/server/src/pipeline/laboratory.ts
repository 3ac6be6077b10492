/** Puts the network laboratory in front of the pipeline: a request is held against its rules before it is answered. */
import { readAddress, type BoundDomain } from '../http/request-address.ts';
import type { HttpRequest, HttpResponse } from '../http/message.ts';
import { carryOut } from '../lab/carry-out.ts';
import type { LabFacts, Laboratory } from '../lab/laboratory.ts';
import type { Clock } from '../runtime/clock.ts';
import { operationOf } from './match-operation.ts';

type Answer = (request: HttpRequest) => Promise<HttpResponse>;

/** What the laboratory needs of the service. */
export interface LabSurroundings {
  readonly bound: readonly BoundDomain[];
  readonly clock: Clock;
  /** Begins what the inspector keeps of a request that the laboratory answers itself. Absent: it is off. */
  readonly trace: ((request: HttpRequest) => object) | undefined;
}

/** Answers requests as the rules of the laboratory want it, and as `answer` does where no rule is about them. */
export function withLaboratory(
  laboratory: Laboratory,
  { bound, clock, trace }: LabSurroundings,
  answer: Answer,
): Answer {
  return (request) => {
    if (!laboratory.isOn) return answer(request);
    const facts = factsOf(request, bound);
    const acts = laboratory.actsOn(facts);
    return acts.length === 0 ? answer(request) : carryOut({ acts, facts, request, clock, trace }, answer);
  };
}

/** What rules ask of a request. One that makes no sense is about no bucket and no operation. */
function factsOf(request: HttpRequest, bound: readonly BoundDomain[]): LabFacts {
  const { method, clientIp: client } = request;
  try {
    const address = readAddress(request, bound);
    const { bucket, key } = address.kind === 'bucket' ? address : { bucket: undefined, key: undefined };
    return { ...{ method, client, bucket, key }, operation: operationOf({ request, address }) };
  } catch {
    return { ...{ method, client }, operation: 'unmatched', bucket: undefined, key: undefined };
  }
}
