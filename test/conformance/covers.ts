import type { OperationName } from '@sampan/protocol';

/**
 * Says which operations the cases of a file are evidence for. It does nothing when it runs: the generator of
 * docs/compatibility.md reads the calls.
 */
export function covers(..._operations: readonly [OperationName, ...OperationName[]]): void {
  // The arguments are read from the source, not from a run.
}
