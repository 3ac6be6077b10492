/** What is decided about every request: may this principal do this action to this resource, in this context? */
import type { Bucket } from '../metadata/port.ts';
import type { ConditionContext } from './conditions.ts';
import type { Identity } from './identity.ts';

/** A request for permission. */
export interface PolicyQuestion {
  readonly principal: Identity;
  /** Without its `name/cos:` prefix. */
  readonly action: string;
  /** Absent for GetService. */
  readonly resource?: Resource | undefined;
  /** Facts that conditions compare. Read only when a policy has conditions on them. */
  readonly context: ConditionContext;
}

/** A bucket, or an object in it. */
export interface Resource {
  /** For PutBucket: the bucket that is to be. */
  readonly bucket: Pick<Bucket, 'name' | 'region' | 'owner' | 'configs'>;
  /** Absent: the bucket itself. */
  readonly key?: string | undefined;
}
