import { row, type Step } from './statement.ts';

/** What the store is called; empty when it has lost its name. */
export function* readStoreId(): Step<string> {
  return (yield* row<{ id: string }>('SELECT id FROM store'))?.id ?? '';
}
