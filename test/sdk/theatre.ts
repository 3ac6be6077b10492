/** What the hosts of scenarios have in common. */
import type { Scenario } from './scenarios.ts';
import type { Plain } from './stage.ts';

/** Where every scenario works. */
export const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' } as const;

/** A host with an SDK in it. */
export interface Theatre {
  readonly host: 'wx' | 'web' | 'node';
  /** Runs a scenario in the host and gives its result as plain values. */
  run(scenario: Scenario, prefix: string, options?: Plain): Promise<unknown>;
  /** Errors that nobody caught. */
  errors(): readonly unknown[];
  close(): Promise<void>;
}
