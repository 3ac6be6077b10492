/** What the thrower of a refusal knows and its answer does not say, for explanations. It is the refusal's cause. */
export class Facts extends Error {
  override readonly name = 'Facts';
  readonly facts: Readonly<Record<string, string>>;

  /** None of the facts may be a secret. */
  constructor(facts: Readonly<Record<string, string>>) {
    super('see the refusal');
    this.facts = facts;
  }
}

/** The facts that a cause carries. */
export function factsOf(cause: unknown): Readonly<Record<string, string>> {
  return cause instanceof Facts ? cause.facts : {};
}
