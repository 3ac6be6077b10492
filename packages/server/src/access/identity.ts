/** Who asks. What somebody may do is decided elsewhere; this is only the name and what is attached to it. */
import type { Policy } from './statements.ts';

/** The holder of everything an account owns. */
export interface RootIdentity {
  readonly kind: 'root';
  /** Account number of the owner. */
  readonly uin: string;
  readonly appId: string;
}

/** A user of an account, who may do what policies allow. */
export interface SubIdentity {
  readonly kind: 'sub';
  /** Account number of the owner. */
  readonly uin: string;
  readonly appId: string;
  readonly subUin: string;
  readonly policies: readonly Policy[];
}

/** The holder of a temporary key: never more rights than its issuer, and only what its policy allows. */
export interface SessionIdentity {
  readonly kind: 'session';
  readonly of: RootIdentity | SubIdentity;
  readonly policy: Policy;
}

export interface AnonymousIdentity {
  readonly kind: 'anonymous';
}

export type SignedIdentity = RootIdentity | SubIdentity | SessionIdentity;
export type Identity = AnonymousIdentity | SignedIdentity;

export const anonymous: AnonymousIdentity = { kind: 'anonymous' };

/** The account or user behind an identity: for a session its issuer. */
export function principalOf(identity: SignedIdentity): RootIdentity | SubIdentity {
  return identity.kind === 'session' ? identity.of : identity;
}

/** How policies and access control lists write an identity. */
export function writtenAs(identity: Identity): string {
  if (identity.kind === 'anonymous') return 'qcs::cam::anonymous:anonymous';
  const principal = principalOf(identity);
  return `qcs::cam::uin/${principal.uin}:uin/${principal.kind === 'sub' ? principal.subUin : principal.uin}`;
}

/** How the root of an account is written. */
export function rootWrittenAs(uin: string): string {
  return `qcs::cam::uin/${uin}:uin/${uin}`;
}
