import { MetadataDamaged } from '../failures.ts';
import { row, type Step } from './statement.ts';

/** What the store is called; empty when it has lost its name. Throws `MetadataDamaged` for what can be no name. */
export function* readStoreId(): Step<string> {
  const id = (yield* row<{ id: string }>('SELECT id FROM store'))?.id ?? '';
  if (!/^([0-9a-f]{32})?$/.test(id))
    throw new MetadataDamaged(new Error('the name of the store is unreadable'));
  return id;
}
