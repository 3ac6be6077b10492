/**
 * What `setData` needs to turn `before` into `after`: only the rows that differ, by path. A list of a hundred rows of
 * which one moves then costs one row between the two threads of a mini program.
 */
export function patchRows<Row>(
  name: string,
  before: readonly Row[],
  after: readonly Row[],
): Record<string, unknown> {
  if (before.length > after.length) return { [name]: after };
  const patch: Record<string, unknown> = {};
  after.forEach((row, index) => {
    if (JSON.stringify(row) !== JSON.stringify(before[index])) patch[`${name}[${index}]`] = row;
  });
  return patch;
}
