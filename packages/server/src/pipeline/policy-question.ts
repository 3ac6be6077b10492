/** A question that a request raises: its context is gathered only when a policy has conditions on it. */
import type { ConditionContext } from '../access/conditions.ts';
import type { Identity } from '../access/identity.ts';
import type { PolicyQuestion, Resource } from '../access/question.ts';

export class RequestQuestion implements PolicyQuestion {
  readonly principal: Identity;
  readonly action: string;
  readonly resource: Resource | undefined;
  readonly #gather: () => ConditionContext;
  #context: ConditionContext | undefined;

  constructor(question: Omit<PolicyQuestion, 'context'>, gather: () => ConditionContext) {
    this.principal = question.principal;
    this.action = question.action;
    this.resource = question.resource;
    this.#gather = gather;
  }

  get context(): ConditionContext {
    return (this.#context ??= this.#gather());
  }

  /** Whether the answer may depend on facts that only the body has. */
  get awaitsBody(): boolean {
    return this.#context !== undefined && Object.values(this.#context).includes('later');
  }

  /** The same question, with the facts of the body. */
  with(known: ConditionContext): PolicyQuestion {
    const { principal, action, resource } = this;
    return { principal, action, resource, context: { ...this.context, ...known } };
  }
}
