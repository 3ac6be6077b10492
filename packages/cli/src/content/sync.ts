/** Plans a sync: missing or different names are transferred, names only at the destination are extra. Pure. */

export interface Entry {
  readonly name: string;
  readonly sizeBytes: number;
}

export interface SyncPlan<From extends Entry, To extends Entry> {
  readonly missing: readonly From[];
  /** At the destination with another size. */
  readonly resized: readonly From[];
  /** Of one size: their content decides. */
  readonly compare: readonly { readonly from: From; readonly to: To }[];
  readonly extra: readonly To[];
}

/** Compares two sides by names and sizes. */
export function planSync<From extends Entry, To extends Entry>(
  from: readonly From[],
  to: readonly To[],
): SyncPlan<From, To> {
  const there = new Map(to.map((entry) => [entry.name, entry]));
  const plan = { missing: [] as From[], resized: [] as From[], compare: [] as { from: From; to: To }[] };
  for (const entry of from) {
    const other = there.get(entry.name);
    there.delete(entry.name);
    if (!other) plan.missing.push(entry);
    else if (other.sizeBytes !== entry.sizeBytes) plan.resized.push(entry);
    else plan.compare.push({ from: entry, to: other });
  }
  return { ...plan, extra: [...there.values()] };
}
