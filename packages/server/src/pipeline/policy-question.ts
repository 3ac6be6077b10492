/** What the caller of a request wants to do, as policies see it. Each question carries facts of its own. */
import type { Operation } from '@sampan/protocol';
import { conditionContext, versionContext, type ContextSource } from '../access/condition-context.ts';
import type { PolicyQuestion } from '../access/authorise.ts';
import type { ConditionContext } from '../access/conditions.ts';
import type { Identity } from '../access/identity.ts';
import type { Bucket } from '../metadata/port.ts';

/** The parts of a question. */
export interface Wanted {
  readonly principal: Identity;
  readonly action: string;
  /** Absent for GetService. */
  readonly bucket?: Bucket | undefined;
  readonly key?: string | undefined;
  readonly source: ContextSource;
  /** The operation whose fields are the facts, or one version that another request reads or removes. */
  readonly about: Operation | { readonly versionId: string | undefined };
}

/** A question whose facts are gathered only when a policy asks for them. */
export class AskedQuestion implements PolicyQuestion {
  readonly principal: Identity;
  readonly action: string;
  readonly bucket: Bucket | undefined;
  readonly key: string | undefined;
  readonly #wanted: Wanted;
  #context: ConditionContext | undefined;

  constructor(wanted: Wanted) {
    this.principal = wanted.principal;
    this.action = wanted.action;
    this.bucket = wanted.bucket;
    this.key = wanted.key;
    this.#wanted = wanted;
  }

  get context(): ConditionContext {
    const { source, about } = this.#wanted;
    return (this.#context ??=
      'request' in about ? conditionContext(about, source) : versionContext(source, about.versionId));
  }

  /** Whether the answer may depend on facts that only the body has. */
  get awaitsBody(): boolean {
    return this.#context !== undefined && Object.values(this.#context).includes('later');
  }

  /** The same question, with the facts of the body. */
  with(known: ConditionContext): PolicyQuestion {
    const { principal, action, bucket, key } = this;
    return { principal, action, bucket, key, context: { ...this.context, ...known } };
  }
}
