/** Runs code of the guide. */
import { compileFunction } from 'node:vm';

/** Runs a block with what a reader has at hand, and gives one of the names that it made. */
export async function runBlock(code: string, given: object, made = 'undefined'): Promise<unknown> {
  const body = code.replace(/^import .*$/gm, '');
  const block = compileFunction(`return (async () => {${body}\nreturn ${made};})();`, Object.keys(given)) as (
    ...values: unknown[]
  ) => Promise<unknown>;
  return block(...(Object.values(given) as unknown[]));
}
