/**
 * What a bucket should be, in the plainest form: a list of versions for each key, newest first. Test support, which
 * the property test compares the store with; it knows nothing of rows, extents or references.
 */
import type { Versioning } from '../port.ts';

/** A version in the model. */
export interface ModelVersion {
  /** As handed out by the store; the model only says when there is one. */
  readonly id: string;
  readonly isNull: boolean;
  readonly marker: boolean;
  readonly text: string;
  readonly appendable: boolean;
  tagging: string | undefined;
}

/** An upload in the model. */
export interface ModelUpload {
  readonly key: string;
  readonly parts: Map<number, string>;
}

/** A bucket in the model. */
export interface Model {
  versioning: Versioning;
  readonly keys: Map<string, ModelVersion[]>;
  readonly uploads: Map<string, ModelUpload>;
}

/** An empty bucket. */
export function newModel(): Model {
  return { versioning: 'never', keys: new Map(), uploads: new Map() };
}

/** The versions of a key, newest first. */
export function versionsOf(model: Model, key: string): ModelVersion[] {
  const versions = model.keys.get(key) ?? [];
  model.keys.set(key, versions);
  return versions;
}

/** The current object of a key, if it is not deleted. */
export function currentOf(model: Model, key: string): ModelVersion | undefined {
  const [newest] = versionsOf(model, key);
  return newest?.marker ? undefined : newest;
}

/** Finds a version as a request names it. */
export function findIn(model: Model, key: string, id: string | undefined): ModelVersion | undefined {
  if (id === undefined) return versionsOf(model, key)[0];
  return versionsOf(model, key).find((version) => (version.isNull ? 'null' : version.id) === id);
}

/** Writes an object. `id` is what the store answered. */
export function write(
  model: Model,
  key: string,
  { id, text, appendable = false }: { id: string; text: string; appendable?: boolean },
): void {
  add(model, key, {
    id,
    isNull: model.versioning !== 'enabled',
    marker: false,
    text,
    appendable,
    tagging: undefined,
  });
}

/** Deletes without an id. */
export function erase(model: Model, key: string, id: string): void {
  if (model.versioning === 'never') model.keys.delete(key);
  else {
    const isNull = model.versioning === 'suspended';
    add(model, key, { id, isNull, marker: true, text: '', appendable: false, tagging: undefined });
  }
}

/** Deletes one version for good. */
export function eraseVersion(model: Model, key: string, version: ModelVersion): void {
  model.keys.set(
    key,
    versionsOf(model, key).filter((other) => other !== version),
  );
}

function add(model: Model, key: string, version: ModelVersion): void {
  const kept = versionsOf(model, key).filter((other) => !(version.isNull && other.isNull));
  model.keys.set(key, [version, ...kept]);
}

/** Every version as a line of text, in the order of a listing. */
export function describeModel(model: Model): readonly string[] {
  const keys = [...model.keys.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return keys.flatMap((key) =>
    versionsOf(model, key).map((version, index) =>
      describe(key, { ...version, isLatest: index === 0 }, model.versioning),
    ),
  );
}

/** One version as a line of text. */
export function describe(
  key: string,
  version: Omit<ModelVersion, 'appendable'> & { readonly isLatest: boolean },
  versioning: Versioning,
): string {
  const id = versioning === 'never' ? '' : version.isNull ? 'null' : version.id;
  const content = version.marker ? 'deleted' : JSON.stringify(version.text);
  return `${key} [${id}] ${version.isLatest ? 'latest ' : ''}${content} ${version.tagging ?? ''}`;
}
