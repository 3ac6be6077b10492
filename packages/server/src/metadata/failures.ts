/** Failures of any metadata store that callers tell apart. */

/** What the store keeps is damaged where a call needed it. Other calls may well succeed. */
export class MetadataDamaged extends Error {
  override readonly name = 'MetadataDamaged';

  constructor(cause: Error) {
    // What comes from another thread is a plain error, which may say so already.
    super(`the metadata store is damaged: ${cause.message.replace('the metadata store is damaged: ', '')}`, {
      cause,
    });
  }
}

/** Bytes inside the metadata store are missing or not the ones that were stored. Everything else may well be whole. */
export class InlineDamaged extends Error {
  override readonly name = 'InlineDamaged';

  constructor(inline: number, detail: string) {
    super(`inline bytes ${inline} ${detail}`);
  }
}

/** A change found no space on the disk; nothing of it was done. `code` is the one of a file that finds none. */
export class MetadataFull extends Error {
  override readonly name = 'MetadataFull';
  readonly code = 'ENOSPC';

  constructor(cause: Error) {
    super(`the metadata store has no space: ${cause.message}`, { cause });
  }
}
