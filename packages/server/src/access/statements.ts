import type { Conditions, Pattern } from './conditions.ts';

/** A policy document that was understood. */
export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'allow' | 'deny';
  /** Whom the statement is about; absent in documents that are attached to somebody. */
  readonly principals?: readonly string[] | undefined;
  readonly actions: readonly Pattern[];
  readonly resources: readonly string[];
  readonly conditions: Conditions;
  /** As it stands in its document. */
  readonly written: object;
}
