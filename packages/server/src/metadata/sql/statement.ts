/**
 * The interface between the store's SQL logic and a database engine.
 *
 * Logic is written as generators that yield statements and receive rows, so the same code runs synchronously over an
 * embedded engine and asynchronously over a connection: who drives the generator decides. Statements use `?` for
 * values, and only what SQLite (3.35 and later) and PostgreSQL (13 and later) have in common.
 */

/** What a column can hold. Integers stay within 2^53. */
export type SqlValue = null | number | string | Uint8Array;

/** One result row by column name. */
export type Row = Readonly<Record<string, SqlValue>>;

/** One statement for the engine. */
export interface Query {
  readonly text: string;
  readonly values: readonly SqlValue[];
  /**
   * What to send back: every row, at most one row, at most one row as its values in the order of the columns, a row `{ changes }` with the number of rows that changed, or a row
   * `{ id }` with the integer key of the row that was inserted.
   */
  readonly answer: 'rows' | 'row' | 'values' | 'changes' | 'id';
}

/** Logic that talks to an engine and comes to a result. */
export type Step<Result> = Generator<Query, Result, readonly Row[]>;

/** The values of one row without column names, for queries of every request: names cost more than the values. */
export function* values(text: string, ...bound: readonly SqlValue[]): Step<readonly SqlValue[] | undefined> {
  return (yield { text, values: bound, answer: 'values' })[0] as unknown as readonly SqlValue[] | undefined;
}

/** All rows of a query. The row type is the caller's claim about its own statement. */
export function* rows<Shape>(text: string, ...values: readonly SqlValue[]): Step<readonly Shape[]> {
  return (yield { text, values, answer: 'rows' }) as readonly Shape[];
}

/** The first row of a query, if there is one. */
export function* row<Shape>(text: string, ...values: readonly SqlValue[]): Step<Shape | undefined> {
  return (yield { text, values, answer: 'row' })[0] as Shape | undefined;
}

/** Executes a statement and returns the number of changed rows. */
export function* change(text: string, ...values: readonly SqlValue[]): Step<number> {
  return ((yield { text, values, answer: 'changes' })[0] as { changes: number }).changes;
}

/** Executes an INSERT into a table whose integer key is `id`, and returns the key. */
export function* insert(text: string, ...values: readonly SqlValue[]): Step<number> {
  return ((yield { text, values, answer: 'id' })[0] as { id: number }).id;
}

/** What logic that changes something is given by the engine. */
export interface Transaction {
  /** The time of this change, in milliseconds. */
  readonly nowMs: number;
  /** A number for a new version: above `above`, and above every other this engine handed out; microseconds. */
  revision(above: number): number;
}
