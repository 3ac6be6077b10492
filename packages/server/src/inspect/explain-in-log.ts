/** Says in the log, in one line, why a request was refused. */
import type { Finished } from '../http/edge.ts';
import type { Log } from '../observability/log.ts';
import { explain, type Explainer } from './explain.ts';
import { Trace } from './trace.ts';

/** Explanations take some work, so who sends refused requests on purpose gets no more than these. */
const mostPerSecond = 5;

/** Makes the function that is called after each exchange. */
export function explanationsFor({
  explainer,
  log,
  nowMs,
}: {
  readonly explainer: Explainer;
  readonly log: Pick<Log, 'explained'>;
  readonly nowMs: () => number;
}): (exchange: Finished) => void {
  let second = 0;
  let explained = 0;
  return ({ method, response }) => {
    const { trace, status, outcome } = response;
    if (!(trace instanceof Trace) || !trace.evidence || status >= 500) return;
    // A HEAD that finds nothing is a question, and the answer is no.
    if (method === 'HEAD' && status === 404) return;
    const now = Math.floor(nowMs() / 1000);
    if (now !== second) [second, explained] = [now, 0];
    if ((explained += 1) > mostPerSecond) return;
    const { requestId } = outcome;
    explain(trace.evidence, explainer).then(
      ({ cause, summary }) => log.explained({ requestId, cause, explanation: withoutCarriers(summary.en) }),
      // A store that is closing, or fails: the request was answered all the same.
      () => undefined,
    );
  };
}

/** Names of what carries secrets are not for logs, so that a search for them finds nothing but leaks. */
const carriers: readonly (readonly [RegExp, string])[] = [
  [/q-signature/gi, 'the signature itself'],
  [/q-sign-time/gi, 'the time of signing'],
  [/x-cos-security-token/gi, 'the token'],
  [/x-cos-(copy-source-)?server-side-encryption-customer-key(-md5)?/gi, "the customer's key"],
];

function withoutCarriers(text: string): string {
  return carriers.reduce((cleaned, [name, word]) => cleaned.replaceAll(name, word), text);
}
